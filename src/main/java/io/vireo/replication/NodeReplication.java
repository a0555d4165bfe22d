package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Blocking;
import io.vireo.command.CommandFamily;
import io.vireo.command.Dispatcher;
import io.vireo.command.Gates;
import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.command.Pause;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.config.PrimaryAddress;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import io.vireo.persist.Loading;
import io.vireo.persist.RdbFacts.ReplicationPoint;
import io.vireo.persist.Saving;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Replication with everything it needs of a node: configuration, data, files, commands, gates and INFO. The sockets come
 * from outside.
 */
@RunsOn(Loop.KEYSPACE)
public final class NodeReplication {
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * The parts of a node that replication works on.
     *
     * @param durableTo the stream offset up to which the append-only file is on the disk; -1 while it is off
     */
    public record Parts(
            Config config,
            Keyspace keyspace,
            ReplicationLog stream,
            Saving saving,
            Loading loading,
            LongSupplier durableTo,
            Executor loop,
            ServerLog log) {}

    private final Parts node;
    private final Replication replication;
    private final PrimaryCommands commands;
    private final SavingCuts cuts;
    private final ReplicaSessions replicas;
    private final ReplicationGates gates;
    private final WaitCommand waitCommand;
    private final ReadPromises readPromises;
    private final ReplicationSection section;
    private Blocking blocking;
    private Group group = Group.NONE;
    private boolean isEnding;

    /**
     * @param primary the connection to a primary
     * @param sessions the node's clients, among which a primary is listed
     */
    public NodeReplication(Parts node, PrimaryConnection primary, Sessions sessions) {
        this.node = node;
        this.commands = new PrimaryCommands(node.keyspace, sessions, new LinkConnection(primary));
        this.cuts = new SavingCuts(
                node.saving,
                this::hasSavePoints,
                () -> node.config.get(Options.RDB_DEL_SYNC_FILES) && !hasSavePoints() && node.durableTo.getAsLong() < 0,
                node.stream,
                node.loop,
                node.log);
        Surroundings surroundings = new Surroundings(
                primary,
                new ConfiguredCopy(node),
                commands,
                cuts,
                new ConfiguredReplication(node.config, () -> group.self()),
                node.durableTo,
                this::pauseWrites,
                () -> ReplicationId.random(RANDOM),
                this::say,
                Monotonic::nowMs);
        this.replication = new Replication(surroundings, node.stream);
        this.gates = new ReplicationGates(node.config, replication, () -> group, node.keyspace);
        this.replicas = new ReplicaSessions(
                cuts, node.saving, () -> node.keyspace.functions().sources(), node.loop, node.log, gates::arm);
        this.waitCommand = new WaitCommand(replication);
        this.readPromises = new ReadPromises(replication);
        this.section = new ReplicationSection(replication, node.config);
        replication.onRoleChange(this::roleChanged);
        node.saving.watch(this::cutEnded);
        node.config.onChange(Options.REPL_BACKLOG_SIZE, node.stream::backlogSizeBytes);
        node.keyspace.replica(configuredPrimary().isPresent());
    }

    private boolean hasSavePoints() {
        return !node.config.get(Options.SAVE).isEmpty();
    }

    private void cutEnded(Saving.Running what, boolean well) {
        switch (what) {
            case TO_SOCKETS -> replication.cutEnded(Medium.SOCKETS, well);
            case TO_DISK -> replication.cutEnded(Medium.DISK, well);
            case TO_AOF, NOTHING -> {
                // No replica waits for it; those that wait for its end are looked after as time passes.
            }
        }
    }

    // What a node puts together.

    /** The commands. */
    public List<CommandFamily> families() {
        return List.of(
                new ReplicationCommands(replication, replicas, () -> group, node.config, this::say).rows(),
                waitCommand.rows(),
                readPromises.rows(),
                new FailoverCommand(replication, () -> group).rows());
    }

    public void addGates(Gates to) {
        gates.addTo(to);
        readPromises.addTo(to);
    }

    /** Who runs a primary's commands; set before {@link #start}. */
    public void dispatcher(Dispatcher dispatcher) {
        commands.dispatcher(dispatcher);
        blocking = dispatcher.blocking();
    }

    /** The group whose voters say who leads; set before {@link #start}. */
    public void group(Group newGroup) {
        group = newGroup;
    }

    /** What clients ask of the data that they read. */
    public ReadPromises readPromises() {
        return readPromises;
    }

    public InfoSection section() {
        return section;
    }

    /** Writes the fields of {@code Stats} that replication counts. */
    public void writeCounts(InfoText out) {
        section.writeCounts(out);
    }

    public Replication replication() {
        return replication;
    }

    // What a node does as it runs.

    /**
     * Begins, once files are loaded.
     *
     * @param loaded what the file said its data are a copy of, or null
     */
    public void start(ReplicationPoint loaded) {
        Optional<StreamPosition> position =
                Optional.ofNullable(loaded).map(point -> new StreamPosition(point.id(), point.offset()));
        int database = loaded == null ? 0 : Math.max(0, loaded.database());
        if (group.exists()) {
            replication.startInGroup(position, database);
        } else {
            replication.start(configuredPrimary(), position, database);
        }
    }

    /** Whether the configuration names a primary: known before anything is loaded. */
    public Optional<Target> configuredPrimary() {
        PrimaryAddress primary = node.config.get(Options.REPLICAOF);
        return primary.isNone() ? Optional.empty() : Optional.of(new Target(primary.host(), primary.port()));
    }

    /** What the data are a copy of now, for a snapshot that begins; null where that is not known. */
    public ReplicationPoint beginSnapshot() {
        ReplicationPoint point = replication.hasPosition()
                ? new ReplicationPoint(
                        node.stream.history().id(), node.stream.endOffset(), Math.max(0, node.stream.database()))
                : null;
        cuts.beginsAt(point);
        return point;
    }

    /** Ten times a second. */
    public void tick() {
        replication.tick(node.keyspace.owner().isHeldHere());
        cuts.removeFileInTime(() -> replication.feeds().stream().anyMatch(Feed::waitsForFile));
    }

    /** The end of a turn of the loop. */
    public void endOfTurn() {
        if (node.keyspace.owner().isHeldHere()) {
            replication.pump();
        }
        replicas.pump();
        readPromises.endOfTurn();
    }

    /** A client is gone. */
    public void closed(Session session) {
        readPromises.forget(session);
        replicas.closed(session);
    }

    private void pauseWrites(boolean on) {
        if (on) {
            blocking.beginPause(Pause.Purpose.FAILOVER, Pause.Scope.WRITE, Long.MAX_VALUE);
        } else {
            blocking.endPause(Pause.Purpose.FAILOVER);
        }
    }

    private void roleChanged() {
        node.config.put(
                Options.REPLICAOF,
                replication
                        .primary()
                        .map(primary -> new PrimaryAddress(primary.host(), primary.port()))
                        .orElse(PrimaryAddress.NONE));
        boolean isReplica = !replication.isPrimary();
        if (isReplica) {
            blocking.dismissAll();
        }
        node.log.role(isReplica ? 'S' : 'M');
        node.keyspace.replica(isReplica);
        gates.arm();
    }

    /** The node is going away: what becomes of its links is no news any more. */
    public void ending() {
        isEnding = true;
    }

    private void say(Say line) {
        if (!isEnding) {
            node.log.log(line.level(), line.text());
        }
    }
}
