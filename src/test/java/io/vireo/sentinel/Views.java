package io.vireo.sentinel;

import io.vireo.sentinel.GroupView.Link;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import io.vireo.topology.VoterSet;
import io.vireo.voter.NodeReport;
import io.vireo.voter.VoterReply.Heard;
import io.vireo.voter.VoterReply.StatusIs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Views of a group, made by hand: nodes A, B and C on ports 6379 to 6381, voters on 26379 to 26381, of which the first
 * looks. Changes are made one by one; {@link #view} gives how things stand.
 */
final class Views {
    static final NodeId A = new NodeId("a".repeat(40));
    static final NodeId B = new NodeId("b".repeat(40));
    static final NodeId C = new NodeId("c".repeat(40));
    static final VoterId V1 = new VoterId("10.0.0.1:26379");
    static final VoterId V2 = new VoterId("10.0.0.2:26380");
    static final VoterId V3 = new VoterId("10.0.0.3:26381");
    static final VoterSet VOTERS = new VoterSet("main", List.of(V1, V2, V3));
    static final long DOWN_AFTER_MS = 500;

    private final Map<NodeId, Heard> heard = new LinkedHashMap<>();
    private final Map<VoterId, Link> links = new LinkedHashMap<>();
    private boolean votes = true;
    private Epoch promised = Epoch.NONE;
    private Optional<GroupRecord> record = Optional.empty();
    private long nowMs = 1_000_000;

    /** Nothing is known, and no other voter has answered for a second. */
    static Views empty() {
        Views views = new Views();
        views.votes = false;
        return views.unreachable(V2).unreachable(V3);
    }

    /** A leads in epoch 3, B and C hold everything, all have been heard of 40 ms ago, as have the voters. */
    static Views healthy() {
        Views views = new Views();
        views.promised = new Epoch(3);
        return views.leads(3, A)
                .hears(A, 40)
                .hears(B, 40)
                .hears(C, 40)
                .agrees(V2)
                .agrees(V3);
    }

    static String address(NodeId node) {
        return "10.0.0.1:" + (6379 + List.of(A, B, C).indexOf(node));
    }

    private static NodeReport report(NodeId node, String address, int priority, boolean whole) {
        return new NodeReport(node, address, priority, new Epoch(3), 4_711, whole);
    }

    Views after(long ms) {
        nowMs += ms;
        return this;
    }

    Views votes(boolean on) {
        votes = on;
        return this;
    }

    Views promises(long epoch) {
        promised = new Epoch(epoch);
        return this;
    }

    /** A record of this epoch says so, in async mode. */
    Views leads(long epoch, NodeId primary) {
        return records(epoch, primary, ConsistencyMode.ASYNC, A, B, C);
    }

    Views records(long epoch, NodeId primary, ConsistencyMode mode, NodeId... inSync) {
        promised = Epoch.later(promised, new Epoch(epoch));
        Set<Incarnation> members =
                Set.of(inSync).stream().map(node -> new Incarnation(node, 7)).collect(Collectors.toSet());
        record = Optional.of(new GroupRecord(new Epoch(epoch), 10 * epoch, primary, members, mode));
        return this;
    }

    Views hears(NodeId node, long ageMs) {
        return hears(node, address(node), ageMs);
    }

    Views hears(NodeId node, String address, long ageMs) {
        return hears(report(node, address, 100, true), ageMs);
    }

    Views hears(NodeId node, int priority, boolean whole) {
        return hears(report(node, address(node), priority, whole), 40);
    }

    private Views hears(NodeReport report, long ageMs) {
        heard.put(report.node(), new Heard(report, ageMs));
        return this;
    }

    Views neverHeardOf(NodeId node) {
        heard.remove(node);
        return this;
    }

    /** Another voter answers, and has heard of the same nodes. */
    Views agrees(VoterId voter) {
        List<Heard> its = List.copyOf(heard.values());
        StatusIs answer = new StatusIs(1, promised, record, false, its);
        links.put(voter, new Link(voter, true, 30, Optional.of(answer)));
        return this;
    }

    /** Another voter is there, and has lost its file. */
    Views amnesiac(VoterId voter) {
        links.put(voter, new Link(voter, true, 30, Optional.empty()));
        return this;
    }

    Views unreachable(VoterId voter) {
        links.put(voter, new Link(voter, false, 1_000, Optional.empty()));
        return this;
    }

    GroupView view() {
        return new GroupView(
                VOTERS,
                V1,
                votes,
                promised,
                record,
                List.copyOf(heard.values()),
                List.copyOf(links.values()),
                DOWN_AFTER_MS,
                nowMs);
    }
}
