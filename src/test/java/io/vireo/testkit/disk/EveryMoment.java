package io.vireo.testkit.disk;

/** Loses power at every moment of a scenario, in several ways each time. */
public final class EveryMoment {
    /** What is done on the disk. */
    public interface Scenario {
        void run() throws Exception;
    }

    /** Looks at a disk as it may be after a loss of power. */
    public interface Judge {
        void judge(PowerLossDisk after) throws Exception;
    }

    private final PowerLossDisk disk;
    private final int ways;
    private final Judge judge;
    private long judged;
    private Throwable failure;

    private EveryMoment(PowerLossDisk disk, int ways, Judge judge) {
        this.disk = disk;
        this.ways = ways;
        this.judge = judge;
    }

    /**
     * Runs a scenario, and has the disk judged as it may be before each change that the scenario asks for, and at the end.
     *
     * @param ways in which power is lost at each moment, at least 2: with nothing kept, with all kept, and others
     * @return how many disks were judged
     * @throws AssertionError at the first that is not as it should be, with the moment and the seed
     */
    public static long of(PowerLossDisk disk, int ways, Scenario scenario, Judge judge) throws Exception {
        EveryMoment moments = new EveryMoment(disk, ways, judge);
        disk.beforeEachChange(moments::losePower);
        try {
            scenario.run();
        } finally {
            disk.beforeEachChange(() -> {});
            moments.rethrow();
        }
        moments.losePower();
        moments.rethrow();
        return moments.judged;
    }

    private void losePower() {
        for (int way = 0; way < ways && failure == null; way++) {
            long seed = way < 2 ? way : disk.changes() * ways + way;
            try {
                judge.judge(disk.crash(seed));
                judged++;
            } catch (Throwable e) { // told once the scenario is over, which might take it for its own
                failure = new AssertionError("power lost at change " + disk.changes() + ", seed " + seed, e);
            }
        }
    }

    private void rethrow() {
        if (failure instanceof AssertionError error) {
            throw error;
        }
    }
}
