package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckTableTest {
    private final List<Long> acked = new ArrayList<>();
    private final AckTable table =
            new AckTable(offset -> (int) acked.stream().filter(a -> a >= offset).count());
    private final List<Integer> told = new ArrayList<>();

    @Test
    void aWaitEndsWhenEnoughReplicasHaveTheOffset() {
        table.await(100, 2, 5_000, told::add, () -> told.add(-1));
        acked.add(100L);
        table.changed();
        assertEquals(List.of(), told);
        acked.add(120L);
        table.changed();
        table.changed();
        assertEquals(List.of(2), told);
    }

    @Test
    void aWaitEndsWithWhatThereIsWhenTimeIsUp() {
        acked.add(100L);
        table.await(100, 3, 5_000, told::add, () -> told.add(-1));
        table.tick(4_999);
        assertEquals(List.of(), told);
        table.tick(5_000);
        assertEquals(List.of(1), told);
    }

    @Test
    void aCancelledWaitTellsNobody() {
        AckTable.Waiter waiter = table.await(100, 1, 5_000, told::add, () -> told.add(-1));
        table.cancel(waiter);
        table.tick(9_000);
        assertEquals(List.of(), told);
    }

    @Test
    void replicasAreAskedOnceForNewWaits() {
        assertFalse(table.takeRequest());
        table.await(100, 1, 5_000, told::add, () -> told.add(-1));
        table.await(100, 1, 5_000, told::add, () -> told.add(-1));
        assertTrue(table.takeRequest());
        assertFalse(table.takeRequest());
    }

    @Test
    void aNodeThatBecomesAReplicaEndsEveryWait() {
        table.await(100, 1, 5_000, told::add, () -> told.add(-1));
        table.giveUp();
        table.tick(9_000);
        assertEquals(List.of(-1), told);
    }

    @Test
    void whoeverIsToldMayWaitAgain() {
        table.await(100, 1, 5_000, count -> table.await(200, 1, 6_000, told::add, () -> {}), () -> {});
        acked.add(150L);
        table.changed();
        assertEquals(List.of(), told);
        acked.add(200L);
        table.changed();
        assertEquals(List.of(1), told);
    }
}
