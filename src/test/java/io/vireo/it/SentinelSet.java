package io.vireo.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A set of nodes without voters, with a redis-sentinel beside each; to be compared with a {@link GroupOfProcesses}. */
final class SentinelSet extends ReplicaSet {
    /** The same as Vireo's voters suspect after. */
    static final int DOWN_AFTER_MS = 500;

    private static final int PATIENT_DOWN_AFTER_MS = 2_000;
    static final int FAILOVER_TIMEOUT_MS = 2_000;
    private static final String NAME = "main";

    private final int downAfterMs;
    private final Map<ServerProcess, ServerProcess> sentinels = new HashMap<>();

    private SentinelSet(Program program, List<Place> places) {
        // Where it is not about speed, a busy machine is not to look like a dead one.
        this.downAfterMs = program == Program.REDIS ? DOWN_AFTER_MS : PATIENT_DOWN_AFTER_MS;
        for (Place place : places) {
            sentinels.put(add(ServerProcess.prepare(program, place)), ServerProcess.prepare(Program.REDIS, place));
        }
        nodes().forEach(this::configure);
    }

    /** Starts a set, and waits until its sentinels know each other. */
    static SentinelSet started(Program program, List<Place> places) {
        SentinelSet set = new SentinelSet(program, places);
        set.restart(set.nodes());
        set.awaitWhole();
        for (ServerProcess sentinel : set.sentinels.values()) {
            Await.until(
                    () -> {
                        List<String> words =
                                sentinel.ask("SENTINEL", "MASTER", NAME).texts();
                        return number(words, "num-slaves") == places.size() - 1
                                && number(words, "num-other-sentinels") == places.size() - 1;
                    },
                    sentinel + " to know the others");
        }
        return set;
    }

    /** Whom the sentinels on a node's machine take for the primary. */
    int primaryPort(ServerProcess node) {
        return Integer.parseInt(sentinels
                .get(node)
                .ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
                .texts()
                .getLast());
    }

    private static int number(List<String> words, String field) {
        return Integer.parseInt(words.get(words.indexOf(field) + 1));
    }

    /** The configuration of a node or of a sentinel. */
    static Path file(ServerProcess process) {
        return process.dir().resolveSibling("node.conf");
    }

    private void configure(ServerProcess node) {
        ServerProcess first = nodes().getFirst();
        String host = node.place().host();
        List<String> lines = new ArrayList<>(List.of(
                "port " + node.port(),
                "bind " + host,
                "dir " + node.dir(),
                "save \"\"",
                "appendonly yes",
                "protected-mode no",
                "enable-debug-command yes",
                "repl-diskless-sync-delay 0"));
        if (node != first) {
            lines.add("replicaof " + first.place().host() + " " + first.port());
        }
        ServerProcess sentinel = sentinels.get(node);
        List<String> watching = List.of(
                "port " + sentinel.port(),
                "bind " + host,
                "dir " + sentinel.dir(),
                "protected-mode no",
                "sentinel monitor " + NAME + " " + first.place().host() + " " + first.port() + " "
                        + (nodes().size() / 2 + 1),
                "sentinel down-after-milliseconds " + NAME + " " + downAfterMs,
                "sentinel failover-timeout " + NAME + " " + FAILOVER_TIMEOUT_MS);
        try {
            Files.write(file(node), lines);
            Files.write(file(sentinel), watching);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    List<ServerProcess> machine(ServerProcess node) {
        return List.of(node, sentinels.get(node));
    }

    @Override
    void launch(ServerProcess node) {
        node.launchAs("", file(node).toString());
        sentinels.get(node).launchAs("", file(sentinels.get(node)).toString(), "--sentinel");
    }

    @Override
    void awaitReady(ServerProcess node) {
        node.awaitReady();
        sentinels.get(node).awaitLog("+monitor master " + NAME);
    }

    @Override
    int watcherPort(ServerProcess node) {
        return sentinels.get(node).port();
    }

    @Override
    void handOver(ServerProcess primary) {
        ServerProcess sentinel = sentinels.get(without(primary).getFirst());
        Await.until(() -> !sentinel.ask("SENTINEL", "FAILOVER", NAME).isError(), sentinel + " to begin a failover");
        Await.until(() -> !isPrimary(primary), primary + " to be replaced");
    }
}
