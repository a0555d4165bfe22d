package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.command.CommandContext;
import io.vireo.config.Config;
import io.vireo.resp.ReplyWriter;
import io.vireo.testkit.TestServer;
import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes of a group tell each other by REPLCONF. */
class GroupWordsTest {
    private static final NodeId NODE = new NodeId("7".repeat(40));

    private final List<String> told = new ArrayList<>();
    private Replication replication;
    private Group group = new Told();
    private TestServer server;

    /** Notes what it is told. */
    private final class Told implements Group {
        @Override
        public Optional<Member> self() {
            return Optional.of(new Member(new Incarnation(NODE, 1), new Epoch(3), false));
        }

        @Override
        public void epochPresented(Epoch epoch) {
            told.add("epoch " + epoch);
        }

        @Override
        public void handoverOffered(Epoch released) {
            told.add("released " + released);
        }

        @Override
        public void leadWanted(CommandContext ctx, ReplyWriter out) {
            throw new IllegalStateException("nobody asks for that here");
        }

        @Override
        public void leadAnyway() {
            told.add("lead anyway");
        }

        @Override
        public void handoverWanted(Optional<NodeId> target) {
            told.add("to " + target.map(NodeId::shortText).orElse("any"));
        }
    }

    @BeforeEach
    void open() {
        server = new TestServer(log -> {
            replication = new Replication(new Rig().surroundings(), log);
            ReplicaSessions replicas = new ReplicaSessions(null, null, null, null, null, null);
            return List.of(
                    new ReplicationCommands(replication, replicas, () -> group, Config.defaults(), say -> {}).rows());
        });
        replication.start(Optional.empty(), Optional.empty(), 0);
    }

    @AfterEach
    void close() {
        replication.stop();
        server.close();
    }

    @Test
    void aReplicaThatWantsToLeadIsNotAnsweredSinceItIsServedAStream() {
        assertEquals("", server.run("REPLCONF vireo-lead " + NODE));
        assertEquals(List.of("to " + NODE.shortText()), told);
    }

    @Test
    void anHeirAnswersWhoHandsOver() {
        assertEquals("+OK\r\n", server.run("REPLCONF vireo-handover 3"));
        assertEquals(List.of("released 3"), told);
    }

    @Test
    void whatIsNoNodeOrEpochIsRefused() {
        assertEquals("-ERR Invalid node id\r\n", server.run("REPLCONF vireo-lead 7"));
        assertEquals("-ERR value is not an integer or out of range\r\n", server.run("REPLCONF vireo-handover -1"));
        assertEquals(List.of(), told);
    }

    @Test
    void withoutVotersTheWordsAreUnknown() {
        group = Group.NONE;
        assertEquals("-ERR Unrecognized REPLCONF option: vireo-lead\r\n", server.run("REPLCONF vireo-lead " + NODE));
        assertEquals("-ERR Unrecognized REPLCONF option: vireo-handover\r\n", server.run("REPLCONF vireo-handover 3"));
    }
}
