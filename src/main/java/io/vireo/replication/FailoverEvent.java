package io.vireo.replication;

import java.util.List;
import java.util.Optional;

/** What happens to a handover. */
public sealed interface FailoverEvent {

    /** A replica that gets the stream, and how far it has told to be. */
    record Candidate(Target target, long acked) {}

    /**
     * FAILOVER, to a replica or to any.
     *
     * @param force whether it shall lead after {@code timeoutMs} however far it is
     * @param timeoutMs how long a replica is waited for; 0 for ever
     */
    record Wanted(Optional<Target> target, boolean force, long timeoutMs) implements FailoverEvent {}

    /** FAILOVER ABORT. */
    record AbortWanted() implements FailoverEvent {}

    /** The end of a turn: so far are the replicas, and so far is the stream. */
    record Looked(List<Candidate> candidates, long endOffset) implements FailoverEvent {}

    /** The target leads now, and we get its stream or a copy. */
    record Accepted() implements FailoverEvent {}

    /** The target does not lead. */
    record Refused() implements FailoverEvent {}
}
