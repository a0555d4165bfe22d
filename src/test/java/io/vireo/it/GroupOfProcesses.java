package io.vireo.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A group of Vireo nodes, each a process with a data node and a voter in it. The first one's file names no primary. */
final class GroupOfProcesses extends ReplicaSet {
    private static final Duration HANDOVER_WITHIN = Duration.ofSeconds(2);

    private final List<Integer> voterPorts = new ArrayList<>();
    private final List<String> directives;

    /**
     * Prepares a group, and starts nothing.
     *
     * @param directives lines for each node's file besides those about the group
     */
    GroupOfProcesses(List<Place> places, String... directives) {
        this.directives = List.of(directives);
        for (Place place : places) {
            add(ServerProcess.prepare(Program.VIREO, place));
            voterPorts.add(ServerProcess.freePort());
        }
        nodes().forEach(this::configure);
    }

    /** Starts a group, and waits until it has elected its first primary. */
    static GroupOfProcesses started(List<Place> places, String... directives) {
        GroupOfProcesses group = new GroupOfProcesses(places, directives);
        try {
            group.restart(group.nodes());
            group.awaitWhole();
            return group;
        } catch (RuntimeException | Error e) {
            group.close();
            throw e;
        }
    }

    /** The list of voters, as each node's file has it. */
    String voters() {
        return nodes().stream()
                .map(node -> node.place().host() + ":" + voterPort(node))
                .collect(Collectors.joining(" "));
    }

    int voterPort(ServerProcess node) {
        return voterPorts.get(nodes().indexOf(node));
    }

    @Override
    int watcherPort(ServerProcess node) {
        return voterPort(node);
    }

    /** The node's configuration file, beside its data. */
    static Path file(ServerProcess node) {
        return node.dir().resolveSibling("node.conf");
    }

    private void configure(ServerProcess node) {
        ServerProcess first = nodes().getFirst();
        List<String> lines = new ArrayList<>(List.of(
                "port " + node.port(),
                "bind " + node.place().host(),
                "dir " + node.dir(),
                "save \"\"",
                "protected-mode no",
                "enable-debug-command yes",
                "repl-diskless-sync-delay 0",
                "voters " + voters(),
                "voter-port " + voterPort(node)));
        if (node != first) {
            lines.add("replicaof " + first.place().host() + " " + first.port());
        }
        lines.addAll(directives);
        try {
            Files.write(file(node), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void launch(ServerProcess node) {
        node.launchAs("", file(node).toString());
    }

    @Override
    void handOver(ServerProcess primary) {
        handOver(primary, new String[0]);
    }

    /**
     * Asks the primary to hand over until it has: it does so only while it has heard of the heir just now.
     *
     * @param more words after FAILOVER
     */
    void handOver(ServerProcess primary, String... more) {
        List<String> words = new ArrayList<>(List.of("FAILOVER"));
        words.addAll(List.of(more));
        Await.until(
                () -> {
                    primary.ask(words.toArray(String[]::new));
                    return Await.holdsWithin(() -> !isPrimary(primary), HANDOVER_WITHIN);
                },
                primary + " to hand over");
    }

    /** Brings every node back that is down or frozen, and waits until all hold the same; gives the primary. */
    ServerProcess heal() {
        List<ServerProcess> stopped = new ArrayList<>();
        for (ServerProcess node : nodes()) {
            if (node.runs()) {
                node.thaw();
            } else {
                stopped.add(node);
            }
        }
        restart(stopped);
        return awaitWhole();
    }

    /** How many elections the nodes have won since they were started. */
    long elections() {
        return nodes().stream().mapToLong(node -> node.logged("Leads epoch ")).sum();
    }
}
