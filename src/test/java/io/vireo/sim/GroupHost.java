package io.vireo.sim;

import io.vireo.voter.NodeMemory;
import io.vireo.voter.VoterMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A machine, and the process on it: a clock that runs a little wrong, a disk, a voter or a node or both. */
final class GroupHost {
    final int index;
    private final GroupWorld world;
    private final double rate;
    private final long skewMs;

    /** Counts the processes; what was meant for a former one is lost. */
    int boot;

    boolean isUp;
    private long pausedUntilMs;
    private final List<Runnable> missed = new ArrayList<>();

    // The disk.
    Optional<VoterMemory> voterFile = Optional.empty();
    Optional<NodeMemory> nodeFile = Optional.empty();
    Optional<GroupLog> log = Optional.empty();

    Optional<GroupVoter> voter = Optional.empty();
    Optional<GroupMember> member = Optional.empty();

    GroupHost(GroupWorld world, int index, double rate, long skewMs) {
        this.world = world;
        this.index = index;
        this.rate = rate;
        this.skewMs = skewMs;
    }

    long nowMs() {
        return skewMs + (long) (world.clock().nowMs() * rate);
    }

    /** The process stands still for so long; what happens to it meanwhile happens when it wakes up, in order. */
    void pause(long ms) {
        pausedUntilMs = Math.max(pausedUntilMs, world.clock().nowMs() + ms);
        world.clock().after(ms, this::wakeInTime);
    }

    void wake() {
        pausedUntilMs = 0;
        wakeInTime();
    }

    private void wakeInTime() {
        if (world.clock().nowMs() >= pausedUntilMs) {
            List<Runnable> late = List.copyOf(missed);
            missed.clear();
            late.forEach(Runnable::run);
        }
    }

    /** Lets this process do something later, if it still lives then, and not before it wakes up. */
    void after(long delayMs, Runnable work) {
        int itsBoot = boot;
        world.clock().after(delayMs, () -> run(itsBoot, work));
    }

    private void run(int itsBoot, Runnable work) {
        if (!isUp || boot != itsBoot) {
            return;
        }
        if (world.clock().nowMs() < pausedUntilMs) {
            missed.add(() -> run(itsBoot, work));
            return;
        }
        work.run();
    }

    @Override
    public String toString() {
        return "h" + index;
    }
}
