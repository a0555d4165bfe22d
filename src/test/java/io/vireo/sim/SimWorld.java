package io.vireo.sim;

import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationId;
import io.vireo.replication.CutPlan;
import io.vireo.replication.Say;
import io.vireo.replication.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A few nodes, the wires between them, and misfortune. The same seed gives the same run.
 *
 * <p>For a while things go wrong: connections are cut or fall silent, nodes die and start again with what they had saved,
 * lately, long ago or never, roles change, files and loads fail. Then all is repaired, one node is the primary, the others
 * follow it, some over others; and within a bound all must be equal.
 */
final class SimWorld {
    private static final long TROUBLE_MS = 30_000;
    private static final long HEALING_MS = 30_000;

    /** What every command of a uniform run takes, and three PINGs. */
    static final int UNIFORM_LENGTH = 42;

    /** A mistake that is built in on purpose, to see that the invariants notice. */
    enum Mistake {
        NONE,
        /** A replica may continue whatever stream its data are a copy of. */
        IGNORES_IDS,
        /** A promoted node goes on under an id that was used before. */
        USES_AN_ID_AGAIN,
        /** A file says that its data are older than they are. */
        SAVES_A_WRONG_OFFSET,
        /** A connection loses bytes in the middle, and nobody is told. */
        LOSES_BYTES
    }

    private record Wire(int client, int server, SimWire wire) {}

    private final SimClock clock;
    private final Mistake mistake;
    private final Invariants invariants = new Invariants();
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Optional<SimNode.Saved>> files = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final int offsetError;
    private final boolean uniform;
    private final boolean vireos;
    private final CutPlan.Settings cutSettings;
    private String lastId = "";
    private int handoversOfTheDead;
    private boolean troubled = true;

    SimWorld(long seed, Mistake mistake, int offsetError) {
        this.clock = new SimClock(seed);
        this.offsetError = offsetError;
        this.mistake = mistake;
        this.uniform = clock.random().nextBoolean();
        this.vireos = clock.random().nextBoolean();
        this.cutSettings = new CutPlan.Settings(clock.random().nextBoolean(), clock.upTo(2) * 500L, clock.upTo(2));
    }

    /** @throws BrokenInvariant if one does not hold */
    void run() {
        int size = 2 + clock.upTo(3);
        for (int i = 0; i < size; i++) {
            files.add(Optional.empty());
            nodes.add(new SimNode(this, i));
            nodes.get(i).start(Optional.empty(), i == 0 ? Optional.empty() : Optional.of(randomTarget()));
        }
        clock.after(10, this::writeNow);
        clock.after(500, this::troubleNow);
        clock.runUntil(TROUBLE_MS);
        heal();
        clock.runUntil(TROUBLE_MS + HEALING_MS);
        checkHealed();
        nodes.forEach(SimNode::die);
    }

    SimClock clock() {
        return clock;
    }

    Invariants invariants() {
        return invariants;
    }

    CutPlan.Settings cutSettings() {
        return cutSettings;
    }

    /** Whether all commands are of one length, so that a mistake finds a command where it looks for one. */
    boolean isUniform() {
        return uniform;
    }

    boolean areVireos() {
        return vireos;
    }

    /** What happened, for the message of a failed run. */
    List<String> story() {
        return story;
    }

    void says(SimNode node, Say say) {
        tell(node.name + " " + say.level().sign() + " " + say.text());
    }

    private void tell(String line) {
        story.add(clock.nowMs() + " " + line);
    }

    // What goes wrong.

    boolean failsNow() {
        return troubled && clock.once(12);
    }

    boolean refusesNow() {
        return troubled && clock.once(3_000);
    }

    boolean failsInsideExec() {
        return troubled && clock.once(2_000);
    }

    boolean losesBytesNow() {
        return mistake == Mistake.LOSES_BYTES && clock.once(50);
    }

    /** The id a replica is taken to have asked for. */
    String heardAs(String wantedId, ReplicationHistory history) {
        return mistake == Mistake.IGNORES_IDS ? history.id() : wantedId;
    }

    /** How many bytes the primary begins too late. */
    int offsetError() {
        return offsetError;
    }

    String newId() {
        if (mistake == Mistake.USES_AN_ID_AGAIN && !lastId.isEmpty() && clock.once(3)) {
            return lastId;
        }
        lastId = ReplicationId.random(clock.random());
        return lastId;
    }

    private void troubleNow() {
        if (!troubled) {
            return;
        }
        int victim = clock.random().nextInt(nodes.size());
        SimNode node = nodes.get(victim);
        switch (clock.upTo(13)) {
            case 0, 1 -> randomWire().ifPresent(SimWire::cut);
            case 2 -> randomWire().ifPresent(SimWire::fallSilent);
            case 3 -> restart(victim);
            case 4 -> {
                if (!node.isLoading() && !node.replication.isFailingOver()) {
                    tell(node.name + " REPLICAOF NO ONE");
                    node.replication.replicaOfNoOne();
                }
            }
            case 5, 6 -> {
                Target target = randomTarget();
                if (!node.isLoading() && !node.replication.isFailingOver()) {
                    tell(node.name + " REPLICAOF " + target);
                    node.replication.replicaOf(target);
                }
            }
            case 7 -> files.set(victim, Optional.of(saved(node)));
            case 8 -> node.cuts.beginSave();
            case 9, 10, 11, 12 -> failOver();
            default -> {
                for (int i = 0; i < 100; i++) {
                    node.write();
                }
            }
        }
        node.settle();
        clock.after(1 + clock.upTo(1_500), this::troubleNow);
    }

    /** A node that leads others hands over to one of them, or is told to give that up. */
    private void failOver() {
        List<SimNode> leading = nodes.stream()
                .filter(node -> node.replication.isPrimary() || node.replication.isFailingOver())
                .toList();
        if (leading.isEmpty()) {
            return;
        }
        SimNode node = leading.get(clock.random().nextInt(leading.size()));
        tell(node.name + (node.replication.isFailingOver() ? " FAILOVER ABORT" : " FAILOVER"));
        node.failOver();
        node.settle();
    }

    /** How many handovers have succeeded. */
    int handovers() {
        return handoversOfTheDead + nodes.stream().mapToInt(SimNode::handovers).sum();
    }

    /** A clean stop saves; a crash leaves the last file; a wiped disk leaves none. */
    private void restart(int victim) {
        SimNode node = nodes.get(victim);
        switch (clock.upTo(2)) {
            case 0 -> {
                if (!node.isLoading()) {
                    files.set(victim, Optional.of(saved(node)));
                }
            }
            case 1 -> files.set(victim, Optional.empty());
            default -> {}
        }
        Optional<Target> follows = clock.once(4) ? Optional.empty() : node.replication.primary();
        tell(node.name + " restarts with "
                + files.get(victim).map(f -> f.position().toString()) + " following " + follows);
        handoversOfTheDead += node.handovers();
        node.die();
        SimNode again = new SimNode(this, victim);
        nodes.set(victim, again);
        again.start(files.get(victim), follows);
    }

    private SimNode.Saved saved(SimNode node) {
        SimNode.Saved saved = node.save();
        if (mistake != Mistake.SAVES_A_WRONG_OFFSET) {
            return saved;
        }
        return new SimNode.Saved(
                saved.data(),
                saved.position().map(p -> p.at(Math.max(0, p.offset() - UNIFORM_LENGTH))),
                saved.database());
    }

    private void writeNow() {
        nodes.get(clock.random().nextInt(nodes.size())).write();
        clock.after(1 + clock.upTo(troubled ? 60 : 200), this::writeNow);
    }

    private Target randomTarget() {
        return new Target("sim", clock.random().nextInt(Math.max(1, files.size())));
    }

    private Optional<SimWire> randomWire() {
        wires.removeIf(w -> !w.wire.isOpen());
        return wires.isEmpty()
                ? Optional.empty()
                : Optional.of(wires.get(clock.random().nextInt(wires.size())).wire);
    }

    // The network.

    /** A connection to the node that listens there, or null if it is refused. */
    SimWire connect(SimNode client, int server) {
        SimNode target = nodes.size() > server ? nodes.get(server) : null;
        if (target == null || !target.isAlive() || troubled && clock.once(10)) {
            return null;
        }
        SimWire wire = new SimWire(clock);
        wires.add(new Wire(client.index, server, wire));
        target.accept(wire);
        return wire;
    }

    void cutWiresOf(SimNode node) {
        for (Wire wire : List.copyOf(wires)) {
            if (wire.client == node.index || wire.server == node.index) {
                wire.wire.cut();
                wires.remove(wire);
            }
        }
    }

    // The end.

    /** One primary; every other node follows it or a node with a smaller number. */
    private void heal() {
        troubled = false;
        tell("healing");
        int leader = clock.random().nextInt(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            SimNode node = nodes.get(i);
            int rank = Math.floorMod(i - leader, nodes.size());
            int follows = (leader + clock.random().nextInt(Math.max(1, rank))) % nodes.size();
            direct(node, rank == 0 ? Optional.empty() : Optional.of(new Target("sim", follows)));
        }
    }

    private void direct(SimNode node, Optional<Target> target) {
        if (node.isLoading() || node.replication.isFailingOver()) {
            node.giveUpFailover();
            clock.after(50, () -> direct(node, target));
            return;
        }
        if (target.isEmpty()) {
            node.replication.replicaOfNoOne();
        } else if (!node.replication.primary().equals(target)) {
            node.replication.replicaOf(target.get());
        }
        node.settle();
    }

    private void checkHealed() {
        SimNode leader = nodes.stream()
                .filter(node -> node.replication.isPrimary())
                .findFirst()
                .orElseThrow();
        // The last bytes are still on the way: no more writes, and a little time.
        long end = clock.nowMs() + 5_000;
        while (clock.nowMs() < end && nodes.stream().anyMatch(node -> !equals(node, leader))) {
            clock.runUntil(clock.nowMs() + 10);
        }
        for (SimNode node : nodes) {
            if (!equals(node, leader)) {
                throw new BrokenInvariant(Invariants.HEALED, node + " is not " + leader);
            }
        }
    }

    private static boolean equals(SimNode node, SimNode leader) {
        return node.log.position().equals(leader.log.position())
                && node.data().digest() == leader.data().digest()
                && (node == leader || node.replication.isLinkUp());
    }
}
