package io.vireo.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShutdownTest {
    private static final Shutdown.Wish USUAL = Shutdown.Wish.NONE;

    private final List<String> done = new ArrayList<>();
    private Shutdown.Replicas replicas = new Shutdown.Replicas(0, 0);
    private boolean saves = true;
    private boolean hasHeir;
    private boolean isPrimary = true;
    private Shutdown shutdown;

    private final class Parts implements Shutdown.Parts {
        @Override
        public Shutdown.Replicas replicas() {
            return replicas;
        }

        @Override
        public boolean keepsAppendOnly() {
            return false;
        }

        @Override
        public boolean hasHeir() {
            return hasHeir;
        }

        @Override
        public void handOver() {
            done.add("hand over");
        }

        @Override
        public boolean isPrimary() {
            return isPrimary;
        }

        @Override
        public void askReplicas() {
            done.add("ask");
        }

        @Override
        public void pauseWrites(boolean on) {
            done.add(on ? "pause" : "unpause");
        }

        @Override
        public boolean syncAppendOnly(boolean forced) {
            return true;
        }

        @Override
        public boolean saveNow() {
            done.add("save");
            return saves;
        }

        @Override
        public void end(boolean allOnDisk) {
            done.add("end");
        }
    }

    @BeforeEach
    void withSavePoints() {
        shutdown = new Shutdown(Config.of("save 900 1", "shutdown-timeout 10"), ServerLog.silent(), new Parts());
    }

    @Test
    void aSignalEndsTheNodeAtTheNextTick() {
        shutdown.schedule("", USUAL);
        assertEquals(List.of(), done);
        assertTrue(shutdown.isAskedFor());
        shutdown.tick(System.currentTimeMillis());
        assertEquals(List.of("save", "end"), done);
    }

    @Test
    void aSignalIsTakenBackBeforeTheNextTick() {
        shutdown.schedule("", USUAL);
        assertTrue(shutdown.abort());
        assertFalse(shutdown.isAskedFor());
        shutdown.tick(System.currentTimeMillis());
        assertEquals(List.of("unpause"), done);
        assertFalse(shutdown.abort());
    }

    @Test
    void replicasAreWaitedForUntilTheyAreInStep() {
        replicas = new Shutdown.Replicas(2, 1);
        long nowMs = System.currentTimeMillis();
        assertEquals(-1, shutdown.remainingMs(nowMs));
        assertTrue(shutdown.begin("", USUAL));
        assertTrue(shutdown.remainingMs(nowMs) >= 10_000);
        shutdown.tick(nowMs);
        assertEquals(List.of("pause", "ask"), done);
        replicas = new Shutdown.Replicas(2, 2);
        shutdown.tick(nowMs);
        assertEquals(List.of("pause", "ask", "save", "end"), done);
    }

    @Test
    void theNodeEndsAsSoonAsAnotherOneLeads() {
        hasHeir = true;
        replicas = new Shutdown.Replicas(2, 2);
        assertTrue(shutdown.begin("", USUAL));
        long nowMs = System.currentTimeMillis();
        shutdown.tick(nowMs);
        assertEquals(List.of("hand over"), done);
        isPrimary = false;
        replicas = new Shutdown.Replicas(0, 0);
        shutdown.tick(nowMs);
        assertEquals(List.of("hand over", "save", "end"), done);
    }

    @Test
    void aNodeThatNobodyTakesOverFromWaitsForItsReplicasInstead() {
        hasHeir = true;
        replicas = new Shutdown.Replicas(2, 1);
        shutdown.schedule("", USUAL);
        long nowMs = System.currentTimeMillis();
        shutdown.tick(nowMs);
        shutdown.tick(nowMs + 2_500);
        assertEquals(List.of("hand over", "pause", "ask"), done);
        shutdown.tick(nowMs + 11_000);
        assertEquals(List.of("hand over", "pause", "ask"), done);
        shutdown.tick(nowMs + 13_000);
        assertEquals(List.of("hand over", "pause", "ask", "save", "end"), done);
    }

    @Test
    void aPrimaryWithoutAnHeirDoesNotWaitForOne() {
        assertTrue(shutdown.begin("", USUAL));
        assertEquals(List.of("save", "end"), done);
    }

    @Test
    void aHandoverIsAskedForOnce() {
        hasHeir = true;
        shutdown.begin("", USUAL);
        shutdown.begin("", USUAL);
        shutdown.tick(System.currentTimeMillis());
        assertEquals(List.of("hand over"), done);
    }

    @Test
    void aHandoverIsNotBegunWhereTheNodeIsToEndNow() {
        hasHeir = true;
        shutdown.begin("", USUAL.withNow());
        assertEquals(List.of("save", "end"), done);
    }

    @Test
    void aHandoverIsNotWaitedForWhereTheNodeIsToEndNow() {
        hasHeir = true;
        shutdown.begin("", USUAL);
        shutdown.begin("", USUAL.withNow());
        assertEquals(List.of("hand over", "save", "end"), done);
    }

    @Test
    void aNodeThatHandsOverGoesOnWhereThatIsTakenBack() {
        hasHeir = true;
        shutdown.begin("", USUAL);
        assertTrue(shutdown.abort());
        isPrimary = false;
        shutdown.tick(System.currentTimeMillis() + 60_000);
        assertEquals(List.of("hand over", "unpause"), done);
    }

    @Test
    void replicasAreWaitedForUntilTheTimeIsOver() {
        replicas = new Shutdown.Replicas(1, 0);
        shutdown.begin("", USUAL);
        shutdown.tick(System.currentTimeMillis() + 11_000);
        assertEquals(List.of("pause", "ask", "save", "end"), done);
    }

    @Test
    void replicasInStepAreNotWaitedFor() {
        replicas = new Shutdown.Replicas(1, 1);
        shutdown.begin("", USUAL);
        assertEquals(List.of("save", "end"), done);
    }

    @Test
    void aWaitEndsByAbortAndByHurry() {
        replicas = new Shutdown.Replicas(1, 0);
        shutdown.begin("", USUAL.withNoSave());
        assertTrue(shutdown.abort());
        assertEquals(List.of("pause", "ask", "unpause"), done);
        done.clear();
        shutdown.begin("", USUAL);
        shutdown.begin("", USUAL.withNow().withNoSave());
        assertEquals(List.of("pause", "ask", "end"), done);
    }

    @Test
    void aFailedSaveKeepsTheNodeUnlessItIsForced() {
        saves = false;
        assertFalse(shutdown.begin("", USUAL));
        assertFalse(shutdown.isAskedFor());
        assertEquals(List.of("save", "unpause"), done);
        done.clear();
        assertTrue(shutdown.begin("", USUAL.withForce()));
        assertEquals(List.of("save", "end"), done);
    }

    @Test
    void whatIsAskedForIsSavedOrNotWhateverTheSavePointsSay() {
        shutdown.begin("", USUAL.withNoSave());
        assertEquals(List.of("end"), done);
        done.clear();
        shutdown = new Shutdown(Config.of("save \"\""), ServerLog.silent(), new Parts());
        shutdown.begin("", USUAL.withSave());
        assertEquals(List.of("save", "end"), done);
    }
}
