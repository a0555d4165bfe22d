package io.vireo.replication;

/** Whether a node writes the stream, or follows somebody who does. */
public sealed interface RoleState {
    record Primary() implements RoleState {}

    record Follower(Target primary) implements RoleState {}
}
