package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a voter answers. {@link VoterWords} gives the words on the wire. */
public sealed interface VoterReply {

    /**
     * The promise of {@link VoterRequest.Prepare}, with the record that is kept.
     *
     * @param reborn whether the voter had lost its file, see {@link VoterMemory}
     */
    record Promised(Epoch epoch, long nonce, Optional<GroupRecord> record, boolean reborn) implements VoterReply {}

    /**
     * No: to a candidate, a primary or a voter without its file.
     *
     * @param epoch the one asked for
     * @param promised the highest that was promised. Not a higher one than asked for, if it is the lease of another node
     *     that stands in the way; or a lower one, if the voter has to promise first.
     */
    record Refused(Epoch epoch, Epoch promised) implements VoterReply {}

    /** The record is kept, and the lease granted: counted from {@code sentAtMs}, the primary's own time. */
    record Accepted(Epoch epoch, long seq, long sentAtMs) implements VoterReply {}

    /** A node that reported to a voter, {@code ageMs} ago. */
    record Heard(NodeReport report, long ageMs) {}

    /**
     * How things stand.
     *
     * @param sentAtMs of the question
     * @param free whether whoever asked could have a promise now
     * @param heard every node that has reported to this voter, also long ago
     */
    record StatusIs(long sentAtMs, Epoch promised, Optional<GroupRecord> record, boolean free, List<Heard> heard)
            implements VoterReply {
        public StatusIs {
            heard = List.copyOf(heard);
        }
    }

    /**
     * What a voter with a file tells one without.
     *
     * @param founders the births of the voters that were all empty when this voter's register was created
     */
    record Recalled(long sentAtMs, Epoch promised, Set<Long> founders) implements VoterReply {
        public Recalled {
            founders = Set.copyOf(founders);
        }
    }

    /** A voter that has no register either. */
    record Empty(long sentAtMs, long birth) implements VoterReply {}

    /** No lower epoch than this one is accepted any more. */
    record Fenced(Epoch epoch, long nonce, Optional<GroupRecord> record) implements VoterReply {}
}
