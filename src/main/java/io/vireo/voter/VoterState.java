package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import io.vireo.voter.VoterEvent.Asked;
import io.vireo.voter.VoterEvent.Peer;
import io.vireo.voter.VoterReply.Heard;
import java.util.List;
import java.util.Map;

/** What a voter is doing; {@link Voter} draws how the states follow one another. */
public sealed interface VoterState {

    /** What is on the disk, or on its way there. */
    VoterMemory memory();

    /** Whether it votes, or will once a change is on the disk. A voter that has lost its file does not. */
    default boolean isVoting() {
        return memory().votes().isPresent();
    }

    /** What data nodes have told it of themselves; nothing while it does not vote. */
    default List<Heard> heard(long nowMs) {
        return switch (this) {
            case Voting s -> s.hearsay().at(nowMs);
            case Writing s -> s.hearsay().at(nowMs);
            case Asking s -> List.of();
            case Fencing s -> List.of();
        };
    }

    /**
     * It has no register: it asks the others whether this is the beginning of all, or whether it has lost its file.
     *
     * @param answers to the question of {@code askedAtMs}; older ones do not count
     */
    record Asking(VoterMemory memory, long askedAtMs, long resendAtMs, Map<VoterId, VoterReply> answers)
            implements VoterState {
        public Asking {
            answers = Map.copyOf(answers);
        }
    }

    /**
     * It has lost its file: it has the others promise that nothing it may have accepted is decided any more.
     *
     * @param epoch higher than any that it can have promised
     */
    record Fencing(
            VoterMemory memory,
            Epoch epoch,
            long nonce,
            long deadlineMs,
            long resendAtMs,
            Map<VoterId, VoterReply.Fenced> fences)
            implements VoterState {
        public Fencing {
            fences = Map.copyOf(fences);
        }
    }

    /** It votes. */
    record Voting(VoterMemory memory, Grant grant, Hearsay hearsay) implements VoterState {
        Votes votes() {
            return memory.votes().orElseThrow();
        }
    }

    /**
     * A change is on its way to the disk. Nothing is answered meanwhile; questions wait.
     *
     * @param retryAtMs when it is written again after a failure; {@link Long#MAX_VALUE} while it is being written
     */
    record Writing(VoterMemory memory, Grant grant, Hearsay hearsay, Then then, List<Asked> waiting, long retryAtMs)
            implements VoterState {
        public Writing {
            waiting = List.copyOf(waiting);
        }
    }

    /** What follows when a change is on the disk. */
    sealed interface Then {
        /** A node has the lease from now on, and is told. */
        record Grants(NodeId holder, Peer to, VoterReply reply) implements Then {}

        /** Another voter is told. */
        record Answers(Peer to, VoterReply reply) implements Then {}

        /** The others are asked how this voter stands. */
        record Asks() implements Then {}

        /** The voter votes, and keeps every candidate out for this long. */
        record Votes(long graceMs) implements Then {}
    }
}
