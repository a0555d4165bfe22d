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
        table.await(100, 2, told::add);
        acked.add(100L);
        table.changed();
        assertEquals(List.of(), told);
        acked.add(120L);
        table.changed();
        table.changed();
        assertEquals(List.of(2), told);
    }

    @Test
    void aCancelledWaitTellsNobody() {
        AckTable.Waiter waiter = table.await(100, 1, told::add);
        table.cancel(waiter);
        acked.add(100L);
        table.changed();
        assertEquals(List.of(), told);
    }

    @Test
    void replicasAreAskedOnceForNewWaits() {
        assertFalse(table.takeRequest());
        table.await(100, 1, told::add);
        table.await(100, 1, told::add);
        assertTrue(table.takeRequest());
        assertFalse(table.takeRequest());
    }

    @Test
    void whoeverIsToldMayWaitAgain() {
        table.await(100, 1, count -> table.await(200, 1, told::add));
        acked.add(150L);
        table.changed();
        assertEquals(List.of(), told);
        acked.add(200L);
        table.changed();
        assertEquals(List.of(1), told);
    }
}
