package io.vireo.sim;

import io.vireo.voter.Timing;
import java.util.Random;
import java.util.Set;

/**
 * A rule that is broken on purpose, to see that an invariant notices. None is built into the machines: see {@link Tampered}.
 *
 * <p>Some rules are not here, because nothing was seen to break in tens of thousands of runs without them: another rule
 * stands behind them, or they only make healing faster. That a new member holds what the log was when the epoch began
 * follows nearly always from its being caught up; that the release offset is computed afresh matters only for replies held
 * over a lost lease; a candidate that does not release, or goes by a record remembered from earlier, makes others wait, but
 * not for ever, since leases end; the lease is looked at when a command is applied as well as when its reply leaves; voters
 * wait somewhat longer than a lease, and take no older record of the same epoch; candidates check again after the promises, and have their epoch on the disk. The tests
 * of the machines hold these.
 */
enum GroupMistake {
    NONE(Where.ANY),

    // Voters.

    /** A voter promises although another node has the lease. */
    LEASE_IS_IGNORED(Where.LONG_LEASE, 190, "I2"),

    /** A voter says that something is on the disk when it is not. */
    VOTES_ARE_NOT_DURABLE(Where.ANY, "I1", "I2", "I3", "I5"),

    /** A vote is counted as if two voters had given it. */
    A_MINORITY_DECIDES(Where.ANY, "I1", "I2", "I3"),

    /** A voter that has started again promises at once. */
    NO_WAIT_AFTER_A_RESTART(Where.LONG_LEASE, "I2"),

    /** A voter that has lost its file votes as if it had never voted. */
    AN_AMNESIAC_VOTES(Where.FORGETFUL, "I1", "I3"),

    // Elections.

    /** Every node finds itself in the record. */
    ANYBODY_MAY_STAND(Where.ANY, "I1"),

    /** A candidate goes by the oldest record that it was told. */
    THE_OLDEST_RECORD_COUNTS(Where.LOSSY, "I1"),

    /** A node keeps its token whatever it has lost. */
    MEMBERS_GO_BY_NAME(Where.ANY, "I1"),

    /** A primary goes on under the name of its old history. */
    THE_NAME_IS_KEPT(Where.ANY, "I1", "I6", "I7"),

    /** A replica of the former name may continue however far it is. */
    SECOND_OFFSET_IGNORED(Where.ANY, "I1", "I6", "I7"),

    /** Names of histories are written beside the log, and later. */
    NAMES_ARE_NOT_IN_ORDER(Where.ANY, 4_500, "I1", "I6", "I7"),

    /** What the log held when an epoch began is taken as acknowledged by all. */
    OLD_ACKS_COUNT(Where.LOSSY, "I1"),

    /** A primary serves before its first record is decided. */
    SERVES_BEFORE_THE_FIRST_RECORD(Where.LONG_LEASE, 2_370, "I1", "I2"),

    // The primary.

    /** The lease is counted from when a renewal was answered. */
    LEASE_FROM_RECEIPT(Where.LONG_LEASE, "I2"),

    /** Bytes leave without a look at the lease. */
    NO_LEASE_AT_FLUSH(Where.ANY, 530, "I2"),

    /** A member that is to leave the set counts no more as soon as this is wished for. */
    SHRINKS_AT_ONCE(Where.LOSSY, 400, "I1"),

    /** A new member counts only when the voters have the record that names it. */
    GROWS_TOO_LATE(Where.FORGETFUL, 1_600, "I1"),

    /** What is written is acknowledged before it is on the disk. */
    ACKS_BEFORE_THE_DISK(Where.ANY, "I1", "I7"),

    /** The primary does not count its own disk. */
    OWN_DISK_DOES_NOT_COUNT(Where.ANY, "I7"),

    /** Reads are answered at once. */
    READS_ARE_NOT_HELD(Where.ANY, "I1", "I4"),

    /** A primary that hands over goes on serving. */
    NOT_SILENCED_BEFORE_A_HANDOVER(Where.ANY, "I2"),

    /** A listed member empties itself before a full copy comes. */
    EMPTIED_BEFORE_A_COPY(Where.ANY, "I1"),

    // Healing.

    /** Streams on which nothing comes are kept. */
    STREAMS_ARE_NEVER_GIVEN_UP(Where.ANY, "I6"),

    /** A primary ignores a node of a higher epoch. */
    RIVALS_ARE_IGNORED(Where.ANY, "I6");

    /** Which groups, and which misfortunes, show it soonest. */
    private enum Where {
        ANY,
        LONG_LEASE,
        LOSSY,
        FORGETFUL,
        RESTLESS
    }

    private static final Timing LONG = new Timing(2_500, 300);

    private final Where where;
    private final long firstSeed;
    private final String breaks;

    GroupMistake(Where where, String... breaks) {
        this(where, 0, breaks);
    }

    GroupMistake(Where where, long firstSeed, String... breaks) {
        this.where = where;
        this.firstSeed = firstSeed;
        this.breaks = String.join(" ", breaks);
    }

    /** Where to begin to look: a rare one is found a little later. */
    long firstSeed() {
        return firstSeed;
    }

    /** The invariants of which one notices. */
    Set<String> breaks() {
        return Set.of(breaks.split(" "));
    }

    /** A group for this seed: every third one is of any kind. */
    GroupSetup setup(long seed) {
        if (where == Where.ANY || seed % 3 == 0) {
            return GroupSetup.random(new Random(seed));
        }
        return switch (where) {
            case LONG_LEASE ->
                GroupSetup.apart(3, LONG, 20, 250, GroupMishap.ISOLATED, GroupMishap.VOTER_RESTART, GroupMishap.CUT);
            case LOSSY ->
                GroupSetup.apart(
                        5,
                        Timing.DEFAULT,
                        250,
                        250,
                        GroupMishap.STALL,
                        GroupMishap.ISOLATED,
                        GroupMishap.SLEEP,
                        GroupMishap.RESTART,
                        GroupMishap.CUT);
            case FORGETFUL ->
                GroupSetup.apart(
                        3,
                        Timing.DEFAULT,
                        150,
                        250,
                        GroupMishap.VOTER_FILE_LOST,
                        GroupMishap.SLEEP,
                        GroupMishap.RESTART);
            default ->
                GroupSetup.apart(3, Timing.DEFAULT, 20, 80, GroupMishap.SLEEP, GroupMishap.STALL, GroupMishap.RESTART);
        };
    }
}
