package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckTableTest {
    private final List<Long> acked = new ArrayList<>();
    private final List<Long> flushed = new ArrayList<>();
    private long flushedHere;
    private final AckTable table = new AckTable(
            offset -> (int) acked.stream().filter(a -> a >= offset).count(),
            offset -> (int) flushed.stream().filter(a -> a >= offset).count(),
            offset -> flushedHere >= offset);
    private final List<Integer> told = new ArrayList<>();

    /** Waits until so many replicas have an offset, and notes how many have it then. */
    private AckTable.Waiter waiter(long offset, int replicas, Runnable done) {
        return new AckTable.Waiter() {
            @Override
            public boolean isOver() {
                return table.holding(offset) >= replicas;
            }

            @Override
            public void end() {
                done.run();
            }
        };
    }

    private AckTable.Waiter waiter(long offset, int replicas) {
        return waiter(offset, replicas, () -> told.add(table.holding(offset)));
    }

    @Test
    void aWaitEndsWhenEnoughReplicasHaveTheOffset() {
        table.await(waiter(100, 2));
        acked.add(100L);
        table.changed();
        assertEquals(List.of(), told);
        acked.add(120L);
        table.changed();
        table.changed();
        assertEquals(List.of(2), told);
    }

    @Test
    void whatIsOnADiskIsCountedApart() {
        acked.addAll(List.of(100L, 100L));
        flushed.add(100L);
        flushedHere = 99;
        assertEquals(2, table.holding(100));
        assertEquals(1, table.holdingOnDisk(100));
        assertEquals(0, table.holdingOnDisk(101));
        assertTrue(table.isOnDiskHere(99));
        assertFalse(table.isOnDiskHere(100));
    }

    @Test
    void aCancelledWaitTellsNobody() {
        AckTable.Waiter waiter = waiter(100, 1);
        table.await(waiter);
        table.cancel(waiter);
        acked.add(100L);
        table.changed();
        assertEquals(List.of(), told);
    }

    @Test
    void replicasAreAskedOnceForAllThatWantIt() {
        assertFalse(table.takeRequest());
        table.ask();
        table.ask();
        assertTrue(table.takeRequest());
        assertFalse(table.takeRequest());
    }

    @Test
    void whoeverIsToldMayWaitAgain() {
        table.await(waiter(100, 1, () -> table.await(waiter(200, 1))));
        acked.add(150L);
        table.changed();
        assertEquals(List.of(), told);
        acked.add(200L);
        table.changed();
        assertEquals(List.of(1), told);
    }
}
