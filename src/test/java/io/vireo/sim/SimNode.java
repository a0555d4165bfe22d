package io.vireo.sim;

import io.vireo.log.LogReader;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import io.vireo.replication.CutPlan;
import io.vireo.replication.FailoverEvent;
import io.vireo.replication.Feed;
import io.vireo.replication.FeedState;
import io.vireo.replication.LinkSettings;
import io.vireo.replication.OutputLimit;
import io.vireo.replication.Replication;
import io.vireo.replication.ReplicationSettings;
import io.vireo.replication.Surroundings;
import io.vireo.replication.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One process: the real {@link Replication} over data, connections and files that are only imagined. */
final class SimNode {
    private static final long TICK_MS = 100;
    private static final long TIMEOUT_MS = 3_000;
    private static final long BACKLOG_BYTES = 16 << 10;

    /** What a file holds: data, and what they are a copy of, where that is known. */
    record Saved(SimData data, Optional<StreamPosition> position, int database) {}

    final String name;
    final int index;
    final SimWorld world;
    final ReplicationLog log;
    final Replication replication;
    final SimCuts cuts;

    private final SimCommands commands;
    private final SimPrimary primary;
    private final SimCopy copy;
    private SimData data = new SimData();
    private LogReader witness;
    private boolean alive = true;
    private boolean loading;
    private boolean paused;
    private int handovers;

    SimNode(SimWorld world, int index) {
        this.world = world;
        this.index = index;
        this.name = "node" + index;
        this.log = new ReplicationLog(ReplicationHistory.fresh(newId()), BACKLOG_BYTES);
        this.commands = new SimCommands(this);
        this.primary = new SimPrimary(this);
        this.copy = new SimCopy(this);
        this.cuts = new SimCuts(this);
        Surroundings surroundings = new Surroundings(
                primary,
                copy,
                commands,
                cuts,
                new Settings(),
                () -> -1,
                this::pauseWrites,
                this::newId,
                say -> world.says(this, say),
                clock()::nowMs);
        this.replication = new Replication(surroundings, log);
    }

    SimClock clock() {
        return world.clock();
    }

    /** Begins with what was saved, or with nothing. */
    void start(Optional<Saved> saved, Optional<Target> toFollow) {
        saved.ifPresent(file -> data = file.data().copy());
        replication.start(
                toFollow,
                saved.flatMap(Saved::position),
                saved.map(Saved::database).orElse(0));
        tick();
        settle();
    }

    private void tick() {
        if (alive) {
            replication.tick(!loading);
            settle();
            clock().after(TICK_MS, this::tick);
        }
    }

    /** The process ends; all its connections do. */
    void die() {
        alive = false;
        world.cutWiresOf(this);
        if (witness != null) {
            witness.close();
        }
        primary.close();
        replication.feeds().forEach(Feed::lost);
        log.rollBackFromPrimary();
        log.restartAt(0);
        log.freeBacklog();
        if (log.memoryBytes() != 0) {
            throw new AssertionError("a log without readers holds memory");
        }
    }

    private void pauseWrites(boolean on) {
        if (!on && !replication.isPrimary()) {
            handovers++;
        }
        paused = on;
    }

    /** FAILOVER with any of its options, or FAILOVER ABORT. */
    void failOver() {
        if (giveUpFailover()) {
            return;
        }
        List<Target> online = replication.feeds().stream()
                .filter(feed -> feed.state() instanceof FeedState.Online)
                .map(feed -> new Target(feed.replica().host(), feed.replica().port()))
                .toList();
        if (replication.isPrimary() && !online.isEmpty()) {
            Optional<Target> target =
                    clock().once(2) ? Optional.of(online.get(clock().upTo(online.size() - 1))) : Optional.empty();
            boolean force = target.isPresent() && clock().once(3);
            long timeoutMs = force || clock().once(2) ? 1 + clock().upTo(2_000) : 0;
            replication.failover(new FailoverEvent.Wanted(target, force, timeoutMs));
        }
    }

    /** FAILOVER ABORT; false if there is none. */
    boolean giveUpFailover() {
        boolean isUnderWay = replication.isFailingOver();
        if (isUnderWay) {
            replication.failover(new FailoverEvent.AbortWanted());
        }
        return isUnderWay;
    }

    /** Whether clients that write have to wait. */
    boolean isPaused() {
        return paused;
    }

    /** How many times this node has handed its stream over to another one. */
    int handovers() {
        return handovers;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isLoading() {
        return loading;
    }

    void loading(boolean isLoading) {
        loading = isLoading;
    }

    SimData data() {
        return data;
    }

    void data(SimData newData) {
        data = newData;
    }

    boolean hasPosition() {
        return replication.hasPosition();
    }

    /** What BGSAVE would put into a file now. */
    Saved save() {
        return new Saved(
                data.copy(),
                hasPosition() ? Optional.of(log.position()) : Optional.empty(),
                Math.max(0, log.database()));
    }

    /** Some commands of a client, alone or as a transaction. */
    void write() {
        if (!alive || loading || paused || !replication.isPrimary()) {
            return;
        }
        int effects = !world.isUniform() && clock().once(4) ? 1 + clock().upTo(3) : 1;
        for (int i = 0; i < effects; i++) {
            commands.writeOne();
        }
        log.commit();
        settle();
    }

    /** The end of a turn: the stream leaves, and the invariants are looked at. */
    void settle() {
        replication.pump();
        if (!alive) {
            return;
        }
        witness();
        if (hasPosition() && !loading) {
            world.invariants().dataAt(name, log.position(), data.digest());
        }
    }

    private void witness() {
        if (witness != null && (witness.isCut() || !log.hasBacklog())) {
            witness.close();
            witness = null;
        }
        if (witness == null && log.hasBacklog()) {
            witness = log.readFrom(log.backlog().first());
        }
        if (witness == null) {
            return;
        }
        world.invariants().named(log.history());
        for (int length = witness.spanLength(); length > 0; length = witness.spanLength()) {
            world.invariants().bytesAt(name, log.history().id(), witness.nextOffset(), witness.spanAddress(), length);
            witness.advance(length);
        }
    }

    /** A connection from another node. */
    void accept(SimWire wire) {
        new SimServer(this, wire.server);
    }

    private String newId() {
        return world.newId();
    }

    @Override
    public String toString() {
        return name + (alive ? "" : " (dead)") + " " + log.position() + " of " + log.history() + " "
                + (replication.isPrimary() ? "primary" : replication.link());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static boolean isId(String text) {
        return ReplicationId.isWellFormed(text);
    }

    private final class Settings implements ReplicationSettings {
        @Override
        public LinkSettings link() {
            return new LinkSettings(index, "", "", "", TIMEOUT_MS, false);
        }

        @Override
        public CutPlan.Settings cut() {
            return world.cutSettings();
        }

        @Override
        public long timeoutMs() {
            return TIMEOUT_MS;
        }

        @Override
        public long pingPeriodMs() {
            return 500;
        }

        @Override
        public long backlogTtlSeconds() {
            return 5;
        }

        @Override
        public OutputLimit outputLimit() {
            return new OutputLimit(4 * BACKLOG_BYTES, BACKLOG_BYTES, 2_000);
        }
    }
}
