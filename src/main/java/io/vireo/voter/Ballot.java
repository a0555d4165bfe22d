package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.VoterId;
import io.vireo.voter.VoterReply.Promised;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One attempt of a node to lead; {@link Candidacy} draws how the states follow one another. */
public sealed interface Ballot {
    /** The epoch stood for; another one at each attempt. */
    Epoch epoch();

    /** Drawn for this attempt. */
    long nonce();

    Cause cause();

    /**
     * Why the node stands.
     *
     * @param anyway whether an operator has said that it shall lead though it may lack something
     * @param released the epoch that its primary handed over, or {@link Epoch#NONE}
     */
    record Cause(boolean anyway, Epoch released) {
        static final Cause SUSPICION = new Cause(false, Epoch.NONE);
        static final Cause OPERATOR = new Cause(true, Epoch.NONE);

        static Cause handover(Epoch released) {
            return new Cause(false, released);
        }

        boolean isHandover() {
            return released.isAfter(Epoch.NONE);
        }
    }

    /** The epoch is on its way to the disk: before that, nobody hears of it. */
    record Raising(Epoch epoch, long nonce, Cause cause) implements Ballot {}

    /** The voters are asked for their promises. */
    record Preparing(
            Epoch epoch,
            long nonce,
            Cause cause,
            long deadlineMs,
            long resendAtMs,
            Map<VoterId, Promised> promises,
            Set<VoterId> refusals)
            implements Ballot {
        public Preparing {
            promises = Map.copyOf(promises);
            refusals = Set.copyOf(refusals);
        }
    }

    /**
     * A majority has promised; the log is getting its new name.
     *
     * @param newest of the records of those that promised
     */
    record Elected(Epoch epoch, long nonce, Cause cause, Optional<GroupRecord> newest) implements Ballot {}
}
