package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Vireo and redis-server tell of the same commands that take long. */
@NeedsRedis
class SlowLogIT {
    private static final String MANY_WORDS = "DEL" + " k".repeat(40);

    @RegisterExtension
    final Servers servers = new Servers();

    private ServerProcess redis;
    private ServerProcess vireo;

    @BeforeEach
    void startBoth() {
        redis = servers.start(Program.REDIS, "--enable-debug-command", "yes");
        vireo = servers.start(Program.VIREO, "--enable-debug-command", "yes");
    }

    /** Of each entry that a connection has caused its number and words, the newest first. */
    private static List<String> logged(ServerProcess server) {
        server.ask("CONFIG", "SET", "slowlog-log-slower-than", "0");
        server.ask("SLOWLOG", "RESET");
        for (String line : List.of(
                "SET a b",
                "SET key " + "x".repeat(200),
                MANY_WORDS,
                "MULTI",
                "SET a c",
                "INCR a",
                "EXEC",
                "NOSUCH a",
                "GET",
                "AUTH secret",
                "AUTH me secret",
                "HELLO 2 AUTH me secret SETNAME n",
                "CONFIG SET masterauth x maxmemory 0",
                "CONFIG SET MASTERUSER x")) {
            server.run(line);
        }
        return server.ask("SLOWLOG", "GET", "-1").items().stream()
                .map(entry -> String.join(" ", entry.items().get(3).texts()))
                .toList();
    }

    @Test
    void theSameCommandsAreLoggedWithTheSameWords() {
        List<String> theirs = logged(redis);
        assertEquals(theirs, logged(vireo));
        assertTrue(theirs.contains("AUTH (redacted)"));
    }

    @Test
    void theSameEventsAreNoted() {
        assertEquals(events(redis), events(vireo));
    }

    private static List<String> events(ServerProcess server) {
        server.ask("CONFIG", "SET", "latency-monitor-threshold", "50");
        server.ask("DEBUG", "SLEEP", "0.06");
        server.ask("MULTI");
        server.ask("DEBUG", "SLEEP", "0.06");
        server.ask("EXEC");
        List<String> names = server.ask("LATENCY", "LATEST").items().stream()
                .map(event -> event.items().getFirst().text())
                .toList();
        assertEquals(List.of("command"), names);
        return names;
    }

    @Test
    void histogramsHaveTheSameStepsForTheSameTimes() {
        assertEquals(steps(redis), steps(vireo));
    }

    private static List<String> steps(ServerProcess server) {
        server.ask("DEBUG", "SLEEP", "1.1");
        server.ask("DEBUG", "SLEEP", "0.6");
        String percentiles = server.info("latencystats", "latency_percentiles_usec_debug");
        assertTrue(percentiles.matches("p50=60\\d{4}\\.\\d{3},p99=1002438\\.655,p99\\.9=1002438\\.655"), percentiles);
        return server.ask("LATENCY", "HISTOGRAM", "debug")
                .items()
                .getLast()
                .items()
                .getLast()
                .texts();
    }

    @Test
    void percentilesAreShownAsAskedFor() {
        for (ServerProcess server : List.of(redis, vireo)) {
            server.ask("CONFIG", "SET", "latency-tracking-info-percentiles", "0 50.5 99.990 100");
            server.ask("SET", "a", "b");
            String line = server.info("latencystats", "latency_percentiles_usec_set");
            assertTrue(line.matches("p0=\\d+\\.\\d{3},p50\\.5=[\\d.]+,p99\\.99=[\\d.]+,p100=[\\d.]+"), line);
            server.ask("CONFIG", "SET", "latency-tracking-info-percentiles", "");
            assertEquals("", server.info("latencystats", "latency_percentiles_usec_set"));
            server.ask("CONFIG", "SET", "latency-tracking", "no");
            server.ask("CONFIG", "RESETSTAT");
            server.ask("SET", "a", "b");
            assertEquals(null, server.info("latencystats", "latency_percentiles_usec_set"));
        }
    }
}
