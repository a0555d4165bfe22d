package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.replication.FailoverAction.FollowHeir;
import io.vireo.replication.FailoverAction.LeadAgain;
import io.vireo.replication.FailoverAction.PauseWrites;
import io.vireo.replication.FailoverAction.ResumeWrites;
import io.vireo.replication.FailoverEvent.AbortWanted;
import io.vireo.replication.FailoverEvent.Accepted;
import io.vireo.replication.FailoverEvent.Candidate;
import io.vireo.replication.FailoverEvent.Looked;
import io.vireo.replication.FailoverEvent.Refused;
import io.vireo.replication.FailoverEvent.Wanted;
import io.vireo.replication.FailoverState.InProgress;
import io.vireo.replication.FailoverState.None;
import io.vireo.replication.FailoverState.WaitingForSync;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a primary hands its stream over to one of its replicas, so that no write is lost that was acknowledged.
 *
 * <pre>
 *         Wanted                 a replica holds all, or the time is over and force
 *   None -------> WaitingForSync ---------------------------------------------------> InProgress
 *    ^                 |                                                                |     |
 *    +--- aborted, or the time is over ----------------------------------- Accepted ----+     |
 *    +------------------------------------- aborted or Refused: we lead again ----------------+
 * </pre>
 *
 * <p>Writes wait in all states but None. In InProgress the link is ours to the new primary ({@link PrimaryLink}), which
 * asks by {@code PSYNC id offset FAILOVER} until there is an answer.
 *
 * @see <a href="https://redis.io/docs/latest/commands/failover/">FAILOVER</a>
 */
@RunsOn(Loop.ANY)
public final class Failover {
    /** The deadline of one that waits for ever. */
    static final long NEVER = Long.MAX_VALUE;

    private Failover() {}

    private record On(FailoverState state, FailoverEvent event) {}

    /** Moves the handover one event on. */
    public static Step<FailoverState, FailoverAction> on(FailoverState state, FailoverEvent event, long nowMs) {
        return switch (new On(state, event)) {
            case On(None s, Wanted e) -> begin(e, nowMs);
            case On(WaitingForSync s, Looked e) when nowMs >= s.deadlineMs() -> late(s);
            case On(WaitingForSync s, Looked e) -> look(s, e);
            case On(WaitingForSync s, AbortWanted e) -> abort(s.target(), "Failover manually aborted", List.of());
            case On(InProgress s, AbortWanted e) -> leadAgain(s, "Failover manually aborted");
            case On(InProgress s, Refused e) -> leadAgain(s, "Failover target rejected psync request");
            case On(InProgress s, Accepted e) -> Step.to(new None(), new ResumeWrites());
            case On(FailoverState s, FailoverEvent e) -> Step.to(s);
        };
    }

    private static Step<FailoverState, FailoverAction> begin(Wanted e, long nowMs) {
        long deadlineMs =
                e.timeoutMs() == 0 || e.timeoutMs() > NEVER - Math.max(0, nowMs) ? NEVER : nowMs + e.timeoutMs();
        return Step.to(
                new WaitingForSync(e.target(), e.force(), deadlineMs),
                Say.notice("FAILOVER requested to " + name(e.target()) + "."),
                new PauseWrites());
    }

    private static Step<FailoverState, FailoverAction> late(WaitingForSync s) {
        if (!s.force() || s.target().isEmpty()) {
            return abort(s.target(), "Replica never caught up before timeout", List.of());
        }
        return handOver(s.target().get(), "FAILOVER to " + s.target().get() + " time out exceeded, failing over.");
    }

    private static Step<FailoverState, FailoverAction> look(WaitingForSync s, Looked e) {
        for (Candidate candidate : e.candidates()) {
            Target it = candidate.target();
            boolean mayLead =
                    s.target().map(t -> t.isSame(it.host(), it.port())).orElse(true);
            if (mayLead && candidate.acked() == e.endOffset()) {
                return handOver(it, "Failover target " + it + " is synced, failing over.");
            }
        }
        return Step.to(s);
    }

    private static Step<FailoverState, FailoverAction> handOver(Target target, String why) {
        return Step.to(new InProgress(target), Say.notice(why), new FollowHeir(target));
    }

    private static Step<FailoverState, FailoverAction> leadAgain(InProgress s, String why) {
        return abort(Optional.of(s.target()), why, List.of(new LeadAgain()));
    }

    private static Step<FailoverState, FailoverAction> abort(
            Optional<Target> target, String why, List<FailoverAction> before) {
        List<FailoverAction> actions = new ArrayList<>();
        actions.add(Say.notice("FAILOVER to " + name(target) + " aborted: " + why));
        actions.addAll(before);
        actions.add(new ResumeWrites());
        return new Step<>(new None(), actions);
    }

    private static String name(Optional<Target> target) {
        return target.map(Target::toString).orElse("any replica");
    }
}
