package io.vireo.replication;

import io.vireo.log.StreamPosition;

/** Whether a node writes the stream, or follows somebody who does, or waits to be told. */
public sealed interface RoleState {
    record Primary() implements RoleState {}

    record Follower(Target primary) implements RoleState {}

    /**
     * Follows nobody, and takes no writes either: voters have yet to say who leads.
     *
     * @param position what its data are a copy of
     */
    record Unattached(StreamPosition position) implements RoleState {}
}
