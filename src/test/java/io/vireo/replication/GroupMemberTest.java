package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node whose voters say whom it follows: it takes no stream of an epoch that is over, and tells nothing too early. */
class GroupMemberTest {
    private static final Target PRIMARY = new Target("h", 1);
    private static final Random RANDOM = new Random(3);
    private static final String FIFTH = ReplicationId.ofEpoch(new Epoch(5), RANDOM);
    private static final String SIXTH = ReplicationId.ofEpoch(new Epoch(6), RANDOM);
    private static final Incarnation SELF = new Incarnation(new NodeId("a".repeat(40)), 0xbeef);
    private static final String GREETING = "+PONG\r\n+OK\r\n+OK vireo\r\n+OK vireo\r\n";

    private final Rig rig = new Rig();
    private final ReplicationLog log = Rig.log();
    private final Replication replication = new Replication(rig.surroundings(), log);

    @AfterEach
    void release() {
        replication.stop();
        log.rollBackFromPrimary();
        if (log.hasBacklog()) {
            log.freeBacklog();
        }
    }

    private void isIn(long epoch, boolean mayAcknowledge) {
        rig.member = Optional.of(new Member(SELF, new Epoch(epoch), mayAcknowledge));
    }

    private void follows(long offset) {
        replication.startInGroup(Optional.of(new StreamPosition(FIFTH, offset)), 0);
        replication.replicaOf(PRIMARY);
        replication.tick(true);
        rig.link().connected();
    }

    @Test
    void aNodeOfAGroupStartsAsNobodysReplica() {
        isIn(5, true);
        replication.startInGroup(Optional.of(new StreamPosition(FIFTH, 70)), 0);
        assertFalse(replication.isPrimary());
        assertEquals(Optional.empty(), replication.primary());
        assertTrue(replication.hasPosition());
        assertEquals(70, log.endOffset());
        assertEquals(List.of(), rig.took());
    }

    @Test
    void itTellsItsPrimaryWhoItIs() {
        isIn(5, true);
        follows(70);
        rig.hear("+PONG\r\n");
        assertTrue(rig.took().contains("REPLCONF vireo-member " + "a".repeat(40) + "/beef/5"));
    }

    @Test
    void whenElectedItGoesOnUnderTheNameOfItsEpoch() {
        isIn(5, true);
        replication.startInGroup(Optional.of(new StreamPosition(FIFTH, 70)), 0);
        replication.lead(SIXTH);
        assertTrue(replication.isPrimary());
        assertEquals(SIXTH, log.history().id());
        assertEquals(FIFTH, log.history().formerId());
        assertEquals(71, log.history().formerUpTo());
        replication.followNobody();
        assertFalse(replication.isPrimary());
        assertTrue(replication.hasPosition());
    }

    @ParameterizedTest
    @ValueSource(strings = {"+CONTINUE ", "+FULLRESYNC "})
    void aStreamOfAnEpochThatIsOverIsNotTaken(String answer) {
        isIn(6, true);
        follows(70);
        rig.hear(GREETING + answer + FIFTH + (answer.startsWith("+F") ? " 99" : "") + "\r\n");
        assertEquals("close", rig.took().getLast());
        assertFalse(replication.isLinkUp());
        rig.nowMs += 100;
        replication.tick(true);
        assertEquals(List.of("open h:1"), rig.took());
        rig.link().connected();
        rig.hear(GREETING + "+CONTINUE " + SIXTH + "\r\n");
        assertTrue(replication.isLinkUp());
    }

    @Test
    void itTellsHowFarItIsOnceTheEpochIsOnItsDisk() {
        isIn(5, false);
        follows(70);
        rig.hear(GREETING + "+CONTINUE " + FIFTH + "\r\n" + Rig.frame("SELECT 0"));
        replication.acknowledge();
        assertTrue(rig.took().stream().noneMatch(words -> words.startsWith("REPLCONF ACK")));
        isIn(5, true);
        replication.acknowledge();
        assertEquals("REPLCONF ACK 93", rig.took().getLast());
    }

    @Test
    void whatTheGroupHoldsIsToldBesideTheStream() {
        isIn(5, true);
        follows(70);
        rig.hear(GREETING + "+CONTINUE " + FIFTH + "\r\n" + Rig.frame("SELECT 0") + ":70 5\r\n" + Rig.frame("SET a 1")
                + ":9");
        assertEquals(70, replication.commitOffset(), rig.said().toString());
        long end = log.endOffset();
        assertEquals(70 + 23 + 27, end);
        rig.hear("3 0\r\n" + Rig.frame("SET b 2"));
        assertEquals(93, replication.commitOffset());
        assertEquals(end + 27, log.endOffset());
        assertEquals(rig.nowMs, replication.staleMs());
        rig.hear(":12x\r\n");
        assertFalse(replication.isLinkUp());
    }

    @Test
    void anotherServersStreamTellsNothingOfTheKind() {
        follows(70);
        rig.hear("+PONG\r\n+OK\r\n+OK\r\n+CONTINUE " + FIFTH + "\r\n:70 1\r\n");
        assertFalse(replication.isLinkUp());
        assertEquals(-1, replication.commitOffset());
    }

    @Test
    void aReplicaIsToldWhenItHasBeenSentAllThereIs() {
        replication.startInGroup(Optional.empty(), 0);
        replication.lead(SIXTH);
        FakeReplica member = FakeReplica.online(replication, "m", 1, Optional.of(new Member(SELF, new Epoch(6), true)));
        FakeReplica other = FakeReplica.online(replication, "o", 2);
        member.took();
        other.took();
        member.feed.commit(5);
        other.feed.commit(5);
        replication.pump();
        assertEquals(":5 0\r\n", member.took());
        assertEquals("", other.took());

        member.feed.commit(5);
        replication.pump();
        assertEquals("", member.took());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "a/b",
                "ID",
                "ID/1",
                "/1/1",
                "id/1/1",
                "ID/g/1",
                "ID/1/-1",
                "ID/1/1/1",
                "ID/1/99999999999999999999"
            })
    void whatIsNoMemberIsNotReadAsOne(String words) {
        assertEquals(Optional.empty(), Member.of(words.replace("ID", "a".repeat(40))));
    }

    @Test
    void aMemberIsReadAsItWasWritten() {
        Member member = new Member(new Incarnation(new NodeId("c".repeat(40)), -1), new Epoch(9), true);
        assertEquals(Optional.of(member), Member.of(member.words()));
    }
}
