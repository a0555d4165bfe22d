package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The primary in a node: all its replicas, the cuts they wait for, and what goes into the stream for their sake. A
 * replica has one too, for replicas of its own.
 */
@RunsOn(Loop.KEYSPACE)
final class Feeds {
    private final Surroundings node;
    private final ReplicationLog log;
    private final Consumer<RoleEvent> role;
    private final AckTable acks;
    private final List<Feed> feeds = new ArrayList<>();
    private final Map<SyncDecision.Reason, Long> fullSyncs = new EnumMap<>(SyncDecision.Reason.class);

    private long partialSyncs;
    private long pingedAtMs;
    /** Whether a cut to disk is on its way that was begun for replicas. */
    private boolean cutsToDisk;

    private long nobodySinceMs;

    Feeds(Surroundings node, ReplicationLog log, Consumer<RoleEvent> role) {
        this.node = node;
        this.log = log;
        this.acks = new AckTable(
                this::holding, this::holdingOnDisk, offset -> node.durableTo().getAsLong() >= offset);
        this.role = role;
        this.nobodySinceMs = nowMs();
    }

    AckTable acks() {
        return acks;
    }

    /** In the order in which they came. */
    List<Feed> all() {
        return List.copyOf(feeds);
    }

    /** How many get the stream and have acknowledged this offset. */
    int holding(long offset) {
        int count = 0;
        for (int i = 0; i < feeds.size(); i++) {
            Feed feed = feeds.get(i);
            count += feed.state() instanceof FeedState.Online && feed.acked() >= offset ? 1 : 0;
        }
        return count;
    }

    /** How many get the stream and have told that it is on their disk up to this offset. */
    int holdingOnDisk(long offset) {
        int count = 0;
        for (int i = 0; i < feeds.size(); i++) {
            Feed feed = feeds.get(i);
            count += feed.state() instanceof FeedState.Online && feed.durable() >= offset ? 1 : 0;
        }
        return count;
    }

    /** How many get the stream and were heard of within this time. */
    int heardWithin(long lagMs) {
        int count = 0;
        for (int i = 0; i < feeds.size(); i++) {
            Feed feed = feeds.get(i);
            count += feed.state() instanceof FeedState.Online && feed.lagMs() <= lagMs ? 1 : 0;
        }
        return count;
    }

    void resetStats() {
        fullSyncs.clear();
        partialSyncs = 0;
    }

    /** Those that get the stream, and how far they are. */
    List<FailoverEvent.Candidate> candidates() {
        return feeds.stream()
                .filter(feed -> feed.state() instanceof FeedState.Online)
                .map(feed -> new FailoverEvent.Candidate(
                        new Target(feed.replica().host(), feed.replica().port()), feed.acked()))
                .toList();
    }

    long partialSyncs() {
        return partialSyncs;
    }

    /** How many full copies were given or begun, by reason. */
    Map<SyncDecision.Reason, Long> fullSyncs() {
        return Map.copyOf(fullSyncs);
    }

    // Replicas come.

    /** A replica asks to continue, or for a full copy; {@code wantedId} may be {@code "?"}. */
    Feed psync(Replica replica, ReplicaConnection connection, String wantedId, long wantedOffset) {
        askedBy(replica);
        SyncDecision decision = SyncDecision.decide(log.history(), log.backlog(), wantedId, wantedOffset);
        decision.explain(log.history(), replica.name(), wantedId, wantedOffset).forEach(node.say());
        return serve(replica, connection, decision);
    }

    /** A replica asks for a full copy in the way of before PSYNC. */
    Feed sync(Replica replica, ReplicaConnection connection) {
        askedBy(replica);
        return serve(replica, connection, new SyncDecision.Full(SyncDecision.Reason.REQUESTED));
    }

    private void askedBy(Replica replica) {
        node.say().accept(Say.notice("Replica " + replica.name() + " asks for synchronization"));
    }

    private Feed serve(Replica replica, ReplicaConnection connection, SyncDecision decision) {
        Feed feed = new Feed(replica, connection, log, node, this::changed);
        feeds.add(feed);
        connection.serves(feed);
        switch (decision) {
            case SyncDecision.Continue(long from, long bytes) -> {
                partialSyncs++;
                feed.tell(new FeedEvent.MayContinue(log.history().id(), from));
            }
            case SyncDecision.Full(SyncDecision.Reason reason) -> {
                fullSyncs.merge(reason, 1L, Long::sum);
                feed.tell(new FeedEvent.NeedsCopy());
                role.accept(new RoleEvent.CopyWanted(node.newIds().get()));
                if (replica.wantsData()) {
                    findCut(feed);
                } else {
                    giveNothing(feed);
                }
            }
        }
        return feed;
    }

    /** A copy without data needs no cut: it is as good as saved already. */
    private void giveNothing(Feed feed) {
        feed.tell(new FeedEvent.CutBegan(nextPosition(), Medium.DISK));
        feed.tell(new FeedEvent.CutComplete());
    }

    private void findCut(Feed feed) {
        CutPlan.Arrival arrival = CutPlan.arrived(
                feed.replica(), node.cuts().running(), node.settings().cut());
        arrival.say().forEach(node.say());
        switch (arrival.plan()) {
            case CutPlan.Join(var position) -> feed.tell(new FeedEvent.CutBegan(position, Medium.DISK));
            case CutPlan.Start(Medium medium) -> beginCut(medium);
            case CutPlan.Wait wait -> {}
        }
    }

    // Cuts.

    /** One cut for all that wait. On a primary its first effect afterwards begins with SELECT. */
    private void beginCut(Medium medium) {
        node.say().accept(Say.notice("Starting BGSAVE for SYNC with target: " + medium.words()));
        var position = nextPosition();
        boolean begun = node.cuts().begin(medium, position, Math.max(0, log.database()));
        cutsToDisk = begun && medium == Medium.DISK;
        if (!begun) {
            node.say().accept(Say.warning("BGSAVE for replication failed"));
        }
        tell(
                feed -> feed.state() instanceof FeedState.Queued
                        && (medium == Medium.DISK || feed.replica().takesMarked()),
                begun ? new FeedEvent.CutBegan(position, medium) : new FeedEvent.CutNotBegun());
    }

    /** Where a copy that begins now stands. */
    private StreamPosition nextPosition() {
        if (!log.isFollowing()) {
            log.forgetDatabase();
        }
        return log.position();
    }

    void cutEnded(Medium medium, boolean well) {
        cutsToDisk = false;
        tell(
                feed -> medium == Medium.DISK
                        ? feed.state() instanceof FeedState.Saving
                        : feed.state() instanceof FeedState.Piping,
                well ? new FeedEvent.CutComplete() : new FeedEvent.CutFailed());
    }

    // Replicas go.

    void dismissAll() {
        tell(feed -> true, new FeedEvent.Dismissed());
    }

    private void changed(Feed feed) {
        if (feed.isClosed()) {
            feeds.remove(feed);
            if (feeds.isEmpty()) {
                nobodySinceMs = nowMs();
            }
            boolean nobodyTakesCut = feeds.stream().noneMatch(f -> f.state() instanceof FeedState.Piping);
            if (node.cuts().running() instanceof CutPlan.Running.ToSockets && nobodyTakesCut) {
                node.cuts().abandonSockets();
            }
            if (cutsToDisk && feeds.stream().noneMatch(f -> f.state() instanceof FeedState.Saving)) {
                cutsToDisk = false;
                node.cuts().abandonDisk();
            }
        }
        acks.changed();
    }

    private void tell(Predicate<Feed> which, FeedEvent event) {
        for (Feed feed : List.copyOf(feeds)) {
            if (which.test(feed)) {
                feed.tell(event);
            }
        }
    }

    // Time, and the end of each turn.

    /** @param handingOver whether a replica shall catch up: then nothing is written for the sake of replicas */
    void tick(boolean dataHeld, boolean leading, boolean handingOver) {
        tell(feed -> true, new FeedEvent.Tick());
        OutputLimit limit = node.settings().outputLimit().atLeast(log.backlogSizeBytes());
        List.copyOf(feeds).forEach(feed -> feed.checkOutput(limit));
        if (!dataHeld) {
            return;
        }
        beginCutIfDue();
        if (leading) {
            if (!handingOver) {
                pingInTime();
            }
            freeBacklogInTime();
        }
    }

    /** Sends what was written in this turn of the loop. */
    void pump(boolean handingOver) {
        if (feeds.isEmpty()) {
            return;
        }
        if (!handingOver && acks.takeRequest() && !log.isFollowing()) {
            write("REPLCONF", "GETACK", "*");
        }
        for (int i = 0; i < feeds.size(); i++) {
            feeds.get(i).pump();
        }
    }

    /** The time until which a backlog without replicas is kept is counted from now. */
    void countFromNow() {
        nobodySinceMs = nowMs();
    }

    private void beginCutIfDue() {
        if (!(node.cuts().running() instanceof CutPlan.Running.Nothing)) {
            return;
        }
        List<CutPlan.Waiting> waiting = new ArrayList<>();
        for (Feed feed : feeds) {
            if (feed.state() instanceof FeedState.Queued queued) {
                waiting.add(new CutPlan.Waiting(feed.replica(), queued.sinceMs()));
            }
        }
        CutPlan.due(waiting, node.settings().cut(), nowMs()).ifPresent(this::beginCut);
    }

    private void pingInTime() {
        if (feeds.isEmpty() || nowMs() - pingedAtMs >= node.settings().pingPeriodMs()) {
            pingedAtMs = nowMs();
            if (!feeds.isEmpty()) {
                write("PING");
            }
        }
    }

    private void freeBacklogInTime() {
        long seconds = node.settings().backlogTtlSeconds();
        if (feeds.isEmpty() && log.hasBacklog() && seconds > 0 && nowMs() - nobodySinceMs > seconds * 1_000) {
            role.accept(new RoleEvent.BacklogUnused(seconds, node.newIds().get()));
        }
    }

    private void write(String... words) {
        log.effect(ReplicationLog.NO_DATABASE);
        log.begin(words.length);
        for (String word : words) {
            log.word(word.getBytes(StandardCharsets.US_ASCII));
        }
        log.commit();
    }

    private long nowMs() {
        return node.nowMs().getAsLong();
    }
}
