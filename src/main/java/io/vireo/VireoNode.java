package io.vireo;

import io.vertx.core.Future;
import io.vireo.node.EmbeddedNode;
import io.vireo.node.NodeStatus;

/** A running node that {@link Vireo#start} gave. Methods may be called on any thread. */
public final class VireoNode {
    /** Whether a node takes writes or copies another one. */
    public enum Role {
        PRIMARY,
        REPLICA
    }

    private final EmbeddedNode node;

    VireoNode(EmbeddedNode node) {
        this.node = node;
    }

    /** The TCP port for clients. */
    public int port() {
        return node.port();
    }

    /** What the node is now; fails once it has ended. */
    public Future<Role> role() {
        return status().map(status -> status.isPrimary() ? Role.PRIMARY : Role.REPLICA);
    }

    /** How far the node and its replicas are now; fails once it has ended. */
    public Future<NodeStatus> status() {
        return node.status();
    }

    /** Makes the node a replica of this one, as REPLICAOF does. Completes when it has begun to. */
    public Future<Void> replicaOf(String host, int port) {
        return node.replicaOf(host, port);
    }

    /** Makes the node a primary, as REPLICAOF NO ONE does. */
    public Future<Void> replicaOfNoOne() {
        return node.replicaOfNoOne();
    }

    /**
     * Ends the node as SHUTDOWN does: it waits for its replicas for up to {@code shutdown-timeout}, and saves where there
     * are save points. Completes when its ports are closed and its memory and temporary directory are gone; closing
     * its Vert.x does the same.
     */
    public Future<Void> stop() {
        return node.stop();
    }

    /** Completes when the node has ended, also by a client's SHUTDOWN. */
    public Future<Void> ended() {
        return node.ended();
    }
}
