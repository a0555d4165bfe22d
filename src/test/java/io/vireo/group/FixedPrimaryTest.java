package io.vireo.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.ServerLog;
import io.vireo.command.Command;
import io.vireo.command.CommandTable;
import io.vireo.command.DataTypes;
import io.vireo.command.Login;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.command.SocketlessConnection;
import io.vireo.config.Config;
import io.vireo.config.Consistency;
import io.vireo.config.Options;
import io.vireo.config.VoterOptions;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.replication.FakeReplica;
import io.vireo.replication.Replication;
import io.vireo.replication.Rig;
import io.vireo.replication.Target;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FixedPrimaryTest {
    private final Config config = Config.defaults();
    private final Rig rig = new Rig();
    private final ReplicationLog log = Rig.log();
    private final Replication replication = new Replication(rig.surroundings(), log);
    private final List<String> givenUp = new ArrayList<>();
    private long ownHeld = Long.MAX_VALUE;
    private boolean hasWaiting;
    private final FixedPrimary rule = new FixedPrimary(
            config, replication, log, () -> Math.min(ownHeld, log.endOffset()), new NotedOutputs(), ServerLog.silent());
    private final CommandTable table = new CommandTable(DataTypes.families());
    private final Session client =
            new Sessions(new Login(config)).open(new SocketlessConnection(), System.currentTimeMillis());
    private FakeReplica first;
    private FakeReplica second;
    private long waitsFor;

    private final class NotedOutputs implements Outputs {
        @Override
        public boolean hasWaiting() {
            return hasWaiting;
        }

        @Override
        public int giveUpAll(ErrorReply why) {
            givenUp.add("all");
            return 1;
        }

        @Override
        public int giveUpWaiting(long longerThanMs, ErrorReply why) {
            givenUp.add("waiting " + longerThanMs);
            return 1;
        }
    }

    @BeforeEach
    void lead() {
        config.put(Options.CONSISTENCY, Consistency.STRONG);
        replication.start(Optional.empty(), Optional.empty(), 0);
        first = FakeReplica.online(replication, "h", 1, true);
        second = FakeReplica.online(replication, "h", 2, true);
        rule.endOfTurn();
    }

    @AfterEach
    void release() {
        replication.stop();
        log.freeBacklog();
    }

    private ErrorReply check(String name) {
        Command command = table.find(name);
        assertTrue(rule.concerns(command.spec()));
        return rule.check(client, command, new Args());
    }

    private void write() {
        assertNull(check("set"));
        stream();
    }

    /** Something comes into the stream that no client has written. */
    private void stream() {
        log.effect(0);
        log.begin(1).word("x".getBytes(StandardCharsets.US_ASCII));
        log.commit();
    }

    private void endTurn() {
        rule.endOfTurn();
        waitsFor = rule.dependsUpTo();
    }

    /** Whether what was put into an output in the turn that {@link #endTurn} ended may leave by now. */
    private boolean mayLeave() {
        rule.endOfTurn();
        return waitsFor <= rule.releasedTo();
    }

    private void allHold() {
        first.feed.acked(log.endOffset());
        second.feed.acked(log.endOffset());
    }

    @Test
    void aWriteLeavesWhenAllThatCountHoldIt() {
        write();
        endTurn();
        assertFalse(mayLeave());
        first.feed.acked(log.endOffset());
        assertFalse(mayLeave());
        second.feed.acked(log.endOffset());
        assertTrue(mayLeave());
    }

    @Test
    void inAsyncModeAllLeaves() {
        config.put(Options.CONSISTENCY, Consistency.ASYNC);
        stream();
        endTurn();
        assertEquals(Long.MAX_VALUE, rule.releasedTo());
        assertTrue(mayLeave());
    }

    @Test
    void whoIsGoneCountsNoLonger() {
        write();
        endTurn();
        first.feed.acked(log.endOffset());
        second.close();
        assertTrue(mayLeave());
    }

    @Test
    void whoWasNotHeardOfForLongCountsNoLonger() {
        write();
        endTurn();
        rig.nowMs += config.get(Options.MIN_REPLICAS_MAX_LAG) * 1_000L + 1;
        first.feed.acked(log.endOffset());
        assertTrue(mayLeave());
    }

    @Test
    void aRedisNeverCounts() {
        second.close();
        FakeReplica.online(replication, "h", 3, false);
        config.put(VoterOptions.MIN_SYNC_REPLICAS, 2);
        assertEquals(ErrorReply.NO_REPLICAS, check("set"));
        config.put(VoterOptions.MIN_SYNC_REPLICAS, 1);
        write();
        endTurn();
        first.feed.acked(log.endOffset());
        assertTrue(mayLeave());
    }

    @Test
    void withTooFewReplicasWritesAreRefusedAndReadsOfWhatIsConfirmedAnswered() {
        write();
        endTurn();
        allHold();
        assertTrue(mayLeave());
        first.close();
        second.close();
        assertEquals(ErrorReply.NO_REPLICAS, check("set"));
        stream(); // as a key that has expired
        assertNull(check("get"));
        endTurn();
        assertTrue(mayLeave());
    }

    @Test
    void aReadWaitsForWhatItMayHaveSeen() {
        write();
        rule.endOfTurn();
        first.close();
        second.close();
        assertNull(check("get"));
        endTurn();
        assertFalse(mayLeave());
        FakeReplica back = FakeReplica.online(replication, "h", 4, true);
        back.feed.acked(log.endOffset());
        assertTrue(mayLeave());
    }

    @Test
    void whatTouchesNoDataLeavesAtOnce() {
        write();
        rule.endOfTurn();
        endTurn();
        assertTrue(mayLeave());
    }

    @Test
    void theOwnDiskCountsToo() {
        ownHeld = 0;
        write();
        endTurn();
        allHold();
        assertFalse(mayLeave());
        ownHeld = log.endOffset();
        assertTrue(mayLeave());
    }

    @Test
    void replicasAreToldWhatAllHold() {
        write();
        rule.endOfTurn();
        replication.pump();
        first.took();
        allHold();
        rule.endOfTurn();
        replication.pump();
        assertTrue(first.took().endsWith(":" + log.endOffset() + " 0\r\n"));
    }

    @Test
    void whatHasWaitedTooLongIsGivenUp() {
        rule.tick();
        assertEquals(List.of(), givenUp);
        hasWaiting = true;
        rule.tick();
        assertEquals(List.of("waiting 5000"), givenUp);
    }

    @Test
    void whoeverWaitsIsToldWhenAnotherLeads() {
        write();
        rule.endOfTurn();
        replication.replicaOf(new Target("other", 1));
        rule.endOfTurn();
        assertEquals(List.of("waiting -1"), givenUp);
    }

    @Test
    void whatWaitsForOffsetsOfAnotherHistoryIsGivenUp() {
        replication.replicaOf(new Target("other", 1));
        rule.endOfTurn();
        givenUp.clear();
        log.history(ReplicationHistory.ofFullCopy("7".repeat(40)));
        rule.endOfTurn();
        assertEquals(List.of("all"), givenUp);
    }
}
