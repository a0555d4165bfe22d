package io.vireo.node;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.InfoCommand;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.log.ReplicationLog;
import io.vireo.persist.Loading;
import io.vireo.replication.Feed;
import io.vireo.replication.LinkState;
import io.vireo.replication.Replication;
import io.vireo.web.NodeSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;

/** What a node says about itself to those that do not speak RESP: the HTTP port, and the program it is embedded in. */
@RunsOn(Loop.KEYSPACE)
final class NodeReport {
    private final Config config;
    private final InfoCommand info;
    private final Replication replication;
    private final ReplicationLog stream;
    private final Loading loading;
    private final LoopDelay loopDelay;
    private final EventLoop loop;
    private boolean isClosed;

    NodeReport(
            Config config,
            InfoCommand info,
            Replication replication,
            ReplicationLog stream,
            Loading loading,
            LoopDelay loopDelay,
            EventLoop loop) {
        this.config = config;
        this.info = info;
        this.replication = replication;
        this.stream = stream;
        this.loading = loading;
        this.loopDelay = loopDelay;
        this.loop = loop;
    }

    /** Has those that still ask told that the node has ended: its memory is about to be given back. */
    void close() {
        isClosed = true;
    }

    /** What an embedding program may ask. */
    NodeStatus status() {
        return new NodeStatus(
                replication.isPrimary(),
                stream.history().id(),
                stream.endOffset(),
                replication.isLinkUp(),
                replication.feeds().stream().map(Feed::acked).toList());
    }

    /**
     * Asks for what an HTTP request is answered from. Any thread; fails once the node has ended.
     *
     * @param withInfo whether the text of INFO is wanted
     * @param delayNanos told how long the question waited for the node's loop
     */
    Future<NodeSnapshot> ask(boolean withInfo, LongConsumer delayNanos) {
        Promise<NodeSnapshot> answer = Promise.promise();
        long askedAt = System.nanoTime();
        loop.execute(() -> {
            try {
                delayNanos.accept(System.nanoTime() - askedAt);
                if (isClosed) {
                    answer.fail("the node has ended");
                } else {
                    answer.complete(snapshot(withInfo));
                }
            } catch (Throwable e) { // as everything on this loop
                Fatal.stop(e);
            }
        });
        return answer.future();
    }

    private NodeSnapshot snapshot(boolean withInfo) {
        List<NodeSnapshot.ReplicaLag> lags = replication.feeds().stream()
                .map(feed -> new NodeSnapshot.ReplicaLag(
                        feed.replica().name(),
                        feed.state().word(),
                        feed.lagMs(),
                        feed.acked() == 0 ? 0 : stream.endOffset() - feed.acked()))
                .toList();
        boolean hasCopy = replication.link() instanceof LinkState.Linked linked
                && linked.course().position().isKnown();
        return new NodeSnapshot(
                withInfo ? info.text(Set.of("all")) : "",
                replication.isPrimary(),
                loading.hidesData(),
                replication.isLinkUp(),
                replication.isPrimary() || hasCopy,
                config.get(Options.REPLICA_SERVE_STALE_DATA),
                replication.silentMs(),
                replication.receivedOffset() - stream.endOffset(),
                replication.link().getClass().getSimpleName().toLowerCase(Locale.ROOT),
                new NodeSnapshot.Delays(loopDelay.count(), loopDelay.sumNanos(), loopDelay.largestNanos()),
                lags);
    }
}
