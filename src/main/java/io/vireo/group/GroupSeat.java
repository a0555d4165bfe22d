package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.command.CommandContext;
import io.vireo.command.Gates;
import io.vireo.command.Pause;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Options;
import io.vireo.config.VoterOptions;
import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.replication.Feed;
import io.vireo.replication.Group;
import io.vireo.replication.Member;
import io.vireo.replication.Replication;
import io.vireo.replication.Target;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.sentinel.VoterFacts;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Endpoint;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.Role;
import io.vireo.topology.RoleChange;
import io.vireo.voter.NodeAction;
import io.vireo.voter.NodeEvent;
import io.vireo.voter.NodeReport;
import io.vireo.voter.Terms;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The group's place on the loop of the keyspace: does what the node's machine says to roles and streams, lets commands pass
 * as the {@link Terms} say, and tells the machine how things stand.
 *
 * <p>The machine runs on another loop. What it wants comes as {@link #perform}, in order; what it is told goes by the
 * events that were given at {@link #begin}.
 */
@RunsOn(Loop.KEYSPACE)
public final class GroupSeat implements Group, ReleaseRule {
    /** How often the machine is told how things stand. */
    static final long TICK_MS = 20;

    private static final long ACK_PERIOD_MS = 50;
    /** Who has spoken within this time has spoken just now. */
    private static final long HEARD_NOW_MS = 100;

    private static final long FIRST_ELECTION_MS = 3_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * The parts of a node that a group works on.
     *
     * @param isWhole whether the data are a whole copy of something, and not half of one
     * @param ownHeld up to where this node holds the stream: to its end, or what is on the disk
     * @param outputs what waits to leave
     * @param wake makes sure that what was put into outputs leaves
     */
    public record Parts(
            Config config,
            Replication replication,
            ReplicationLog stream,
            Supplier<Blocking> blocking,
            Sessions sessions,
            BooleanSupplier isWhole,
            LongSupplier ownHeld,
            Outputs outputs,
            Runnable wake,
            ServerLog log) {}

    private final Parts node;
    private final CommitBarrier barrier;
    private final GroupSettings settings;
    private final UncertainAnswers answers;
    private final LeaseGate gate;
    private final LeadWaits leading = new LeadWaits();

    private Gates gates;
    private Consumer<NodeEvent> events = event -> {};
    private GroupStatus status;
    private String host = "";
    private Terms terms;

    private Optional<NodeId> wanted = Optional.empty();
    private boolean isDeposed;
    private boolean dismissesClients;
    private Epoch wantedEpoch = Epoch.NONE;
    private long ackAtMs;
    private long heardUpTo = -1;
    private Epoch heardIn = Epoch.NONE;

    public GroupSeat(Parts node, GroupSettings settings) {
        this.node = node;
        this.settings = settings;
        this.barrier = new CommitBarrier(node.replication(), node.stream(), node.ownHeld());
        this.answers = new UncertainAnswers(node.outputs(), node.log());
        this.gate = new LeaseGate(node.replication(), barrier, settings.voters());
    }

    /** Adds what the terms let pass to the gates. */
    public void addGate(Gates newGates) {
        gates = newGates;
        gates.add(gate);
    }

    /**
     * Begins, before the node's replication does.
     *
     * @param first what is known at the start: who this node is
     * @param newHost by which other nodes reach this one
     * @param newEvents tells the machine; any thread
     */
    void begin(GroupStatus first, String newHost, Consumer<NodeEvent> newEvents) {
        status = first;
        host = newHost;
        events = newEvents;
        gates.arm(gate, true);
        node.config().onApply(this::modeWanted, Options.CONSISTENCY);
        waitForPrimary();
    }

    /** Who comes while the voters elect for the first time need not come again. */
    private void waitForPrimary() {
        Blocking blocking = node.blocking().get();
        blocking.beginPause(Pause.Purpose.FAILOVER, Pause.Scope.WRITE, blocking.nowMs() + FIRST_ELECTION_MS);
    }

    // What the machine wants.

    /** What is known of the group now. */
    void know(GroupStatus newStatus) {
        status = newStatus;
        if (!node.replication().isPrimary()) {
            status.known().map(GroupRecord::mode).ifPresent(this::follow);
            node.replication().acknowledge();
        }
        attach();
    }

    void perform(NodeAction action) {
        switch (action) {
            case NodeAction.Become(RoleChange change) -> become(change);
            case NodeAction.TakeHistory(Epoch epoch) -> {
                wanted = Optional.empty();
                node.replication().lead(ReplicationId.ofEpoch(epoch, RANDOM));
                events.accept(new NodeEvent.HistoryTaken(epoch, node.stream().endOffset()));
            }
            case NodeAction.Adopt(Terms newTerms) -> adopt(newTerms);
            default -> throw new IllegalArgumentException("not for this loop: " + action);
        }
        node.wake().run();
    }

    /** CONFIG SET consistency: the mode is the group's, and changes when the voters have agreed. */
    private void modeWanted() throws ConfigRefusal {
        if (!node.replication().isPrimary()) {
            throw new ConfigRefusal("consistency is set on the primary, for the whole group");
        }
        events.accept(new NodeEvent.ModeWanted(GroupSettings.mode(node.config().get(Options.CONSISTENCY))));
    }

    private void follow(ConsistencyMode mode) {
        barrier.follow(mode);
        node.config().put(Options.CONSISTENCY, GroupSettings.consistency(mode));
    }

    private void become(RoleChange change) {
        isDeposed = change.role() == Role.REPLICA
                && (isDeposed || node.replication().isPrimary());
        if (change.role() == Role.PRIMARY) {
            node.log()
                    .warning("Leads epoch " + change.epoch() + " of group '"
                            + settings.voters().name() + "'");
            return;
        }
        wanted = change.primary();
        wantedEpoch = change.epoch();
        if (wanted.isEmpty() || node.replication().isPrimary()) {
            node.replication().followNobody();
        }
        attach();
    }

    /** Follows whom it shall, once it is known where that is. */
    private void attach() {
        Optional<Target> target = wanted.flatMap(status::addressOf).map(GroupSeat::target);
        if (target.isEmpty() || target.equals(node.replication().primary())) {
            return;
        }
        node.log().notice("Follows " + target.get() + ", the primary of epoch " + wantedEpoch);
        node.replication().replicaOf(target.get());
        node.blocking().get().endPause(Pause.Purpose.FAILOVER);
        leading.fail();
        dismissesClients |= isDeposed;
        isDeposed = false;
    }

    /**
     * Closes the clients that this node led, a tick after those that waited were refused. Many act on nothing else: it is by
     * a lost connection that they ask where the primary is, and Redis's Sentinel closes them too.
     */
    private void dismissClients() {
        dismissesClients = false;
        List<Session> clients = node.sessions().all().stream()
                .filter(session -> session.kind() == Session.Kind.NORMAL)
                .toList();
        clients.forEach(Session::closeAfterReplies);
        node.log().notice("Closed " + clients.size() + " clients: the primary is another node");
    }

    private static Target target(String address) {
        Endpoint endpoint = Endpoint.of(address);
        return new Target(endpoint.host(), endpoint.port());
    }

    /** The machine has these terms now. Any thread. */
    void announce(Terms latest) {
        gate.announce(latest);
    }

    private void adopt(Terms newTerms) {
        boolean isSame = terms != null && newTerms.version() == terms.version();
        boolean isOtherEpoch = terms == null || !newTerms.epoch().equals(terms.epoch());
        terms = newTerms;
        gate.adopt(newTerms);
        if (isSame) {
            barrier.renew(newTerms);
            return;
        }
        if (isOtherEpoch || terms.door() == Terms.Door.CLOSED) {
            giveUpWhatWaits();
        }
        barrier.adopt(newTerms);
        switch (terms.door()) {
            case OPEN -> {
                node.config().put(Options.CONSISTENCY, GroupSettings.consistency(terms.mode()));
                node.blocking().get().endPause(Pause.Purpose.FAILOVER);
                leading.succeed();
            }
            case DRAINING -> {
                node.blocking().get().beginPause(Pause.Purpose.FAILOVER, Pause.Scope.WRITE, Blocked.NEVER);
                drained();
            }
            case CLOSED -> {
                // A handover goes on, and whoever waits is told by the new primary's name; or nothing is let pass.
            }
        }
        events.accept(new NodeEvent.Adopted(terms.version(), barrier.left()));
    }

    /** In strong mode what was put in this very turn waits too, and reads as well as writes. */
    private void giveUpWhatWaits() {
        if (barrier.isStrong()) {
            answers.giveUpAll(UncertainAnswers.NOT_PRIMARY_ANY_MORE);
        } else {
            answers.giveUpWaiting(UncertainAnswers.NOT_PRIMARY_ANY_MORE);
        }
    }

    /** All has left as soon as nothing more is applied and nothing waits. */
    private void drained() {
        boolean isDraining = terms != null && terms.door() == Terms.Door.DRAINING;
        if (isDraining
                && !node.outputs().hasWaiting()
                && (!barrier.isStrong() || barrier.releasedTo() >= node.stream().endOffset())) {
            events.accept(new NodeEvent.Drained(terms.version(), node.stream().endOffset()));
        }
    }

    // What the machine is told.

    /** To be called every {@link #TICK_MS}. */
    public void tick() {
        long nowMs = Monotonic.nowMs();
        events.accept(new NodeEvent.KeyspaceRuns());
        events.accept(new NodeEvent.Stands(report()));
        if (node.replication().isPrimary()) {
            tellAcks();
            drained();
            barrier.tellReplicas();
        } else {
            if (dismissesClients) {
                dismissClients();
            }
            tellHeard();
            if (nowMs >= ackAtMs) {
                ackAtMs = nowMs + ACK_PERIOD_MS;
                node.replication().acknowledge();
            }
        }
        if (barrier.isStrong()) {
            answers.giveUpAfter(node.config().get(VoterOptions.STRONG_TIMEOUT), "nodes that count as in sync");
        }
        node.wake().run();
    }

    private NodeReport report() {
        return new NodeReport(
                status.self().node(),
                new Endpoint(host, Options.announcedPort(node.config())).toString(),
                node.config().get(Options.REPLICA_PRIORITY),
                streamEpoch(),
                node.stream().endOffset(),
                node.isWhole().getAsBoolean());
    }

    private Epoch streamEpoch() {
        return node.stream().epoch();
    }

    /** Replicas are dismissed when a stream gets another name: what they tell is about the present one. */
    private void tellAcks() {
        Epoch epoch = streamEpoch();
        long end = node.stream().endOffset();
        for (Feed feed : node.replication().feeds()) {
            Optional<Incarnation> who = feed.replica().member().map(Member::incarnation);
            if (who.isPresent() && feed.isOnline() && feed.lagMs() <= HEARD_NOW_MS) {
                events.accept(new NodeEvent.Acked(who.get(), epoch, feed.acked(), end));
            }
        }
    }

    /** Only what is written shows that a primary can serve: without a lease it still answers its replicas. */
    private void tellHeard() {
        Epoch epoch = streamEpoch();
        long end = node.stream().endOffset();
        if (node.replication().isLinkUp() && (end != heardUpTo || !epoch.equals(heardIn))) {
            heardUpTo = end;
            heardIn = epoch;
            events.accept(new NodeEvent.StreamHeard(epoch));
        }
    }

    // What commands may do.

    @Override
    public void endOfTurn() {
        gate.renew();
        long nowMs = Monotonic.nowMs();
        boolean overtaken = gate.endTurn(nowMs);
        if (overtaken && !barrier.isStrong()) {
            dropUncertain();
        }
        if (barrier.isStrong() && !node.replication().isPrimary() && barrier.isCutOff()) {
            answers.giveUpAll(UncertainAnswers.OTHER_DATA);
        }
        barrier.endTurn(nowMs);
    }

    /** The lease has ended since a write was applied, in this very turn: whether it lasts is not known any more. */
    private void dropUncertain() {
        List<Session> uncertain = node.sessions().all().stream()
                .filter(session ->
                        session.kind() == Session.Kind.NORMAL && session.writtenUpTo() > barrier.turnBeganAt())
                .toList();
        node.log()
                .warning("The lease ended while commands ran: " + uncertain.size()
                        + " clients are closed unanswered, since what they wrote may be lost");
        uncertain.forEach(session -> session.connection().closeNow());
    }

    @Override
    public long dependsUpTo() {
        return barrier.dependsUpTo();
    }

    @Override
    public long releasedTo() {
        return barrier.releasedTo();
    }

    @Override
    public boolean isStrong() {
        return barrier.isStrong();
    }

    @Override
    public ErrorReply nobodyLeads() {
        return ErrorReply.of("READONLY Nobody leads: " + facts().reachable() + " of the "
                + settings.voters().size() + " voters ("
                + settings.voters().addresses() + ") answer this node, and "
                + settings.voters().majority()
                + " must (all of them, the first time) to elect a primary.");
    }

    /** Whether this node is the primary, and another member follows it that could be. */
    public boolean hasHeir() {
        return node.replication().isPrimary()
                && node.replication().feeds().stream()
                        .anyMatch(feed ->
                                feed.isOnline() && feed.replica().member().isPresent());
    }

    /** Begins to give the place of the primary away before the node ends. */
    public void handOver() {
        handoverWanted(Optional.empty());
    }

    /** What INFO tells of the group. */
    public VoterFacts facts() {
        long reachable = status.answerAges().values().stream()
                .filter(ageMs -> ageMs <= settings.timing().downAfterMs())
                .count();
        boolean leads = node.replication().isPrimary() && terms != null && terms.door() != Terms.Door.CLOSED;
        return new VoterFacts(
                settings.voters(),
                (int) reachable,
                status.epoch(),
                status.known(),
                status.known().map(GroupRecord::primary).flatMap(status::addressOf),
                leads ? OptionalLong.of(terms.leaseUntilMs() - Monotonic.nowMs()) : OptionalLong.empty());
    }

    // What replication asks.

    @Override
    public Optional<Member> self() {
        return Optional.ofNullable(status)
                .map(now ->
                        new Member(now.self(), now.epoch(), !now.durableEpoch().isBefore(streamEpoch())));
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public void epochPresented(Epoch epoch) {
        events.accept(new NodeEvent.EpochPresented(epoch));
    }

    @Override
    public void handoverOffered(Epoch released) {
        events.accept(new NodeEvent.HandoverOffered(released));
    }

    @Override
    public void handoverWanted(Optional<NodeId> target) {
        events.accept(new NodeEvent.HandoverWanted(target));
    }

    @Override
    public void leadWanted(CommandContext ctx, ReplyWriter out) {
        if (!node.replication().isLinkUp()) {
            throw ErrorReply.of(
                            "ERR There is no primary that could hand over: the voters elect one by themselves, as soon"
                                    + " as a majority of them and a whole copy of the data are there.")
                    .raise();
        }
        if (!ctx.mayBlock()) {
            throw ErrorReply.of("ERR REPLICAOF NO ONE waits for the voters, and is not served inside a transaction")
                    .raise();
        }
        leading.add(ctx, out);
        node.replication()
                .tellPrimary(
                        List.of("REPLCONF", "vireo-lead", status.self().node().text()));
    }

    @Override
    public void leadAnyway() {
        node.log().warning("FAILOVER TAKEOVER: this node stands for election, whatever others hold");
        events.accept(new NodeEvent.LeadAnyway());
    }
}
