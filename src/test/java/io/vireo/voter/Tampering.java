package io.vireo.voter;

import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.voter.Terms.Door;
import io.vireo.voter.VoterState.Voting;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Changes to the states of machines that the machines would never make: how the simulation breaks rules. */
public final class Tampering {
    private Tampering() {}

    public static VoterMemory neverVoted(long birth) {
        return new VoterMemory(birth, Optional.of(Votes.NONE), Set.of(), false);
    }

    /** A voter that keeps nobody out. */
    public static VoterState withoutGrant(VoterState state) {
        return state instanceof Voting s ? new Voting(s.memory(), Grant.nobodyUntil(0), s.hearsay()) : state;
    }

    /** Terms with other sets. */
    public static Terms withSets(Terms t, Set<Incarnation> decided, Set<Incarnation> pending) {
        return new Terms(
                t.version(), t.epoch(), t.self(), t.door(), t.leaseUntilMs(), t.mode(), t.minSync(), decided, pending);
    }

    /** Terms that let everything through until then. */
    public static Terms open(Terms t, long leaseUntilMs) {
        return new Terms(
                t.version(),
                t.epoch(),
                t.self(),
                Door.OPEN,
                leaseUntilMs,
                t.mode(),
                t.minSync(),
                t.pending(),
                t.pending());
    }

    /** A record that lists this incarnation too. */
    public static GroupRecord listing(GroupRecord record, Incarnation who) {
        Set<Incarnation> more = new TreeSet<>(record.inSync());
        more.removeIf(member -> member.node().equals(who.node()));
        more.add(who);
        return new GroupRecord(record.epoch(), record.seq(), record.primary(), more, record.mode());
    }
}
