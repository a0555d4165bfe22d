package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.log.Backlog;
import io.vireo.log.ReplicationHistory;
import io.vireo.replication.SyncDecision.Continue;
import io.vireo.replication.SyncDecision.Full;
import io.vireo.replication.SyncDecision.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncDecisionTest {
    private static final String NOW = "a".repeat(40);
    private static final String FORMER = "b".repeat(40);
    private static final String OTHER = "c".repeat(40);

    /** Writes as {@code NOW} since offset 535; bytes 500 to 599 are held. */
    private static final ReplicationHistory HISTORY = new ReplicationHistory(NOW, FORMER, 535);

    private static final Backlog BACKLOG = new Backlog(500, 600);

    private static SyncDecision decide(String id, long offset) {
        return SyncDecision.decide(HISTORY, BACKLOG, id, offset);
    }

    @Test
    void aReplicaContinuesFromAnyByteThatIsHeld() {
        assertEquals(new Continue(500, 100), decide(NOW, 500));
        assertEquals(new Continue(599, 1), decide(NOW, 599));
    }

    @Test
    void aReplicaThatLacksNothingContinuesWithTheNextByte() {
        assertEquals(new Continue(600, 0), decide(NOW, 600));
    }

    @Test
    void aReplicaOfTheFormerIdContinuesAsFarAsWeWentUnderIt() {
        assertEquals(new Continue(535, 65), decide(FORMER, 535));
        assertEquals(new Full(Reason.BEYOND_FORMER_ID), decide(FORMER, 536));
    }

    @Test
    void aReplicaOfTheFormerIdStillNeedsTheBacklog() {
        assertEquals(new Full(Reason.BACKLOG_TOO_SHORT), decide(FORMER, 499));
    }

    @ParameterizedTest
    @CsvSource({"499, BACKLOG_TOO_SHORT", "0, BACKLOG_TOO_SHORT", "-1, BACKLOG_TOO_SHORT", "601, AHEAD_OF_US"})
    void whatIsNotHeldCannotBeContinued(long offset, Reason reason) {
        assertEquals(new Full(reason), decide(NOW, offset));
    }

    @Test
    void withoutABacklogNobodyContinues() {
        assertEquals(new Full(Reason.BACKLOG_TOO_SHORT), SyncDecision.decide(HISTORY, Backlog.NONE, NOW, 1));
        assertEquals(new Full(Reason.BACKLOG_TOO_SHORT), SyncDecision.decide(HISTORY, Backlog.NONE, NOW, -1));
    }

    @Test
    void anEmptyBacklogSendsNothingToAReplicaThatIsJustAsFar() {
        assertEquals(new Continue(7, 0), SyncDecision.decide(HISTORY, new Backlog(7, 7), NOW, 7));
        assertEquals(new Full(Reason.BACKLOG_TOO_SHORT), SyncDecision.decide(HISTORY, new Backlog(7, 7), NOW, 6));
    }

    @Test
    void anUnknownIdIsAFullCopyAtAnyOffset() {
        assertEquals(new Full(Reason.UNKNOWN_ID), decide(OTHER, 550));
        assertEquals(new Full(Reason.UNKNOWN_ID), decide("", 550));
    }

    @Test
    void aQuestionMarkAsksForAFullCopy() {
        assertEquals(new Full(Reason.REQUESTED), decide("?", -1));
        assertEquals(new Full(Reason.REQUESTED), decide("?", 550));
    }

    @Test
    void theLogSaysItInRedissWords() {
        assertEquals(
                List.of(Say.notice("Partial resynchronization request from h:1 accepted."
                        + " Sending 65 bytes of backlog starting from offset 535.")),
                decide(FORMER, 535).explain(HISTORY, "h:1", FORMER, 535));
        assertEquals(
                List.of(Say.notice("Full resync requested by replica h:1")),
                decide("?", -1).explain(HISTORY, "h:1", "?", -1));
        assertEquals(
                List.of(Say.notice(
                        "Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '" + OTHER
                                + "', my replication IDs are '" + NOW + "' and '" + FORMER + "')")),
                decide(OTHER, 1).explain(HISTORY, "h:1", OTHER, 1));
        assertEquals(
                List.of(Say.notice("Partial resynchronization not accepted: Requested offset for second ID was 536,"
                        + " but I can reply up to 535")),
                decide(FORMER, 536).explain(HISTORY, "h:1", FORMER, 536));
        assertEquals(
                List.of(Say.notice(
                        "Unable to partial resync with replica h:1 for lack of backlog (Replica request was: 1).")),
                decide(NOW, 1).explain(HISTORY, "h:1", NOW, 1));
        assertEquals(
                List.of(
                        Say.notice("Unable to partial resync with replica h:1 for lack of backlog (Replica request was:"
                                + " 601)."),
                        Say.warning("Warning: replica h:1 tried to PSYNC with an offset that is greater than the master"
                                + " replication offset.")),
                decide(NOW, 601).explain(HISTORY, "h:1", NOW, 601));
    }
}
