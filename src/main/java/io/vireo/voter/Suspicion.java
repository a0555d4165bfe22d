package io.vireo.voter;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.voter.Duty.Following;
import io.vireo.voter.Duty.Wait;
import io.vireo.voter.VoterReply.Heard;
import io.vireo.voter.VoterReply.StatusIs;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When a node that follows stands for election.
 *
 * <pre>
 *            a majority of the voters is free,              the time is over, and asked again
 *            and this node might lead                       they say the same
 *   content ------------------------------------> waiting -----------------------------------> stands
 *      ^                                            |
 *      +--------------------------------------------+  the primary has its lease again, or they do not say it in time
 * </pre>
 *
 * <p>Silence alone decides nothing: it may be this node's own. Nor does a stream that is heard: a primary that no majority of
 * the voters hears goes on with it, and nobody can write; only the wait is longer. Nor does a record remembered from
 * earlier: it may have been one that no majority ever had, and be gone.
 */
final class Suspicion {
    private final Turn turn;
    private final Timing timing;

    private Suspicion(Turn turn) {
        this.turn = turn;
        this.timing = turn.timing;
    }

    /** What became of the node: it goes on following, perhaps waiting, or it stands. */
    static Duty tick(Following following, Turn turn) {
        return new Suspicion(turn).tick(following);
    }

    private Duty tick(Following s) {
        boolean isSilent = turn.nowMs - s.heardMs() > timing.downAfterMs();
        if (!isSilent && !isFree() || turn.nowMs < s.notBeforeMs()) {
            return waiting(s, Optional.empty());
        }
        return s.waiting().map(wait -> waited(s, wait)).orElseGet(() -> suspects(s, isSilent));
    }

    /** Whether the lease is over, as a majority has it: a stream may go on that is not led any more. */
    private boolean isFree() {
        return turn.probes.since(turn.nowMs - timing.freshMs()).stream()
                        .filter(StatusIs::free)
                        .count()
                >= turn.majority();
    }

    /** A primary that is heard, and has lost its lease, is given time to come by it again. */
    private Following suspects(Following s, boolean isSilent) {
        if (!mightLead(turn.nowMs - timing.freshMs())) {
            return s;
        }
        long patienceMs = isSilent ? 0 : timing.downAfterMs();
        long waitMs = patienceMs + rank() * timing.rankMs() + turn.randomBelow(timing.rankMs());
        return waiting(s, Optional.of(new Wait(turn.nowMs, turn.nowMs + waitMs)));
    }

    /** The voters are asked all the time; what counts is what was asked since the wait began. */
    private Duty waited(Following s, Wait wait) {
        if (turn.nowMs < wait.untilMs()) {
            return s;
        }
        if (mightLead(Math.max(wait.sinceMs(), turn.nowMs - timing.freshMs()))) {
            return Candidacy.begin(Ballot.Cause.SUSPICION, turn);
        }
        return turn.nowMs < wait.untilMs() + timing.freshMs() ? s : waiting(s, Optional.empty());
    }

    private static Following waiting(Following s, Optional<Wait> wait) {
        return new Following(s.heardMs(), s.notBeforeMs(), wait);
    }

    /** Whether a majority would promise now, judged by what was asked since then. */
    private boolean mightLead(long sinceMs) {
        List<StatusIs> answers = turn.probes.since(sinceMs);
        long free = answers.stream().filter(StatusIs::free).count();
        if (answers.size() < turn.majority() || free < turn.majority()) {
            return false;
        }
        Optional<GroupRecord> newest = newest(answers);
        boolean fits = turn.report.mayLead() && fits(newest, turn);
        return fits && (newest.isEmpty() || newest.get().mode() == ConsistencyMode.STRONG || mayBeBest(newest.get()));
    }

    /**
     * In async mode members are not asked for, and whoever is the best that was heard of leads: so others must have had the
     * time to be heard of. After a restart of all, some of those who were in sync are still loading what they have, and tell
     * so. A node without data waits longest, as long as anybody is heard of that has or loads some.
     */
    private boolean mayBeBest(GroupRecord newest) {
        long upMs = turn.nowMs - turn.startedMs;
        if (!turn.report.isEmpty()) {
            return upMs >= timing.loadingMs() || haveReported(newest);
        }
        boolean othersAreEmpty = lately().allMatch(report -> report.whole() && report.isEmpty());
        return othersAreEmpty && (upMs >= timing.emptyMs() || haveReported(newest));
    }

    /** Whether all who were in sync have been heard of lately. */
    private boolean haveReported(GroupRecord newest) {
        Set<NodeId> heardOf = lately().map(NodeReport::node).collect(Collectors.toSet());
        heardOf.add(turn.self().node());
        return newest.inSync().stream().map(Incarnation::node).allMatch(heardOf::contains);
    }

    /** The reports of other nodes that were heard of lately. */
    private Stream<NodeReport> lately() {
        return turn.probes.heard().stream()
                .filter(heard -> heard.ageMs() <= timing.heardOfMs())
                .map(Heard::report)
                .filter(report -> !report.node().equals(turn.self().node()));
    }

    private static Optional<GroupRecord> newest(List<StatusIs> answers) {
        return Voter.newest(answers.stream().map(StatusIs::record).toList());
    }

    /** Whether this node may lead after this record. */
    static boolean fits(Optional<GroupRecord> newest, Turn turn) {
        if (newest.isEmpty()) {
            return turn.settings.mayFound();
        }
        return newest.get().mode() == ConsistencyMode.ASYNC
                ? turn.report.whole()
                : newest.get().lists(turn.self());
    }

    /** How many would lead better, of those that were heard of lately and may lead. The primary is not among them: it is silent. */
    private long rank() {
        Optional<GroupRecord> newest = newest(turn.probes.since(turn.nowMs - timing.freshMs()));
        return turn.probes.heard().stream()
                .filter(heard -> heard.ageMs() <= timing.heardOfMs())
                .map(Heard::report)
                .filter(NodeReport::mayLead)
                .filter(other -> isCandidate(other.node(), newest))
                .filter(other -> NodeReport.BEST_FIRST.compare(other, turn.report) < 0)
                .count();
    }

    private boolean isCandidate(NodeId node, Optional<GroupRecord> newest) {
        if (node.equals(turn.self().node())) {
            return false;
        }
        return newest.map(record -> !record.primary().equals(node)
                        && (record.mode() == ConsistencyMode.ASYNC
                                || record.inSync().stream()
                                        .anyMatch(member -> member.node().equals(node))))
                .orElse(true);
    }

    /** Those who could take over, the best first. */
    static List<NodeId> bestFirst(List<NodeId> nodes, List<Heard> heard) {
        return nodes.stream()
                .sorted(Comparator.comparingInt(node -> place(node, heard)))
                .filter(node -> place(node, heard) != Integer.MAX_VALUE)
                .toList();
    }

    /** The place in the order of those heard of; the last for one that must not lead. */
    private static int place(NodeId node, List<Heard> heard) {
        List<NodeReport> reports = heard.stream()
                .map(Heard::report)
                .filter(NodeReport::mayLead)
                .sorted(NodeReport.BEST_FIRST)
                .toList();
        for (int i = 0; i < reports.size(); i++) {
            if (reports.get(i).node().equals(node)) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }
}
