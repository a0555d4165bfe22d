package io.vireo.voter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.topology.Epoch;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a node that starts is still the incarnation that it was. */
class NodeStartTest {
    private static final NodeStart.Fresh FRESH = new NodeStart.Fresh(Some.B, 99);

    @Test
    void anEmptyDirectoryIsANewNode() {
        assertEquals(
                new NodeMemory(Some.B, 99, Epoch.NONE, false), NodeStart.decide(Optional.empty(), true, true, FRESH));
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, true, 99", // it acknowledged what was in memory only
        "false, true, true, 7", // everything it acknowledged was on the disk
        "true, false, true, 7", // it had brought everything there before it ended
        "true, true, false, 99", // but the log is gone
        "false, true, false, 99"
    })
    void theTokenIsKeptWhereTheLogIsProvenToBeWhole(boolean clean, boolean durable, boolean logWhole, long token) {
        NodeMemory was = new NodeMemory(Some.A, 7, Some.epoch(5), clean);

        NodeMemory is = NodeStart.decide(Optional.of(was), durable, logWhole, FRESH);

        assertEquals(new NodeMemory(Some.A, token, Some.epoch(5), false), is);
    }
}
