package io.vireo.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Option;
import io.vireo.config.Options;
import io.vireo.config.ShutdownFlag;
import io.vireo.persist.RdbFile;
import io.vireo.resp.ErrorReply;
import java.util.Set;
import java.util.function.Function;

/** A node as a verticle: its context's loop owns the data and all of the node's sockets. */
@RunsOn(Loop.KEYSPACE)
final class NodeVerticle extends VerticleBase implements Resident {
    private final Config config;
    private final ServerLog log;
    private final Hosting hosting;
    private final Runnable onEnd;
    private final Promise<Void> gone = Promise.promise();
    private volatile Node node;
    private volatile boolean stopping;

    /** @param onEnd told once the node has ended, on its loop */
    NodeVerticle(Config config, Hosting hosting, ServerLog log, Runnable onEnd) {
        this.hosting = hosting;
        this.config = config;
        this.log = log;
        this.onEnd = onEnd;
    }

    @Override
    public Future<?> start() {
        node = new Node(vertx, context, config, hosting, log);
        node.ended().onSuccess(done -> onEnd.run());
        return node.start().recover(problem -> node.abandon().transform(gone -> Future.failedFuture(problem)));
    }

    /** An embedding program undeploys a node, or closes its Vert.x; a process of nodes halts instead. */
    @Override
    public Future<?> stop() {
        stopping = true;
        // What cannot be saved is logged, and does not keep a program from going on without the node.
        node.shutDown(new Shutdown.Wish(false, false, false, true));
        return node.ended().eventually(hosting.last()).onComplete(gone);
    }

    /** Completes when the node has ended and is taken down. Any thread. */
    Future<Void> gone() {
        return gone.future();
    }

    /** Whether somebody takes the verticle down. Any thread. */
    boolean isStopping() {
        return stopping;
    }

    boolean hasEnded() {
        return node.ended().isComplete();
    }

    /** Asks the node something, or tells it something, on its loop. Any thread. */
    <R> Future<R> ask(Function<Node, R> question) {
        Promise<R> answer = Promise.promise();
        context.runOnContext(hop -> {
            if (node.ended().isComplete()) {
                answer.fail("the node has ended");
                return;
            }
            try {
                answer.complete(question.apply(node));
            } catch (ErrorReply.Refusal e) {
                answer.fail(e);
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        });
        return answer.future();
    }

    @Override
    public ServerLog log() {
        return log;
    }

    /** Whether the node follows another one. Any thread. */
    @Override
    public boolean isReplica() {
        return !config.get(Options.REPLICAOF).isNone();
    }

    /** Whether the node is to end, as far as it has not failed to. Any thread. */
    @Override
    public boolean isEndAskedFor() {
        return node.isEndAskedFor();
    }

    /** Whether the log is to tell what every thread does where the process is made to crash. Any thread. */
    @Override
    public boolean tellsCrashes() {
        return config.get(Options.CRASH_LOG_ENABLED);
    }

    /** Removes the RDB file that is being written, where the process ends in the midst of it. Any thread. */
    @Override
    public void removeDraft() {
        new RdbFile(config.get(Options.DIR), config.get(Options.DBFILENAME)).removeDraft();
    }

    /** Ends the node as this signal asks for; completes when it has ended. Any thread. */
    @Override
    public Future<Void> end(String signal, Option<Set<ShutdownFlag>> option) {
        log.warning("Received " + signal + " scheduling shutdown...");
        context.runOnContext(hop -> {
            try {
                Set<ShutdownFlag> flags = config.get(option);
                node.scheduleEnd(new Shutdown.Wish(
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
