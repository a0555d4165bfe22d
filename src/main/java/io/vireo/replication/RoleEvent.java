package io.vireo.replication;

import io.vireo.log.StreamPosition;
import java.util.Optional;

/** What changes a node's role or its stream. Where a new id may be needed the event brings one. */
public sealed interface RoleEvent {

    /**
     * The node has loaded its files and begins.
     *
     * @param primary whom it follows, as its configuration says
     * @param loaded what its file says its data are a copy of
     */
    record Started(Optional<Target> primary, Optional<StreamPosition> loaded, String newId) implements RoleEvent {}

    /** As {@link Started}, in a group whose voters say who leads: until they do, the node follows nobody. */
    record StartedInGroup(Optional<StreamPosition> loaded) implements RoleEvent {}

    /**
     * Follow nobody, and take no writes.
     *
     * @param hasPosition whether our data are a copy of what the log says
     */
    record FollowNobody(boolean hasPosition) implements RoleEvent {}

    /** REPLICAOF host port, other than the present one. */
    record ReplicaOf(Target primary) implements RoleEvent {}

    /** Our stream is handed over to this replica of ours, which is asked to lead. */
    record HandOver(Target heir) implements RoleEvent {}

    /** REPLICAOF NO ONE. */
    record ReplicaOfNoOne(String newId) implements RoleEvent {}

    /** A replica needs a full copy of our data. */
    record CopyWanted(String newId) implements RoleEvent {}

    /** Our data are no copy of any stream any more: a full copy is about to take their place. */
    record Disowned(String newId) implements RoleEvent {}

    /** A full copy is our data now; it is of this position, which is unknown where the primary knows no offsets. */
    record Adopted(StreamPosition position, String newId) implements RoleEvent {}

    /** The primary's stream, which has this id now, continues our data. */
    record Continued(String id) implements RoleEvent {}

    /** Nobody has used the backlog for so long. */
    record BacklogUnused(long seconds, String newId) implements RoleEvent {}

    /** DEBUG CHANGE-REPL-ID. */
    record IdChangeWanted(String newId) implements RoleEvent {}
}
