package io.vireo.sim;

import io.vireo.topology.ConsistencyMode;
import io.vireo.voter.Timing;
import java.util.List;
import java.util.Random;

/**
 * What a simulated group is made of, and what happens to it.
 *
 * @param together whether voters and nodes share processes
 * @param durable whether nodes acknowledge only what is on the disk
 * @param drift how much a clock may be wrong
 * @param slowWays whether some ways between two processes are slower than others
 * @param voterStaysDown whether a voter that shares its process with no node does not come back in the end
 * @param slowDisks how many of a hundred writes to a disk are slow
 * @param favourites what goes wrong most; empty if anything does
 * @param onTheMark whether things go wrong just when somebody is elected, or the in-sync set changes
 * @param troubleMs how long things go wrong
 * @param betweenTroubleMs the longest time from one mishap to the next
 */
record GroupSetup(
        int voters,
        int nodes,
        boolean together,
        boolean durable,
        ConsistencyMode mode,
        boolean modeChanges,
        int minSync,
        double drift,
        Timing timing,
        int lostPerMille,
        int doubledPerMille,
        int slowDisks,
        boolean slowWays,
        boolean voterStaysDown,
        List<GroupMishap> favourites,
        boolean onTheMark,
        long troubleMs,
        int betweenTroubleMs) {

    /** Groups of all kinds. */
    static GroupSetup random(Random random) {
        int nodes = 2 + random.nextInt(4);
        return new GroupSetup(
                1 + 2 * random.nextInt(3),
                nodes,
                random.nextBoolean(),
                random.nextInt(3) > 0,
                random.nextInt(4) == 0 ? ConsistencyMode.ASYNC : ConsistencyMode.STRONG,
                random.nextInt(8) == 0,
                random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(Math.max(1, nodes / 2)),
                0.02,
                random.nextInt(3) > 0 ? Timing.DEFAULT : new Timing(2_000, 200 + random.nextInt(300)),
                random.nextInt(4) == 0 ? random.nextInt(200) : random.nextInt(30),
                random.nextInt(30),
                random.nextInt(3) == 0 ? 20 : 2,
                random.nextInt(3) == 0,
                random.nextBoolean(),
                favourites(random),
                random.nextInt(3) == 0,
                8_000,
                random.nextInt(3) == 0 ? 100 : 200 + random.nextInt(800));
    }

    /** A group in strong mode that acknowledges from the disk, with voters in processes of their own. */
    static GroupSetup apart(
            int voters, Timing timing, int lostPerMille, int betweenTroubleMs, GroupMishap... favourites) {
        return new GroupSetup(
                voters,
                3,
                false,
                true,
                ConsistencyMode.STRONG,
                false,
                1,
                0.02,
                timing,
                lostPerMille,
                Math.max(20, lostPerMille), // and as many come twice
                10,
                true,
                true,
                List.of(favourites),
                true,
                8_000,
                betweenTroubleMs);
    }

    private static List<GroupMishap> favourites(Random random) {
        GroupMishap[] all = GroupMishap.values();
        return switch (random.nextInt(3)) {
            case 0 -> List.of();
            case 1 -> List.of(all[random.nextInt(all.length)], all[random.nextInt(all.length)]);
            default ->
                List.of(
                        all[random.nextInt(all.length)],
                        all[random.nextInt(all.length)],
                        all[random.nextInt(all.length)]);
        };
    }
}
