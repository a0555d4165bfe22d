package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node's replication: its role, its link to a primary, and its replicas, each a state machine, put together.
 *
 * <pre>
 *   REPLICAOF ---> ReplicationRole ---> log: names, restarts
 *                    |        ^  |
 *           what to follow    |  +----> Feeds: dismissed when the names change
 *                    v        |           ^
 *                  Following -+           | PSYNC, ACK
 *                    |   "our data are another stream's now"
 *                    v
 *                  log: the primary's bytes
 * </pre>
 *
 * <p>Knows nothing of sockets and files: see {@link Surroundings}.
 */
@RunsOn(Loop.KEYSPACE)
public final class Replication {
    /** The lag of data of which nobody knows how old they are. */
    public static final long UNKNOWN_LAG = Long.MAX_VALUE;

    private final Surroundings node;
    private final ReplicationLog log;
    private final Following following;
    private final Feeds feeds;

    private RoleState role = new RoleState.Primary();
    private FailoverState failover = new FailoverState.None();
    private Runnable roleChanged = () -> {};
    private long durableTo;

    public Replication(Surroundings node, ReplicationLog log) {
        this.node = node;
        this.log = log;
        this.feeds = new Feeds(node, log, this::on);
        this.following = new Following(node, log, this::on, this::failover);
    }

    /** Sets what is done when the role has changed, before anything else is done about it. */
    public void onRoleChange(Runnable what) {
        roleChanged = what;
    }

    // What the node says.

    /**
     * Begins, after the files were loaded.
     *
     * @param primary whom to follow, or empty
     * @param loaded what the file said its data are a copy of, or empty
     * @param database the one in which that stream stands
     */
    public void start(Optional<Target> primary, Optional<StreamPosition> loaded, int database) {
        on(new RoleEvent.Started(primary, loaded, newId()));
        if (primary.isPresent()) {
            log.database(database);
        }
        feeds.countFromNow();
    }

    /**
     * Begins, after the files were loaded, in a group whose voters say who leads.
     *
     * @param loaded what the file said its data are a copy of, or empty
     * @param database the one in which that stream stands
     */
    public void startInGroup(Optional<StreamPosition> loaded, int database) {
        on(new RoleEvent.StartedInGroup(loaded));
        log.database(database);
        feeds.countFromNow();
    }

    /** Follows nobody, and takes no writes, until it is told to follow or to lead. */
    public void followNobody() {
        if (!(role instanceof RoleState.Unattached)) {
            on(new RoleEvent.FollowNobody(hasPosition()));
        }
    }

    /** Leads, with a history of this name, which goes on where the present one ends. */
    public void lead(String id) {
        on(new RoleEvent.ReplicaOfNoOne(id));
        feeds.countFromNow();
    }

    /** REPLICAOF host port. */
    public void replicaOf(Target primary) {
        if (log.dropEffects()) {
            // A transaction wrote before it made us a replica: our data are not what the stream says.
            log.history(ReplicationHistory.fresh(newId()));
        }
        on(new RoleEvent.ReplicaOf(primary));
    }

    /** REPLICAOF NO ONE. */
    public void replicaOfNoOne() {
        lead(newId());
    }

    /** FAILOVER, once it is known that it may be. What comes of it shows in {@link #failoverState}. */
    public void failover(FailoverEvent event) {
        Step<FailoverState, FailoverAction> step =
                Failover.on(failover, event, node.nowMs().getAsLong());
        failover = step.state();
        step.actions().forEach(this::perform);
    }

    /** Ends all links, up and down, for good: the node is going away. */
    public void stop() {
        following.tell(new LinkEvent.Unfollow());
        feeds.dismissAll();
    }

    /** DEBUG CHANGE-REPL-ID. */
    public void changeId() {
        on(new RoleEvent.IdChangeWanted(newId()));
    }

    /**
     * Time passes; to be called several times a second.
     *
     * @param dataHeld whether the data are at hand; while a guest has them, neither a cut nor the stream can be touched
     */
    public void tick(boolean dataHeld) {
        following.goOn();
        following.tell(new LinkEvent.Tick());
        following.stamp();
        feeds.tick(dataHeld, isPrimary(), isFailingOver());
        lookForHeir();
    }

    /** Whether our data are kept from a primary that came back without any. */
    public boolean isHeldOff() {
        return link() instanceof LinkState.Linked linked && linked.course().standing() == LinkState.Standing.HELD_OFF;
    }

    /** Our data may be used again, after they were lent to somebody: the primary's stream goes on. */
    public void goOn() {
        following.goOn();
    }

    /** The end of a turn of the loop: what was written goes to the replicas. */
    public void pump() {
        lookAtDisk();
        feeds.pump(isFailingOver());
        lookForHeir();
    }

    /** What is on our disk is told to our primary, and may be what a client waits for. */
    private void lookAtDisk() {
        long now = node.durableTo().getAsLong();
        if (now != durableTo) {
            durableTo = now;
            following.tell(new LinkEvent.Flushed());
            feeds.acks().changed();
        }
    }

    private void lookForHeir() {
        if (failover instanceof FailoverState.WaitingForSync) {
            failover(new FailoverEvent.Looked(feeds.candidates(), log.endOffset()));
        }
    }

    /** A cut of {@link CutSource} has ended. A file is complete, or all bytes are sent, if it ended well. */
    public void cutEnded(Medium medium, boolean well) {
        feeds.cutEnded(medium, well);
    }

    // What replicas say.

    /** Whether a replica may be given our data now: a replica's own only while they follow its primary's. */
    public boolean canServe() {
        return isPrimary() || isLinkUp();
    }

    /** What comes of a primary's wish that we lead. */
    public enum TakeOver {
        DONE,
        /** We lead already, perhaps since we were asked before. */
        LEADS_ALREADY,
        /** Our data are another stream's. */
        OTHER_STREAM
    }

    /** PSYNC id offset FAILOVER: the primary of the stream of this id wants us to lead in its place. */
    public TakeOver takeOver(String id) {
        if (isPrimary()) {
            return TakeOver.LEADS_ALREADY;
        }
        if (!log.history().id().equalsIgnoreCase(id)) {
            return TakeOver.OTHER_STREAM;
        }
        replicaOfNoOne();
        return TakeOver.DONE;
    }

    /** PSYNC id offset. */
    public Feed psync(Replica replica, ReplicaConnection connection, String wantedId, long wantedOffset) {
        return feeds.psync(replica, connection, wantedId, wantedOffset);
    }

    /** SYNC. */
    public Feed sync(Replica replica, ReplicaConnection connection) {
        return feeds.sync(replica, connection);
    }

    /** Up to where the group holds the stream, as our primary has told; -1 as long as it has not. */
    public long commitOffset() {
        return following.commitOffset();
    }

    /**
     * How old our data can be at the most, in milliseconds: it is so long ago that we asked our primary a question which
     * it has answered behind all that it had. 0 on a primary; {@link #UNKNOWN_LAG} where that is not known.
     */
    public long staleMs() {
        if (isPrimary()) {
            return 0;
        }
        long staleMs = following.staleMs();
        return staleMs == Following.NEVER ? UNKNOWN_LAG : staleMs;
    }

    /** Tells the primary how far we are, without being asked, where its stream comes in. */
    public void acknowledge() {
        if (isLinkUp()) {
            following.stamp();
            following.tell(new LinkEvent.AckWanted());
        }
    }

    /** Sends our primary a command whose answer does not matter, where its stream comes in. */
    public void tellPrimary(List<String> words) {
        if (isLinkUp()) {
            following.send(words);
        }
    }

    /** REPLCONF GETACK, in the primary's stream. */
    public void ackWanted() {
        following.ackWanted();
    }

    // What can be asked.

    public ReplicationLog log() {
        return log;
    }

    public AckTable acks() {
        return feeds.acks();
    }

    /** Whether this node keeps an append-only file. */
    boolean keepsFile() {
        return node.durableTo().getAsLong() >= 0;
    }

    public boolean isPrimary() {
        return role instanceof RoleState.Primary;
    }

    public FailoverState failoverState() {
        return failover;
    }

    /** Whether our stream is being handed over: then nobody may come to get it, and our role is not changed otherwise. */
    public boolean isFailingOver() {
        return !(failover instanceof FailoverState.None);
    }

    /** Whom we follow, if anybody. */
    public Optional<Target> primary() {
        return role instanceof RoleState.Follower(Target primary) ? Optional.of(primary) : Optional.empty();
    }

    public LinkState link() {
        return following.state();
    }

    /** Whether our data are a copy of what the log says, so that others could continue from them. */
    public boolean hasPosition() {
        return log.hasBacklog()
                && (isPrimary()
                        || role instanceof RoleState.Unattached(StreamPosition position) && position.isKnown()
                        || link() instanceof LinkState.Linked linked
                                && linked.course().position().isKnown());
    }

    /** Whether our primary's stream is coming in. */
    public boolean isLinkUp() {
        return following.state() instanceof LinkState.Streaming;
    }

    /** The offset of the last byte of the stream that has come, be it applied or not. */
    public long receivedOffset() {
        return log.receivedOffset() + following.waitingBytes();
    }

    /** How long ago our primary was heard of, in milliseconds, or -1 while there is no link. */
    public long silentMs() {
        return following.silentMs();
    }

    /** How long ago the link to our primary was lost, in milliseconds, or -1 if it was not. */
    public long downMs() {
        return following.downMs();
    }

    /** How many bytes of a full copy have come. */
    public long takenBytes() {
        return following.takenBytes();
    }

    /** How many bytes the full copy has, or 0 if that is not known. */
    public long payloadBytes() {
        return following.payloadBytes();
    }

    /** Our replicas, in the order in which they came. */
    public List<Feed> feeds() {
        return feeds.all();
    }

    /** How many replicas get the stream and were heard of within this time. */
    public int goodReplicas(long maxLagMs) {
        return feeds.heardWithin(maxLagMs);
    }

    /** Counts copies and continuations from zero again. */
    public void resetStats() {
        feeds.resetStats();
    }

    public long partialSyncs() {
        return feeds.partialSyncs();
    }

    /** How many full copies replicas needed, by reason. */
    public Map<SyncDecision.Reason, Long> fullSyncs() {
        return feeds.fullSyncs();
    }

    // The role.

    private void on(RoleEvent event) {
        Step<RoleState, RoleAction> step = ReplicationRole.on(role, event, ReplicationRole.Facts.of(log));
        boolean changed = !role.equals(step.state());
        role = step.state();
        if (changed) {
            roleChanged.run();
        }
        step.actions().forEach(this::perform);
    }

    private void perform(RoleAction action) {
        switch (action) {
            case Say line -> node.say().accept(line);
            case RoleAction.Rename(ReplicationHistory history) -> log.history(history);
            case RoleAction.RestartLog(long offset) -> log.restartAt(offset);
            case RoleAction.OpenBacklog open -> log.openBacklog();
            case RoleAction.FreeBacklog free -> log.freeBacklog();
            case RoleAction.FollowInLog follow -> log.follow();
            case RoleAction.LeadInLog lead -> log.lead();
            case RoleAction.DismissReplicas dismiss -> feeds.dismissAll();
            case RoleAction.TellLink(LinkEvent event) -> following.tell(event);
        }
    }

    private void perform(FailoverAction action) {
        switch (action) {
            case Say line -> node.say().accept(line);
            case FailoverAction.PauseWrites pause -> node.pauseWrites().accept(true);
            case FailoverAction.ResumeWrites resume -> node.pauseWrites().accept(false);
            case FailoverAction.FollowHeir(Target heir) -> on(new RoleEvent.HandOver(heir));
            case FailoverAction.LeadAgain lead -> replicaOfNoOne();
        }
    }

    private String newId() {
        return node.newIds().get();
    }
}
