package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many runs of {@link GroupWorld}. More of them with {@code -Dvireo.sim.seeds=N}, one with {@code -Dvireo.sim.seed=N}.
 */
class GroupSimTest {
    private static final int SEEDS = Integer.getInteger("vireo.sim.seeds", 1_000);

    @Test
    void theInvariantsHoldWhateverGoesWrong() {
        Long only = Long.getLong("vireo.sim.seed");
        if (only != null) {
            run(only);
            return;
        }
        long done = LongStream.range(0, SEEDS).parallel().map(GroupSimTest::run).sum();
        assertTrue(done >= 100L * SEEDS, "only " + done + " commands were answered");
    }

    /** Gives how many commands were answered. */
    private static int run(long seed) {
        GroupWorld world = new GroupWorld(seed, GroupSetup.random(new Random(seed)), GroupMistake.NONE);
        try {
            world.run();
            return world.done();
        } catch (GroupInvariants.Broken | RuntimeException e) {
            List<String> story = world.story();
            String end = String.join("\n", story.subList(Math.max(0, story.size() - 300), story.size()));
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + end, e);
        }
    }
}
