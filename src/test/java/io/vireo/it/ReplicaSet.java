package io.vireo.it;

import java.util.ArrayList;
import java.util.HashSet;
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

    /** Starts a node with its configuration file, and waits for nothing. */
    abstract void launch(ServerProcess node);

    /** Starts nodes, and waits until they are ready. */
    final void restart(ServerProcess... stopped) {
        for (ServerProcess node : stopped) {
            launch(node);
        }
        for (ServerProcess node : stopped) {
            node.awaitReady();
        }
    }

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
        Set<String> states = new HashSet<>();
        for (ServerProcess node : some) {
            if (node != primary && !"up".equals(node.info("replication", "master_link_status"))) {
                return Optional.empty();
            }
            states.add(InStep.id(node) + " " + InStep.offset(node) + " " + node.run("DEBUG DIGEST"));
        }
        return states.size() == 1 ? Optional.of(primary) : Optional.empty();
    }

    /** Whether a node takes itself for a primary. */
    static boolean isPrimary(ServerProcess node) {
        return "master".equals(node.info("replication", "role"));
    }

    @Override
    public void close() {
        nodes.forEach(ServerProcess::close);
    }
}
