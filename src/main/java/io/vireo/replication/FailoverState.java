package io.vireo.replication;

import java.util.Optional;

/** How far a handover of the stream to one of our replicas is; {@link Failover} draws how the states follow one another. */
public sealed interface FailoverState {

    /** The word of INFO. */
    String word();

    /** Nothing is handed over. */
    record None() implements FailoverState {
        @Override
        public String word() {
            return "no-failover";
        }
    }

    /**
     * No write is taken, until a replica holds all of the stream.
     *
     * @param target the replica that shall lead, or empty where any may
     * @param force whether it shall lead even if it has not come so far in time
     * @param deadlineMs until when this is waited for; {@link Failover#NEVER} for ever
     */
    record WaitingForSync(Optional<Target> target, boolean force, long deadlineMs) implements FailoverState {
        @Override
        public String word() {
            return "waiting-for-sync";
        }
    }

    /** We follow this replica already, and ask it to lead. */
    record InProgress(Target target) implements FailoverState {
        @Override
        public String word() {
            return "failover-in-progress";
        }
    }
}
