package io.vireo.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.replication.Target;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A node in a program that has a Vert.x of its own: its loop is one of that Vert.x, and stopping it leaves nothing.
 * Any thread may use this: of the verticle it touches only what any thread may.
 */
public final class EmbeddedNode {
    private final Vertx vertx;
    private final Config config;
    private final NodeVerticle verticle;
    private final Promise<Void> ended = Promise.promise();
    private final AtomicBoolean undeploys = new AtomicBoolean();
    private volatile String deployment;

    private EmbeddedNode(Vertx vertx, Config config, ServerLog log, Supplier<Future<Void>> last) {
        this.vertx = vertx;
        this.config = config;
        this.verticle = new NodeVerticle(
                config, Hosting.program(() -> Future.succeededFuture(vertx.eventBus()), last), log, this::nodeEnded);
        verticle.gone().onComplete(done -> goneWithVertx());
    }

    /**
     * Starts a node.
     *
     * @param last what is done when the node has ended
     * @return completes when it serves; fails with the reason, and leaves nothing, if it cannot
     */
    public static Future<EmbeddedNode> start(Vertx vertx, Config config, ServerLog log, Supplier<Future<Void>> last) {
        EmbeddedNode node = new EmbeddedNode(vertx, config, log, last);
        return vertx.deployVerticle(node.verticle)
                .map(id -> {
                    node.deployment = id;
                    if (node.verticle.hasEnded()) {
                        node.undeploy(); // a client was quick to shut it down
                    }
                    return node;
                })
                .recover(problem -> last.get().transform(done -> Future.failedFuture(problem)));
    }

    /** The TCP port for clients; 0 if there is none. */
    public int port() {
        return config.get(Options.PORT);
    }

    public Future<NodeStatus> status() {
        return verticle.ask(Node::status);
    }

    /** Follows a primary from now on. Fails while the stream is being handed over by FAILOVER. */
    public Future<Void> replicaOf(String host, int port) {
        return tell(new Target(host, port));
    }

    /** Follows nobody from now on: a primary. Fails while the stream is being handed over by FAILOVER. */
    public Future<Void> replicaOfNoOne() {
        return tell(null);
    }

    private Future<Void> tell(Target primary) {
        return verticle.ask(node -> {
            node.replicaOf(primary);
            return null;
        });
    }

    /** Ends the node as SHUTDOWN does. Completes when its ports are closed and its memory is given back. */
    public Future<Void> stop() {
        undeploy();
        return ended();
    }

    /** Completes when the node has ended, be it by {@link #stop}, by SHUTDOWN, or with its Vert.x. */
    public Future<Void> ended() {
        return ended.future();
    }

    private void nodeEnded() {
        if (!verticle.isStopping()) {
            undeploy(); // a client shut it down
        }
    }

    private void undeploy() {
        if (deployment != null && undeploys.compareAndSet(false, true)) {
            vertx.undeploy(deployment).onComplete(done -> ended.tryComplete());
        }
    }

    private void goneWithVertx() {
        if (!undeploys.get()) {
            ended.tryComplete();
        }
    }
}
