package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A primary, two replicas, restarts, and a promotion, once with Vireo and once with the real server: what is answered
 * is equal, and so is what is logged, but for the lines named here.
 */
@NeedsRedis
class DemoIT {
    /** Lines of one that the other has no reason for: they are left out on both sides. */
    private static final List<String> OWN = List.of(
            // The memory that a fork may need.
            "WARNING Memory overcommit must be enabled!",
            "Fork CoW for RDB:",
            // What depends on the machine, on the moment and on who saved.
            "WARNING: The TCP backlog setting",
            "RDB age",
            "RDB memory usage when created",
            "Loading RDB produced by version",
            // Where a replica has not told yet how far it is: once a second as Redis's, after each batch as ours.
            "Waiting for replicas before shutting down.",
            // Written by the real server's signal handler, in another shape.
            "Received SIGTERM scheduling shutdown...");

    @RegisterExtension
    private final Servers servers = new Servers();

    /** What one of the two said and logged. */
    private record Run(List<String> answers, TreeMap<String, List<String>> logs) {}

    @Test
    void theDemoIsAnsweredAndLoggedAsByTheRealServer() {
        Run redis = demo(Program.REDIS);
        Run vireo = demo(Program.VIREO);

        assertEquals(redis.answers, vireo.answers);
        redis.logs.forEach((name, phrases) -> assertThat(vireo.logs.get(name))
                .describedAs("the log of the %s", name)
                .isEqualTo(phrases));
    }

    private Run demo(Program program) {
        Run run = new Run(new ArrayList<>(), new TreeMap<>());
        ServerProcess primary = servers.start(program, settings());
        ServerProcess first = servers.start(program, settings());
        ServerProcess second = servers.start(program, settings());
        Map<Integer, String> names = Map.of(primary.port(), "primary", first.port(), "first", second.port(), "second");

        run.answers.add(first.run("SLAVEOF 127.0.0.1 " + primary.port()));
        InStep.await(primary, first);
        run.answers.add(second.run("SLAVEOF 127.0.0.1 " + primary.port()));
        InStep.await(primary, second);
        run.answers.add(primary.run("SET k1 123"));
        InStep.await(primary, first, second);
        run.answers.add(first.run("GET k1"));
        run.answers.add(second.run("GET k1"));
        run.answers.add(first.run("SET k2 456"));
        run.answers.add(first.run("SLAVEOF 127.0.0.1 " + primary.port()));

        assertEquals(0, first.stop());
        keep(run, "first", first, names);
        Await.until(() -> primary.info("replication", "connected_slaves").equals("1"), "one replica to be gone");
        run.answers.add(primary.run("SET k3 789"));
        String[] following = settings("--replicaof", "127.0.0.1 " + primary.port());
        first.restart(following);
        InStep.await(primary, first);
        run.answers.add(first.run("GET k3"));
        run.answers.add("resyncs " + InStep.syncs(primary));

        assertEquals(0, primary.stop());
        keep(run, "primary", primary, names);
        first.awaitLog("Error condition on socket for SYNC: Connection refused");
        run.answers.add(first.run("REPLICAOF NO ONE"));
        run.answers.add(second.run("REPLICAOF 127.0.0.1 " + first.port()));
        InStep.await(first, second);
        run.answers.add(first.run("SET k4 new"));
        InStep.await(first, second);
        run.answers.add(second.run("GET k4"));
        run.answers.add("resyncs " + InStep.syncs(first));

        assertEquals(0, second.stop());
        keep(run, "second", second, names);
        assertEquals(0, first.stop());
        keep(run, "promoted", first, names);
        return run;
    }

    private static String[] settings(String... more) {
        List<String> words = new ArrayList<>(List.of("--repl-diskless-sync", "no", "--repl-backlog-size", "1mb"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private static void keep(Run run, String name, ServerProcess server, Map<Integer, String> names) {
        List<String> phrases = new LogPhrases(server.log(), names)
                .all().stream()
                        .filter(phrase -> OWN.stream().noneMatch(phrase::contains))
                        .map(phrase -> phrase.replaceAll("user request from '.*'", "user request"))
                        .toList();
        run.logs.put(name, phrases);
    }

    /** Redis needs a full copy here, as it starts empty; Vireo knows where it stopped. */
    @Test
    void aReplicaThatSwitchesTheLogOnAtARestartIsResumed() {
        ServerProcess primary = servers.start(Program.VIREO, settings());
        String[] following = settings("--replicaof", "127.0.0.1 " + primary.port());
        ServerProcess replica = servers.start(Program.VIREO, following);
        primary.run("SET k1 123");
        InStep.await(primary, replica);
        assertEquals(0, replica.stop());
        primary.run("SET k2 456");
        replica.restart(settings("--replicaof", "127.0.0.1 " + primary.port(), "--appendonly", "yes"));
        InStep.await(primary, replica);
        assertEquals("$3\r\n456\r\n", replica.run("GET k2"));
        assertEquals(new InStep.Syncs(1, 1), InStep.syncs(primary));
    }
}
