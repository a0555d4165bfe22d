package io.vireo.sim;

import io.vireo.base.Step;
import io.vireo.log.ReplicationId;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.Role;
import io.vireo.topology.RoleChange;
import io.vireo.voter.Acks;
import io.vireo.voter.Duty;
import io.vireo.voter.GroupNode;
import io.vireo.voter.Handover;
import io.vireo.voter.NodeAction;
import io.vireo.voter.NodeEvent;
import io.vireo.voter.NodeMemory;
import io.vireo.voter.NodeReport;
import io.vireo.voter.NodeSettings;
import io.vireo.voter.NodeStart;
import io.vireo.voter.NodeState;
import io.vireo.voter.Say;
import io.vireo.voter.Terms;
import io.vireo.voter.Terms.Door;
import io.vireo.voter.Terms.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A data node's process: the machine of production, a log for a keyspace, and the thread of the keyspace, which may stand
 * still while the machine goes on.
 */
final class GroupMember {
    private static final long TICK_MS = 20;
    private static final long HEARTBEAT_MS = 80;
    private static final long HELD_MS = 1_500;

    /** What a client waits for. */
    private record Held(GroupClient.Op op, Epoch epoch, int offset, long sinceMs) {}

    final GroupHost host;
    final List<GroupStream> streams = new ArrayList<>();
    private final GroupWorld world;
    private final NodeSettings settings;
    private NodeState state;
    private Optional<NodeMemory> written = Optional.empty();

    // The thread of the keyspace.
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private long busyUntilMs;
    private boolean pumping;
    private GroupLog log;
    private boolean syncing;
    private Terms terms;
    private Acks acks = Acks.none(Epoch.NONE);
    private long released = Acks.NOTHING;
    private long commit = Acks.NOTHING;
    private final List<Held> held = new ArrayList<>();

    // The replica.
    private Optional<NodeId> target = Optional.empty();
    private GroupStream following;
    private long retryAtMs;

    GroupMember(GroupWorld world, GroupHost host, NodeSettings settings) {
        this.world = world;
        this.host = host;
        this.settings = settings;
    }

    void start() {
        NodeStart.Fresh fresh = new NodeStart.Fresh(
                NodeId.random(world.clock().random()), world.clock().random().nextLong());
        boolean whole = host.log.isPresent();
        NodeMemory memory = NodeStart.decide(host.nodeFile, world.isDurable(), whole, fresh);
        if (world.is(GroupMistake.MEMBERS_GO_BY_NAME)) {
            memory = new NodeMemory(memory.node(), 1, memory.epoch(), false);
        }
        host.nodeFile = Optional.of(memory);
        log = host.log.orElseGet(() -> GroupLog.empty(newId()));
        host.log = Optional.empty();
        state = GroupNode.start(
                memory, report(memory.node()), world.clock().random().nextLong(), settings, host.nowMs());
        terms = null;
        world.named(memory.node(), this);
        tick();
    }

    NodeState state() {
        return state;
    }

    GroupLog log() {
        return log;
    }

    Terms terms() {
        return terms;
    }

    Acks acks() {
        return acks;
    }

    boolean isPrimary() {
        return state.role().role() == Role.PRIMARY;
    }

    private String newId() {
        return ReplicationId.random(world.clock().random());
    }

    private NodeReport report(NodeId node) {
        boolean whole = following == null || following.loading == null;
        return new NodeReport(node, host.toString(), 100, log.historyEpoch(), log.end(), whole);
    }

    // The machine.

    private void tick() {
        on(new NodeEvent.Stands(report(state.self().node())));
        on(new NodeEvent.Tick());
        onKeyspace(this::turn);
        host.after(TICK_MS, this::tick);
    }

    void on(NodeEvent event) {
        Optional<NodeEvent> heard = world.tampered().event(state, event, host.nowMs());
        if (heard.isEmpty()) {
            return;
        }
        Step<NodeState, NodeAction> step = GroupNode.on(state, heard.get(), settings, host.nowMs());
        boolean changes = !phase(step.state()).equals(phase(state));
        state = step.state();
        step.actions().forEach(this::perform);
        world.invariants().nodeIs(this);
        if (changes) {
            world.changes(host);
        }
    }

    /** What a node is in the middle of. */
    private static Class<?> phase(NodeState state) {
        return switch (state.duty()) {
            case Duty.Following d -> d.getClass();
            case Duty.Standing d -> d.ballot().getClass();
            case Duty.Leading d ->
                d.handover() instanceof Handover.None
                        ? d.inSync().getClass()
                        : d.handover().getClass();
        };
    }

    private void perform(NodeAction action) {
        switch (action) {
            case NodeAction.Persist a -> persist(a.memory());
            case NodeAction.Send a -> world.askVoter(this, a.voter(), a.request());
            case NodeAction.Become a -> become(a.change());
            case NodeAction.TakeHistory a -> onKeyspace(() -> lead(a.epoch()));
            case NodeAction.Adopt a -> onKeyspace(() -> adopt(a.terms()));
            case NodeAction.HandOver a -> world.handOver(this, a.target(), a.released());
            case Say a -> world.tell(host + " " + a.text());
        }
    }

    private void persist(NodeMemory memory) {
        written = Optional.of(memory);
        host.after(world.diskMs(), () -> {
            written = Optional.empty();
            if (world.diskFails()) {
                on(new NodeEvent.PersistFailed());
                return;
            }
            host.nodeFile = Optional.of(memory);
            on(new NodeEvent.Persisted(memory));
        });
    }

    private void become(RoleChange change) {
        world.tell(host + " becomes " + change.role() + " in epoch " + change.epoch() + " of "
                + change.primary().map(NodeId::shortText).orElse("nobody"));
        if (change.role() == Role.PRIMARY) {
            world.invariants().leads(this, change.epoch());
            return;
        }
        closeStreams();
        target = change.primary();
        stopFollowing();
    }

    private void closeStreams() {
        List.copyOf(streams).forEach(GroupStream::closeAtPrimary);
    }

    private void stopFollowing() {
        if (following != null) {
            following.closeAtReplica();
            following = null;
        }
        retryAtMs = 0;
    }

    /** The process dies. */
    void crash() {
        if (written.isPresent() && world.clock().once(2)) {
            host.nodeFile = written;
        }
        host.log = world.logAfterCrash(log);
    }

    /** Others notice that the process is gone. */
    void leave() {
        if (following != null) {
            following.closeAtReplica();
        }
    }

    /** The process ends in order. */
    void stop() {
        host.log = Optional.of(log);
        log.allDurable();
        host.nodeFile = Optional.of(state.memoryAfterCleanStop());
    }

    // The thread of the keyspace.

    /** It does nothing else for so long. */
    void stall(long ms) {
        busyUntilMs = Math.max(busyUntilMs, host.nowMs() + ms);
    }

    void onKeyspace(Runnable task) {
        tasks.add(task);
        if (!pumping) {
            pumping = true;
            host.after(Math.max(0, busyUntilMs - host.nowMs()), this::pump);
        }
    }

    private void pump() {
        pumping = false;
        while (!tasks.isEmpty()) {
            if (host.nowMs() < busyUntilMs) {
                pumping = true;
                host.after(Math.max(1, busyUntilMs - host.nowMs()), this::pump);
                return;
            }
            pumping = true; // what a task adds is run by this loop
            tasks.poll().run();
        }
        pumping = false;
    }

    private void turn() {
        on(new NodeEvent.KeyspaceRuns());
        flush();
        follow();
        feed(false);
    }

    private void lead(Epoch epoch) {
        stopFollowing();
        closeStreams();
        if (world.is(GroupMistake.THE_NAME_IS_KEPT)) {
            log.leadUnderTheOldName(epoch);
        } else {
            log.lead(newId(), epoch);
        }
        acks = Acks.none(epoch);
        released = Acks.NOTHING;
        commit = Acks.NOTHING;
        sync();
        if (world.is(GroupMistake.OLD_ACKS_COUNT)) {
            for (GroupMember other : world.members()) {
                acks = acks.with(other.state.self(), log.end(), log.end(), host.nowMs());
            }
        }
        on(new NodeEvent.HistoryTaken(epoch, log.end()));
    }

    private void adopt(Terms newTerms) {
        terms = world.tampered().terms(newTerms);
        flush();
        on(new NodeEvent.Adopted(newTerms.version(), released));
    }

    /** Brings what is new to the disk, if that is not under way. */
    private void sync() {
        if (syncing || log.isAllDurable()) {
            return;
        }
        syncing = true;
        GroupLog synced = log;
        GroupLog.Mark mark = log.mark();
        host.after(
                world.diskMs(),
                () -> onKeyspace(() -> {
                    syncing = false;
                    if (synced == log) {
                        log.durable(mark);
                    }
                    flush();
                    acknowledge();
                    sync();
                }));
    }

    private long ownHeld() {
        return world.isDurable() && !world.is(GroupMistake.OWN_DISK_DOES_NOT_COUNT)
                ? log.areNamesDurable() ? log.durableEnd() : Acks.NOTHING
                : log.end();
    }

    // Clients.

    /** A client's command, on the thread of the keyspace. */
    void execute(GroupClient.Op op) {
        Refusal refusal = terms == null ? Refusal.NOT_LEADING : terms.refusal(op.write(), host.nowMs());
        if (refusal != Refusal.NONE) {
            world.reply(host, op, GroupClient.Outcome.REFUSED);
            return;
        }
        if (op.write()) {
            log.append(op.id());
            sync();
        }
        held.add(new Held(op, terms.epoch(), log.end(), host.nowMs()));
        flush();
    }

    /** A client reads what a replica shows: what its primary has said is committed. */
    void readAtReplica() {
        if (following != null && following.isOpenAtReplica && following.loading == null && commit >= 0) {
            world.invariants().shown(this, (int) Math.min(commit, log.end()));
        }
    }

    private void flush() {
        if (terms == null) {
            return;
        }
        long nowMs = host.nowMs();
        long release = terms.releaseOffset(acks, ownHeld());
        if (terms.door() != Door.CLOSED && acks.epoch().equals(terms.epoch())) {
            commit = Math.max(commit, release);
            released = Math.max(released, commit);
        }
        List<Held> stays = new ArrayList<>();
        for (Held one : List.copyOf(held)) {
            boolean isFree = world.is(GroupMistake.READS_ARE_NOT_HELD) && !one.op.write();
            int offset = isFree ? (int) Acks.NOTHING : one.offset;
            long lookedAtMs = world.is(GroupMistake.NO_LEASE_AT_FLUSH) ? Long.MIN_VALUE : nowMs;
            if (terms.mayLeave(one.epoch, offset, one.op.write(), release, lookedAtMs)) {
                released = Math.max(released, one.offset);
                world.invariants().acknowledged(this, one.op, one.offset);
                world.reply(host, one.op, GroupClient.Outcome.DONE);
            } else if (terms.door() == Door.CLOSED
                    || !one.epoch.equals(terms.epoch())
                    || nowMs - one.sinceMs > HELD_MS) {
                world.reply(host, one.op, GroupClient.Outcome.UNCERTAIN);
            } else {
                stays.add(one);
            }
        }
        held.clear();
        held.addAll(stays);
        boolean allLeft = held.isEmpty() && (terms.mode() == ConsistencyMode.ASYNC || release == log.end());
        if (terms.door() == Door.DRAINING && allLeft) {
            on(new NodeEvent.Drained(terms.version(), log.end()));
        }
    }

    // The primary's side of streams.

    /** A replica asks for the stream. */
    void asked(GroupStream stream, Epoch epoch, Incarnation who, String id, int offset) {
        if (epoch.isAfter(state.epoch())) {
            on(new NodeEvent.EpochPresented(epoch));
        }
        boolean leads = state.duty() instanceof Duty.Leading l
                && !l.epoch().isBefore(epoch)
                && acks.epoch().equals(l.epoch());
        if (!leads) {
            stream.isOpenAtPrimary = true;
            stream.closeAtPrimary();
            return;
        }
        Epoch its = acks.epoch();
        stream.epoch = its;
        stream.who = who;
        stream.lastAckMs = host.nowMs();
        stream.sent = offset;
        streams.removeIf(other -> {
            if (other.who.node().equals(who.node())) {
                other.isOpenAtPrimary = false;
                return true;
            }
            return false;
        });
        streams.add(stream);
        String name = log.history().id();
        boolean includes = log.history().includes(id, offset + 1)
                || world.is(GroupMistake.SECOND_OFFSET_IGNORED) && log.history().isFormer(id);
        if (includes && offset <= log.end()) {
            stream.toReplica(() -> stream.replica.continued(stream, its, name));
        } else {
            GroupLog copy = log.copy();
            stream.sent = log.end();
            stream.toReplica(() -> stream.replica.copied(stream, its, copy));
        }
        feed(true);
    }

    /** Sends what is new, or that this node lives. */
    private void feed(boolean now) {
        long nowMs = host.nowMs();
        for (GroupStream stream : List.copyOf(streams)) {
            boolean isSilent = nowMs - stream.lastAckMs > settings.timing().downAfterMs();
            if (isSilent && !world.is(GroupMistake.STREAMS_ARE_NEVER_GIVEN_UP)) {
                stream.closeAtPrimary();
            } else if (now || stream.sent < log.end() || nowMs - stream.lastSentMs >= HEARTBEAT_MS) {
                long[] more = log.from(stream.sent);
                int from = stream.sent;
                long committed = commit;
                Epoch epoch = stream.epoch;
                stream.sent = log.end();
                stream.lastSentMs = nowMs;
                stream.toReplica(() -> stream.replica.streamed(stream, epoch, from, more, committed));
            }
        }
    }

    private void acked(GroupStream stream, Epoch epoch, Incarnation who, int offset) {
        stream.lastAckMs = host.nowMs();
        if (!epoch.equals(acks.epoch())) {
            return;
        }
        acks = acks.with(who, offset, log.end(), host.nowMs());
        on(new NodeEvent.Acked(who, epoch, offset, log.end()));
        flush();
    }

    // The replica's side.

    private void follow() {
        long nowMs = host.nowMs();
        boolean neverGivesUp = world.is(GroupMistake.STREAMS_ARE_NEVER_GIVEN_UP);
        if (following != null
                && nowMs - following.lastHeardMs > settings.timing().streamSilentMs()
                && !neverGivesUp) {
            following.closeAtReplica();
        }
        if (following != null && !following.isOpenAtReplica) {
            following = null;
            retryAtMs = nowMs + 50;
        }
        Optional<GroupMember> primary = target.flatMap(world::member);
        if (following == null && primary.isPresent() && nowMs >= retryAtMs && primary.get() != this) {
            GroupStream stream = new GroupStream(world, this, primary.get());
            following = stream;
            Epoch epoch = state.epoch();
            Incarnation who = state.self();
            String id = log.history().id();
            int offset = log.end();
            if (world.is(GroupMistake.EMPTIED_BEFORE_A_COPY)
                    && !stream.primary.log.history().includes(id, offset + 1)) {
                log = GroupLog.empty(newId());
            }
            stream.toPrimary(() -> stream.primary.asked(stream, epoch, who, id, offset));
        } else if (following != null) {
            acknowledge();
        }
    }

    /** Whether what came on a stream may be taken. */
    private boolean takes(GroupStream stream, Epoch epoch) {
        if (stream != following || !state.takesStreamOf(epoch)) {
            stream.closeAtReplica();
            return false;
        }
        stream.lastHeardMs = host.nowMs();
        stream.heardEpoch = epoch;
        on(new NodeEvent.StreamHeard(epoch));
        return stream == following && stream.isOpenAtReplica;
    }

    private void continued(GroupStream stream, Epoch epoch, String name) {
        if (takes(stream, epoch)) {
            log.continueAs(name, epoch);
            commit = Acks.NOTHING;
            sync();
        }
    }

    private void copied(GroupStream stream, Epoch epoch, GroupLog copy) {
        if (!takes(stream, epoch)) {
            return;
        }
        stream.loading = copy;
        host.after(
                5 + world.clock().upTo(60),
                () -> onKeyspace(() -> {
                    if (stream == following && stream.isOpenAtReplica && stream.loading == copy) {
                        stream.loading = null;
                        log = copy;
                        log.allDurable();
                        commit = Acks.NOTHING;
                        acknowledge();
                    }
                }));
    }

    private void streamed(GroupStream stream, Epoch epoch, int from, long[] more, long committed) {
        if (!takes(stream, epoch)) {
            return;
        }
        GroupLog into = stream.loading == null ? log : stream.loading;
        if (into.end() != from) {
            throw new IllegalStateException(host + " is at " + into.end() + " and is sent " + from);
        }
        for (long id : more) {
            into.append(id);
        }
        commit = committed;
        if (stream.loading == null) {
            sync();
            acknowledge();
        }
    }

    private void acknowledge() {
        GroupStream stream = following;
        if (stream == null
                || !stream.isOpenAtReplica
                || stream.loading != null
                || stream.heardEpoch.equals(Epoch.NONE)) {
            return;
        }
        boolean needsDisk = world.isDurable() && !world.is(GroupMistake.ACKS_BEFORE_THE_DISK);
        if (!state.mayAcknowledge(stream.heardEpoch) || needsDisk && !log.areNamesDurable()) {
            return;
        }
        Epoch epoch = stream.heardEpoch;
        Incarnation who = state.self();
        int offset = needsDisk ? log.durableEnd() : log.end();
        stream.toPrimary(() -> stream.primary.acked(stream, epoch, who, offset));
    }
}
