package io.vireo.voter;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.VoterId;
import java.util.Map;
import java.util.Optional;

/** What a data node is there for; {@link GroupNode} draws how the duties follow one another. */
public sealed interface Duty {

    /**
     * It follows the primary of the newest record that it knows.
     *
     * @param heardMs when it last heard of a primary
     * @param notBeforeMs when it may stand again after a failure
     * @param waiting empty as long as the voters do not say that it could lead
     */
    record Following(long heardMs, long notBeforeMs, Optional<Wait> waiting) implements Duty {}

    /** It could lead, and leaves those the precedence that would lead better. */
    record Wait(long sinceMs, long untilMs) {}

    /** It stands for election. It follows nobody, and acknowledges nothing. */
    record Standing(Ballot ballot) implements Duty {}

    /**
     * It is the primary of an epoch.
     *
     * @param nonce of the promise
     * @param base the newest record of the voters that promised, if they had any
     * @param len0 where the log ended when the epoch began
     * @param sinceMs when the first record was decided, or the election won
     * @param renewAtMs when the lease is renewed next
     * @param strayed voters that have refused this epoch's record, and since when
     * @param wantedMode what the operator wants the group's mode to be
     */
    record Leading(
            Epoch epoch,
            long nonce,
            Optional<GroupRecord> base,
            long len0,
            long sinceMs,
            Lease lease,
            long renewAtMs,
            Map<VoterId, Long> strayed,
            InSync inSync,
            Acks acks,
            Handover handover,
            ConsistencyMode wantedMode)
            implements Duty {
        public Leading {
            strayed = Map.copyOf(strayed);
        }

        /** Whether the epoch has a record: before that nothing is served. */
        public boolean hasBegun() {
            return inSync.decided().isPresent();
        }

        Leading with(Lease newLease) {
            return new Leading(
                    epoch,
                    nonce,
                    base,
                    len0,
                    sinceMs,
                    newLease,
                    renewAtMs,
                    strayed,
                    inSync,
                    acks,
                    handover,
                    wantedMode);
        }

        Leading renewingAt(long newRenewAtMs) {
            return new Leading(
                    epoch,
                    nonce,
                    base,
                    len0,
                    sinceMs,
                    lease,
                    newRenewAtMs,
                    strayed,
                    inSync,
                    acks,
                    handover,
                    wantedMode);
        }

        Leading with(Map<VoterId, Long> newStrayed) {
            return new Leading(
                    epoch,
                    nonce,
                    base,
                    len0,
                    sinceMs,
                    lease,
                    renewAtMs,
                    newStrayed,
                    inSync,
                    acks,
                    handover,
                    wantedMode);
        }

        Leading with(InSync newInSync) {
            return new Leading(
                    epoch,
                    nonce,
                    base,
                    len0,
                    sinceMs,
                    lease,
                    renewAtMs,
                    strayed,
                    newInSync,
                    acks,
                    handover,
                    wantedMode);
        }

        Leading since(long newSinceMs) {
            return new Leading(
                    epoch,
                    nonce,
                    base,
                    len0,
                    newSinceMs,
                    lease,
                    renewAtMs,
                    strayed,
                    inSync,
                    acks,
                    handover,
                    wantedMode);
        }

        Leading with(Acks newAcks) {
            return new Leading(
                    epoch,
                    nonce,
                    base,
                    len0,
                    sinceMs,
                    lease,
                    renewAtMs,
                    strayed,
                    inSync,
                    newAcks,
                    handover,
                    wantedMode);
        }

        Leading with(Handover newHandover) {
            return new Leading(
                    epoch,
                    nonce,
                    base,
                    len0,
                    sinceMs,
                    lease,
                    renewAtMs,
                    strayed,
                    inSync,
                    acks,
                    newHandover,
                    wantedMode);
        }

        Leading wanting(ConsistencyMode mode) {
            return new Leading(
                    epoch, nonce, base, len0, sinceMs, lease, renewAtMs, strayed, inSync, acks, handover, mode);
        }
    }
}
