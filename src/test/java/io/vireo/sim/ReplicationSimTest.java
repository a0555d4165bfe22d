package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.SimWorld.Mistake;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many runs of {@link SimWorld}. More of them with {@code -Dvireo.sim.seeds=N}, one with {@code -Dvireo.sim.seed=N}. */
class ReplicationSimTest {
    private static final int SEEDS = Integer.getInteger("vireo.sim.seeds", 300);

    @Test
    void theInvariantsHoldWhateverGoesWrong() {
        Long only = Long.getLong("vireo.sim.seed");
        if (only != null) {
            run(only);
            return;
        }
        int handovers = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            handovers += run(seed);
        }
        assertTrue(handovers >= SEEDS, "only " + handovers + " handovers came to their end");
    }

    /** Gives how many handovers succeeded. */
    private static int run(long seed) {
        SimWorld world = new SimWorld(seed, Mistake.NONE, 0);
        try {
            world.run();
            return world.handovers();
        } catch (BrokenInvariant | RuntimeException e) {
            List<String> story = world.story();
            String end = String.join("\n", story.subList(Math.max(0, story.size() - 400), story.size()));
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + end, e);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mistake.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE"})
    void aMistakeIsNoticed(Mistake mistake) {
        boolean noticed = false;
        for (long seed = 0; seed < 50 && !noticed; seed++) {
            noticed = isNoticed(seed, mistake);
        }
        assertTrue(noticed, "50 runs with the mistake, and nobody noticed");
    }

    private static boolean isNoticed(long seed, Mistake mistake) {
        try {
            new SimWorld(seed, mistake, 0).run();
            return false;
        } catch (BrokenInvariant e) {
            return true;
        }
    }

    /** An error by one byte in {@link io.vireo.replication.SyncDecision} is seen by the replica, and does no harm. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aStreamThatBeginsAtTheWrongByteIsRefused(int offsetError) {
        int refused = 0;
        for (long seed = 0; seed < 20; seed++) {
            SimWorld world = new SimWorld(seed, Mistake.NONE, offsetError);
            world.run();
            refused += world.story().stream().anyMatch(line -> line.contains("stream corruption?")) ? 1 : 0;
        }
        assertTrue(refused > 10, "it was noticed in " + refused + " of 20 runs");
    }
}
