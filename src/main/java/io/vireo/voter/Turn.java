package io.vireo.voter;

import io.vireo.base.Step;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.Role;
import io.vireo.topology.RoleChange;
import io.vireo.topology.VoterId;
import io.vireo.voter.NodeAction.Adopt;
import io.vireo.voter.NodeAction.Become;
import io.vireo.voter.NodeAction.Persist;
import io.vireo.voter.NodeAction.Send;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One event of a data node, while it is dealt with: the old state, on the way to be the new one, and what is to be done. */
final class Turn {
    final NodeSettings settings;
    final Timing timing;
    final long nowMs;

    Ledger ledger;
    NodeReport report;
    Probes probes;
    Optional<GroupRecord> known;
    Epoch highest;
    final long startedMs;
    long runsMs;

    private Dice dice;
    private long version;
    private RoleChange role;
    private final List<NodeAction> actions = new ArrayList<>();

    Turn(NodeState state, NodeSettings settings, long nowMs) {
        this.settings = settings;
        this.timing = settings.timing();
        this.nowMs = nowMs;
        this.ledger = state.ledger();
        this.report = state.report();
        this.probes = state.probes();
        this.known = state.known();
        this.highest = state.highest();
        this.dice = state.dice();
        this.version = state.version();
        this.role = state.role();
        this.startedMs = state.startedMs();
        this.runsMs = state.runsMs();
    }

    Step<NodeState, NodeAction> done(Duty duty) {
        ledger.due().ifPresent(memory -> {
            ledger = ledger.begun();
            actions.add(new Persist(memory));
        });
        return new Step<>(
                new NodeState(ledger, report, probes, known, highest, dice, version, role, startedMs, runsMs, duty),
                actions);
    }

    Incarnation self() {
        return ledger.durable().incarnation();
    }

    int majority() {
        return settings.voters().majority();
    }

    /** A voter has promised this, or a node stands for it. */
    void heardOf(Epoch epoch) {
        highest = Epoch.later(highest, epoch);
    }

    void heardOf(GroupRecord record) {
        heardOf(record.epoch());
        if (known.map(record::isNewerThan).orElse(true)) {
            known = Optional.of(record);
        }
    }

    /** The primary of the newest record, if it is another node. */
    Optional<NodeId> otherPrimary() {
        return known.map(GroupRecord::primary).filter(primary -> !primary.equals(self().node()));
    }

    long random() {
        dice = dice.next();
        return dice.value();
    }

    long randomBelow(long bound) {
        dice = dice.next();
        return dice.below(Math.max(1, bound));
    }

    long nextVersion() {
        version++;
        return version;
    }

    long version() {
        return version;
    }

    void act(NodeAction action) {
        actions.add(action);
    }

    void sendAll(VoterRequest request) {
        for (VoterId voter : settings.voters().voters()) {
            actions.add(new Send(voter, request));
        }
    }

    void adopt(Terms terms) {
        actions.add(new Adopt(terms));
    }

    void become(RoleChange change) {
        if (!change.equals(role)) {
            role = change;
            actions.add(new Become(change));
        }
    }

    /** Follow the primary of the newest record, if there is one. */
    void follow() {
        Epoch epoch = known.map(GroupRecord::epoch).orElse(Epoch.NONE);
        become(new RoleChange(Role.REPLICA, epoch, otherPrimary()));
    }

    /** Follow nobody. */
    void followNobody(Epoch epoch) {
        become(new RoleChange(Role.REPLICA, epoch, Optional.empty()));
    }
}
