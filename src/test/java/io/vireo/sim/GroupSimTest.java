package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many runs of {@link GroupWorld}. More of them with {@code -Dvireo.sim.seeds=N}, one with {@code -Dvireo.sim.seed=N}.
 */
class GroupSimTest {
    private static final int SEEDS = Integer.getInteger("vireo.sim.seeds", 500);

    /** Most take a few; those that need many things at one time take hundreds. */
    private static final int MOST_SEEDS_OF_A_MISTAKE = 6_000;

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

    /** A rule that is broken is noticed, by the invariant that it is there for. */
    @ParameterizedTest
    @EnumSource(value = GroupMistake.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aBrokenRuleIsNoticed(GroupMistake mistake) {
        boolean noticed = LongStream.range(mistake.firstSeed(), mistake.firstSeed() + MOST_SEEDS_OF_A_MISTAKE)
                .parallel()
                .mapToObj(seed -> broken(seed, mistake))
                .anyMatch(mistake.breaks()::contains);

        assertTrue(noticed, mistake + " breaks none of " + mistake.breaks());
    }

    /** The short name of the invariant that breaks in this run; empty if none does. */
    private static String broken(long seed, GroupMistake mistake) {
        try {
            new GroupWorld(seed, mistake.setup(seed), mistake).run();
            return "";
        } catch (BrokenInvariant e) {
            return e.invariant().substring(0, 2);
        }
    }

    /** Gives how many commands were answered. */
    private static int run(long seed) {
        GroupWorld world = new GroupWorld(seed, GroupSetup.random(new Random(seed)), GroupMistake.NONE);
        try {
            world.run();
            return world.done();
        } catch (BrokenInvariant | RuntimeException e) {
            List<String> story = world.story();
            String end = String.join("\n", story.subList(Math.max(0, story.size() - 300), story.size()));
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + end, e);
        }
    }
}
