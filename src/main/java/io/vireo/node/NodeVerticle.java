package io.vireo.node;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Option;
import io.vireo.config.Options;
import io.vireo.config.ShutdownFlag;
import java.util.Set;

/** A node as a verticle: its context's loop owns the data and all of the node's sockets. */
@RunsOn(Loop.KEYSPACE)
final class NodeVerticle extends VerticleBase {
    private final Config config;
    private final ServerLog log;
    private final Runnable onEnd;
    private volatile Node node;

    /** @param onEnd told once the node has ended, on its loop */
    NodeVerticle(Config config, ServerLog log, Runnable onEnd) {
        this.config = config;
        this.log = log;
        this.onEnd = onEnd;
    }

    @Override
    public Future<?> start() {
        node = new Node(vertx, context, config, log);
        node.ended().onSuccess(done -> onEnd.run());
        return node.start();
    }

    ServerLog log() {
        return log;
    }

    /** Whether the node follows another one. Any thread. */
    boolean isReplica() {
        return !config.get(Options.REPLICAOF).isNone();
    }

    /** Ends the node as this signal asks for; completes when it has ended. Any thread. */
    Future<Void> end(String signal, Option<Set<ShutdownFlag>> option) {
        log.warning("Received " + signal + " scheduling shutdown...");
        context.runOnContext(hop -> {
            try {
                Set<ShutdownFlag> flags = config.get(option);
                node.shutDown(
                        "User requested shutdown...",
                        new Shutdown.Wish(
                                flags.contains(ShutdownFlag.SAVE),
                                flags.contains(ShutdownFlag.NOSAVE),
                                flags.contains(ShutdownFlag.NOW),
                                flags.contains(ShutdownFlag.FORCE)));
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        });
        return node.ended();
    }
}
