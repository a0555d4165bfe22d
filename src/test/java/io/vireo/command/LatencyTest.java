package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LatencyTest {
    private static final long MS = 1_000_000;

    private final LatencyCommands commands = new LatencyCommands();
    private final TestServer server = new TestServer(List.of(commands.rows()));

    @BeforeEach
    void connect() {
        commands.dispatcher(server.dispatcher());
        monitor().clock(server::nowMs);
        server.dispatcher().slowness().monitorFrom(10);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private LatencyMonitor monitor() {
        return server.dispatcher().slowness().monitor();
    }

    @Test
    void whatIsShorterThanTheThresholdIsNotNoted() {
        monitor().add("event", 9 * MS);
        assertEquals("*0\r\n", server.run("LATENCY LATEST"));
        server.dispatcher().slowness().monitorFrom(0);
        monitor().add("event", 900 * MS);
        assertEquals("*0\r\n", server.run("LATENCY LATEST"));
    }

    @Test
    void aSecondKeepsItsWorst() {
        monitor().add("event", 20 * MS);
        monitor().add("event", 40 * MS);
        monitor().add("event", 30 * MS);
        server.advanceMs(2_000);
        monitor().add("event", 15 * MS);
        assertEquals(
                "*2\r\n*2\r\n:1700000000\r\n:40\r\n*2\r\n:1700000002\r\n:15\r\n", server.run("LATENCY HISTORY event"));
        assertEquals("*1\r\n*4\r\n$5\r\nevent\r\n:1700000002\r\n:15\r\n:40\r\n", server.run("LATENCY LATEST"));
    }

    @Test
    void onlyTheLastSecondsAreKept() {
        for (int i = 0; i < 200; i++) {
            monitor().add("event", (10 + i) * MS);
            server.advanceMs(1_000);
        }
        String history = server.run("LATENCY HISTORY event");
        assertTrue(history.startsWith("*160\r\n*2\r\n:1700000040\r\n:50\r\n"), history);
        assertTrue(history.endsWith(":1700000199\r\n:209\r\n"), history);
    }

    @Test
    void eventsAreForgottenOneByOneOrAll() {
        monitor().add("a", 20 * MS);
        monitor().add("b", 20 * MS);
        monitor().add("c", 20 * MS);
        assertEquals(":1\r\n", server.run("LATENCY RESET b nosuch"));
        assertEquals("*0\r\n", server.run("LATENCY HISTORY b"));
        assertEquals(":2\r\n", server.run("LATENCY RESET"));
        assertEquals(":0\r\n", server.run("LATENCY RESET"));
    }

    @Test
    void theGraphShowsEachSampleWithItsAge() {
        for (int ms : new int[] {10, 20, 150, 30}) {
            monitor().add("event", ms * MS);
            server.advanceMs(1_000);
        }
        String graph = server.run("LATENCY GRAPH event");
        assertEquals(
                List.of(
                        "event - high 150 ms, low 10 ms (all time high 150 ms)",
                        "-".repeat(80),
                        "  # ",
                        "  | ",
                        "  | ",
                        "__|o",
                        "",
                        "4321",
                        "ssss"),
                graph.substring(graph.indexOf("\r\n") + 2).lines().limit(9).toList());
        assertEquals("-ERR No samples available for event 'other'\r\n", server.run("LATENCY GRAPH other"));
    }

    @Test
    void theDoctorSaysWhatWasSlow() {
        assertTrue(server.run("LATENCY DOCTOR").contains("Nothing took 10 ms"));
        monitor().add("command", 20 * MS);
        server.advanceMs(2_000);
        monitor().add("command", 40 * MS);
        String report = server.run("LATENCY DOCTOR");
        assertTrue(
                report.contains("command: 2 spikes, 30 ms on average (mean deviation 10 ms), at worst 40 ms, one every"
                        + " 2.0 s."),
                report);
        server.dispatcher().slowness().monitorFrom(0);
        assertTrue(server.run("LATENCY DOCTOR").contains("latency-monitor-threshold"));
    }

    @Test
    void aHistogramHasAStepForEachDoubling() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(400);
        histogram.record(12_000);
        histogram.record(12_000);
        histogram.record(600 * MS);
        histogram.record(5_000 * MS);
        List<List<Long>> steps = new ArrayList<>();
        histogram.cumulate((micros, calls) -> steps.add(List.of(micros, calls)));
        assertEquals(List.of(List.of(1L, 1L), List.of(16L, 3L), List.of(1_073_741L, 5L)), steps);
        assertEquals(5, histogram.calls());
    }

    @Test
    void percentilesAreGoodToTwoDigits() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int i = 1; i <= 1_000; i++) {
            histogram.record(i * 1_000L);
        }
        for (double percent : new double[] {1, 50, 90, 99, 99.9, 100}) {
            double exact = percent * 10;
            assertEquals(exact, histogram.percentileMicros(percent), exact / 100);
        }
        LatencyHistogram once = new LatencyHistogram();
        once.record(12_000);
        assertEquals(12.031, once.percentileMicros(50));
    }

    @Test
    void callsAreCountedWhileThatIsOn() {
        server.run("SET a b");
        assertEquals("*0\r\n", server.run("LATENCY HISTOGRAM set"));
        server.dispatcher().trackLatencies(true);
        server.run("SET a b");
        server.run("CLIENT ID");
        server.run("MULTI");
        server.run("SET a b");
        server.run("EXEC");
        String set = server.run("LATENCY HISTOGRAM nosuch set");
        assertTrue(set.startsWith("*2\r\n$3\r\nset\r\n*4\r\n$5\r\ncalls\r\n:2\r\n$14\r\nhistogram_usec\r\n*"), set);
        assertTrue(server.run("LATENCY HISTOGRAM client").startsWith("*2\r\n$9\r\nclient|id\r\n"));
        server.dispatcher().table().resetStats();
        assertEquals("*0\r\n", server.run("LATENCY HISTOGRAM set"));
    }
}
