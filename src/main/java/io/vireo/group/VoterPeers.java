package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.sentinel.GroupView;
import io.vireo.sentinel.GroupView.Link;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import io.vireo.voter.Voter.VoterSettings;
import io.vireo.voter.VoterReply;
import io.vireo.voter.VoterReply.StatusIs;
import io.vireo.voter.VoterRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How things stand for the other voters: each is asked all the time, for what Sentinel's commands tell and no vote needs. */
@RunsOn(Loop.KEYSPACE)
final class VoterPeers {
    private final VoterSettings settings;
    private final VoterLinks links;
    private final NodeId self;
    private final long sinceMs;
    private final Map<VoterId, Answer> answers = new TreeMap<>();
    private long askAtMs;

    private record Answer(StatusIs status, long atMs) {}

    VoterPeers(VoterSettings settings, VoterLinks links, long nowMs) {
        this.settings = settings;
        this.links = links;
        this.self = new NodeId(GroupView.runId(settings.set(), settings.self()));
        this.sinceMs = nowMs;
        this.askAtMs = nowMs;
    }

    private List<VoterId> others() {
        return settings.set().without(settings.self());
    }

    /**
     * Asks, when it is time.
     *
     * @param atOnce whether it is time now: there is a record of which is not known whether the others have it
     */
    void tick(long nowMs, boolean atOnce) {
        if (atOnce || nowMs >= askAtMs) {
            askAtMs = nowMs + settings.timing().probeMs();
            others().forEach(voter -> links.send(voter, new VoterRequest.Status(self, nowMs, Optional.empty())));
        }
    }

    void answered(VoterId voter, VoterReply reply, long nowMs) {
        if (reply instanceof StatusIs status) {
            answers.put(voter, new Answer(status, nowMs));
        }
    }

    /** The ways to the others as they are now. A voter that has lost its file is there, and does not say how things stand. */
    List<Link> links(long nowMs) {
        Map<VoterId, Long> ages = links.answerAges(nowMs);
        return others().stream()
                .map(voter -> new Link(
                        voter,
                        links.isConnected(voter),
                        ages.getOrDefault(voter, nowMs - sinceMs),
                        status(voter, nowMs)))
                .toList();
    }

    private Optional<StatusIs> status(VoterId voter, long nowMs) {
        return Optional.ofNullable(answers.get(voter))
                .filter(answer -> nowMs - answer.atMs <= settings.timing().downAfterMs())
                .map(Answer::status);
    }
}
