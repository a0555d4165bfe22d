package io.vireo.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A primary and its replicas as processes, with something that watches over them and replaces the primary. */
abstract class ReplicaSet implements AutoCloseable {
    private final List<ServerProcess> nodes = new ArrayList<>();

    /** Adds a node that is not started yet. */
    final ServerProcess add(ServerProcess node) {
        nodes.add(node);
        return node;
    }

    /** All data nodes, whether they run or not. */
    final List<ServerProcess> nodes() {
        return List.copyOf(nodes);
    }

    /** All nodes but these. */
    final List<ServerProcess> without(ServerProcess... absent) {
        Set<ServerProcess> gone = Set.of(absent);
        return nodes.stream().filter(node -> !gone.contains(node)).toList();
    }

    /** The processes on a node's machine, the node itself first. */
    List<ServerProcess> machine(ServerProcess node) {
        return List.of(node);
    }

    /** Starts all on a node's machine, and waits for nothing. */
    abstract void launch(ServerProcess node);

    /** Waits until all on a node's machine are ready. */
    void awaitReady(ServerProcess node) {
        node.awaitReady();
    }

    /** Starts nodes, and waits until they are ready. */
    final void restart(ServerProcess... stopped) {
        restart(List.of(stopped));
    }

    /** Starts nodes, and waits until they are ready. */
    final void restart(List<ServerProcess> stopped) {
        stopped.forEach(this::launch);
        stopped.forEach(this::awaitReady);
    }

    /** Sends a signal to all on some nodes' machines. */
    final void signal(String name, List<ServerProcess> some) {
        some.forEach(node -> machine(node).forEach(process -> process.signal(name)));
    }

    /** SIGKILL for all on some nodes' machines. */
    final void kill(List<ServerProcess> some) {
        signal("KILL", some);
        awaitEnd(some);
    }

    /** Waits until nothing runs on some nodes' machines any more. */
    final void awaitEnd(List<ServerProcess> some) {
        some.forEach(node -> machine(node).forEach(ServerProcess::awaitEnd));
    }

    /** The port of what watches over the set, on a node's machine. */
    abstract int watcherPort(ServerProcess node);

    /** Asks for another primary, as an operator does before work on the machine of this one. */
    abstract void handOver(ServerProcess primary);

    /** Waits until all nodes are one primary and its replicas, and hold the same; nobody may write meanwhile. */
    final ServerProcess awaitWhole() {
        return awaitWhole(nodes());
    }

    /** Waits until these nodes are one primary and its replicas, and hold the same; gives the primary. */
    final ServerProcess awaitWhole(List<ServerProcess> some) {
        List<ServerProcess> found = new ArrayList<>();
        Await.until(
                () -> {
                    found.clear();
                    whole(some).ifPresent(found::add);
                    return !found.isEmpty();
                },
                "one primary, and replicas that hold the same");
        return found.getFirst();
    }

    private static Optional<ServerProcess> whole(List<ServerProcess> some) {
        List<Standing> standings = some.stream().map(Standing::of).toList();
        List<Standing> primaries =
                standings.stream().filter(Standing::isPrimary).toList();
        // The digest goes through all data: it is asked for only where the rest is equal.
        boolean equal = primaries.size() == 1
                && standings.stream().allMatch(s -> s.isPrimary || s.isLinkUp)
                && standings.stream().map(s -> s.id + " " + s.offset).distinct().count() == 1
                && some.stream()
                                .map(node -> node.run("DEBUG DIGEST"))
                                .distinct()
                                .count()
                        == 1;
        return equal ? Optional.of(primaries.getFirst().node) : Optional.empty();
    }

    /** Whether all nodes are one primary and its replicas, and these hold what the primary held when it was asked. */
    final boolean isInStep() {
        List<ServerProcess> primaries =
                nodes.stream().filter(ReplicaSet::isPrimary).toList();
        if (primaries.size() != 1) {
            return false;
        }
        Standing primary = Standing.of(primaries.getFirst());
        return without(primary.node).stream()
                .map(Standing::of)
                .allMatch(node -> node.isLinkUp && node.id.equals(primary.id) && node.offset >= primary.offset);
    }

    /** Whether a node takes itself for a primary. */
    static boolean isPrimary(ServerProcess node) {
        return Standing.of(node).isPrimary;
    }

    /** What a node says of its replication, all of it at one time. */
    private record Standing(ServerProcess node, boolean isPrimary, boolean isLinkUp, String id, long offset) {
        private static Standing of(ServerProcess node) {
            Reply reply = node.ask("INFO", "replication");
            if (reply.isError()) {
                // In strong mode a primary without a lease answers nothing.
                throw new UncheckedIOException(new IOException(node + " says " + reply));
            }
            Map<String, String> fields = reply.text()
                    .lines()
                    .filter(line -> line.contains(":"))
                    .collect(Collectors.toMap(
                            line -> line.substring(0, line.indexOf(':')),
                            line -> line.substring(line.indexOf(':') + 1),
                            (a, b) -> a));
            return new Standing(
                    node,
                    "master".equals(fields.get("role")),
                    "up".equals(fields.get("master_link_status")),
                    fields.get("master_replid"),
                    Long.parseLong(fields.get("master_repl_offset")));
        }
    }

    @Override
    public void close() {
        nodes.forEach(node -> machine(node).forEach(ServerProcess::close));
    }
}
