package io.vireo.voter;

import io.vireo.topology.VoterId;
import io.vireo.voter.VoterReply.Heard;
import io.vireo.voter.VoterReply.StatusIs;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How things stand, as the voters have told when last asked.
 *
 * @param askAtMs when they are asked again
 * @param answers the answer of each to the latest question that it has answered
 */
record Probes(long askAtMs, Map<VoterId, StatusIs> answers) {

    static final Probes NONE = new Probes(Long.MIN_VALUE, Map.of());

    Probes {
        answers = Map.copyOf(answers);
    }

    Probes asked(long againAtMs) {
        return new Probes(againAtMs, answers);
    }

    Probes with(VoterId voter, StatusIs status) {
        Map<VoterId, StatusIs> more = new TreeMap<>(answers);
        more.merge(voter, status, (a, b) -> b.sentAtMs() >= a.sentAtMs() ? b : a);
        return new Probes(askAtMs, more);
    }

    /** Answers to questions that were not sent before this time. What is older may be of something that is gone. */
    List<StatusIs> since(long earliestMs) {
        return answers.values().stream()
                .filter(status -> status.sentAtMs() >= earliestMs)
                .toList();
    }

    /** The last report of each node, with the smallest age that any voter gives. */
    List<Heard> heard() {
        return List.copyOf(answers.values().stream()
                .flatMap(status -> status.heard().stream())
                .collect(Collectors.toMap(
                        heard -> heard.report().node(),
                        Function.identity(),
                        (a, b) -> Comparator.comparingLong(Heard::ageMs).compare(a, b) <= 0 ? a : b,
                        TreeMap::new))
                .values());
    }
}
