package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.replication.FailoverEvent.Candidate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every state of a handover against every event. */
class FailoverTableTest {
    private static final long NOW = 5_000;
    private static final long END = 70;
    private static final Target A = new Target("a", 1);
    private static final Target B = new Target("b", 2);

    private static List<FailoverState> states(long deadlineMs) {
        return List.of(
                new FailoverState.None(),
                new FailoverState.WaitingForSync(Optional.empty(), false, deadlineMs),
                new FailoverState.WaitingForSync(Optional.of(A), false, deadlineMs),
                new FailoverState.WaitingForSync(Optional.of(A), true, deadlineMs),
                new FailoverState.InProgress(A));
    }

    private static void assertTable(String expected, long deadlineMs, FailoverEvent... events) {
        String table = new MachineTable<>(
                        states(deadlineMs),
                        List.of(events),
                        (FailoverState state, FailoverEvent event) -> Failover.on(state, event, NOW))
                .arrows();
        assertEquals(expected, table);
    }

    private static FailoverEvent looked(Candidate... candidates) {
        return new FailoverEvent.Looked(List.of(candidates), END);
    }

    private static String said(FailoverState state, FailoverEvent event) {
        StringBuilder lines = new StringBuilder();
        for (FailoverAction action : Failover.on(state, event, NOW).actions()) {
            if (action instanceof Say line) {
                lines.append(line.text());
            }
        }
        return lines.toString();
    }

    @Test
    void itBeginsOnce() {
        assertTable("""
            None + Wanted[[a:1], false, 0] -> WaitingForSync: say, PauseWrites
            """, NOW + 1, new FailoverEvent.Wanted(Optional.of(A), false, 0));
    }

    @Test
    void theTimeBeginsWhenItIsWanted() {
        assertEquals(
                new FailoverState.WaitingForSync(Optional.of(A), true, NOW + 200),
                Failover.on(new FailoverState.None(), new FailoverEvent.Wanted(Optional.of(A), true, 200), NOW)
                        .state());
        for (long endless : new long[] {0, Long.MAX_VALUE}) {
            assertEquals(
                    new FailoverState.WaitingForSync(Optional.empty(), false, Failover.NEVER),
                    Failover.on(
                                    new FailoverState.None(),
                                    new FailoverEvent.Wanted(Optional.empty(), false, endless),
                                    NOW)
                            .state());
        }
    }

    @Test
    void whoHoldsAllLeadsIfItMay() {
        assertTable("""
            WaitingForSync + Looked[[Candidate[b:2, 70], Candidate[a:1, 70]], 70] -> InProgress
              : say, FollowHeir[b:2]
            WaitingForSync + Looked[[Candidate[b:2, 70], Candidate[a:1, 70]], 70] -> InProgress
              : say, FollowHeir[a:1]
            WaitingForSync + Looked[[Candidate[b:2, 70], Candidate[a:1, 70]], 70] -> InProgress
              : say, FollowHeir[a:1]
            """, NOW + 1, looked(new Candidate(B, END), new Candidate(A, END)));
    }

    @Test
    void whoLacksAByteIsWaitedFor() {
        assertTable("", NOW + 1, looked(new Candidate(B, END - 1), new Candidate(A, END - 1)), looked());
        assertTable("""
            WaitingForSync + Looked[[Candidate[b:2, 70]], 70] -> InProgress: say, FollowHeir[b:2]
            """, NOW + 1, looked(new Candidate(B, END)));
    }

    @Test
    void afterItsTimeItIsGivenUpOrForced() {
        assertTable("""
            WaitingForSync + Looked[, 70] -> None: say, ResumeWrites
            WaitingForSync + Looked[, 70] -> None: say, ResumeWrites
            WaitingForSync + Looked[, 70] -> InProgress: say, FollowHeir[a:1]
            """, NOW, looked());
    }

    @Test
    void itMayBeAborted() {
        assertTable("""
            WaitingForSync + AbortWanted -> None: say, ResumeWrites
            WaitingForSync + AbortWanted -> None: say, ResumeWrites
            WaitingForSync + AbortWanted -> None: say, ResumeWrites
            InProgress + AbortWanted -> None: say, LeadAgain, ResumeWrites
            """, NOW, new FailoverEvent.AbortWanted());
    }

    @Test
    void theTargetAnswers() {
        assertTable("""
            InProgress + Accepted -> None: ResumeWrites
            InProgress + Refused -> None: say, LeadAgain, ResumeWrites
            """, NOW, new FailoverEvent.Accepted(), new FailoverEvent.Refused());
    }

    @Test
    void theWordsAreThoseOfRedis() {
        FailoverState any = new FailoverState.WaitingForSync(Optional.empty(), false, NOW);
        FailoverState forced = new FailoverState.WaitingForSync(Optional.of(A), true, NOW);
        FailoverState begun = new FailoverState.InProgress(A);
        assertEquals("no-failover", new FailoverState.None().word());
        assertEquals("waiting-for-sync", any.word());
        assertEquals("failover-in-progress", begun.word());
        assertEquals(
                "FAILOVER requested to any replica.",
                said(new FailoverState.None(), new FailoverEvent.Wanted(Optional.empty(), false, 0)));
        assertEquals(
                "FAILOVER requested to a:1.",
                said(new FailoverState.None(), new FailoverEvent.Wanted(Optional.of(A), false, 0)));
        assertEquals("FAILOVER to any replica aborted: Replica never caught up before timeout", said(any, looked()));
        assertEquals("FAILOVER to a:1 time out exceeded, failing over.", said(forced, looked()));
        assertEquals(
                "FAILOVER to a:1 aborted: Failover manually aborted", said(begun, new FailoverEvent.AbortWanted()));
        assertEquals(
                "FAILOVER to a:1 aborted: Failover target rejected psync request",
                said(begun, new FailoverEvent.Refused()));
        assertEquals(
                "Failover target b:2 is synced, failing over.",
                said(
                        new FailoverState.WaitingForSync(Optional.empty(), false, NOW + 1),
                        looked(new Candidate(B, END))));
    }
}
