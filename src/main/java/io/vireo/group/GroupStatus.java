package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import io.vireo.voter.Duty;
import io.vireo.voter.NodeReport;
import io.vireo.voter.NodeState;
import io.vireo.voter.VoterReply.Heard;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a data node knows of its group, as its other threads see it.
 *
 * @param epoch the highest that it has stood for or followed
 * @param durableEpoch the highest that is on its disk
 * @param known the newest record that it has heard of
 * @param heard all nodes that the voters have heard of, this one among them
 * @param duty {@code following}, {@code standing} or {@code leading}
 * @param answerAges how long ago each voter answered, in milliseconds
 */
@RunsOn(Loop.ANY)
public record GroupStatus(
        Incarnation self,
        Epoch epoch,
        Epoch durableEpoch,
        Optional<GroupRecord> known,
        List<Heard> heard,
        String duty,
        Map<VoterId, Long> answerAges) {

    public GroupStatus {
        heard = List.copyOf(heard);
        answerAges = new TreeMap<>(answerAges);
    }

    static GroupStatus of(NodeState state, Map<VoterId, Long> answerAges) {
        String duty = switch (state.duty()) {
            case Duty.Following f -> "following";
            case Duty.Standing s -> "standing";
            case Duty.Leading l -> "leading";
        };
        return new GroupStatus(
                state.self(), state.epoch(), state.durableEpoch(), state.known(), state.heard(), duty, answerAges);
    }

    /** Where this node can be reached, if it has been heard of. */
    Optional<String> addressOf(NodeId node) {
        return heard.stream()
                .map(Heard::report)
                .filter(report -> report.node().equals(node))
                .map(NodeReport::address)
                .findFirst();
    }
}
