package io.vireo.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        List<ServerProcess> primaries =
                some.stream().filter(ReplicaSet::isPrimary).toList();
        if (primaries.size() != 1) {
            return Optional.empty();
        }
        ServerProcess primary = primaries.getFirst();
        boolean linked = some.stream()
                .allMatch(node -> node == primary || "up".equals(node.info("replication", "master_link_status")));
        // The digest goes through all data: it is asked for only where the rest is equal.
        boolean equal = linked
                && some.stream()
                                .map(node -> id(node) + " " + offset(node))
                                .distinct()
                                .count()
                        == 1
                && some.stream()
                                .map(node -> node.run("DEBUG DIGEST"))
                                .distinct()
                                .count()
                        == 1;
        return equal ? Optional.of(primary) : Optional.empty();
    }

    /** Whether all nodes are one primary and its replicas, and these hold what the primary held when it was asked. */
    final boolean isInStep() {
        List<ServerProcess> primaries =
                nodes.stream().filter(ReplicaSet::isPrimary).toList();
        if (primaries.size() != 1) {
            return false;
        }
        String id = id(primaries.getFirst());
        long offset = offset(primaries.getFirst());
        return without(primaries.getFirst()).stream()
                .allMatch(node -> "up".equals(node.info("replication", "master_link_status"))
                        && id(node).equals(id)
                        && offset(node) >= offset);
    }

    private static String id(ServerProcess node) {
        return node.info("replication", "master_replid");
    }

    private static long offset(ServerProcess node) {
        return node.infoNumber("replication", "master_repl_offset");
    }

    /** Whether a node takes itself for a primary. */
    static boolean isPrimary(ServerProcess node) {
        return "master".equals(node.info("replication", "role"));
    }

    @Override
    public void close() {
        nodes.forEach(node -> machine(node).forEach(ServerProcess::close));
    }
}
