package io.vireo.voter;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The content of a voter's file.
 *
 * @param birth random, drawn when the file was made: another file is another birth
 * @param votes empty as long as the voter has no register, which is when it must not vote
 * @param founders the births of all voters at the moment when a register was created among them; empty if this voter was
 *     not there. Whoever was born among them and has no votes yet has never voted.
 * @param reborn whether the voter has voted under an earlier birth. It may then have promised an epoch that nobody else knows
 *     of, and accepts records only of epochs that it has promised under this birth.
 */
public record VoterMemory(long birth, Optional<Votes> votes, Set<Long> founders, boolean reborn) {
    public VoterMemory {
        founders = Collections.unmodifiableSet(new TreeSet<>(founders));
    }

    static VoterMemory unborn(long birth) {
        return new VoterMemory(birth, Optional.empty(), Set.of(), false);
    }

    VoterMemory reborn(Votes newVotes) {
        return new VoterMemory(birth, Optional.of(newVotes), founders, true);
    }

    VoterMemory with(Votes newVotes) {
        return new VoterMemory(birth, Optional.of(newVotes), founders, reborn);
    }
}
