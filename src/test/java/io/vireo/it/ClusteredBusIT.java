package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.json.JsonObject;
import io.vireo.node.ClusteredBus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a server process publishes is heard in another JVM: this one. */
@Tag("alone")
class ClusteredBusIT {
    private static final String LOOPBACK = "127.0.0.1";

    /** It says of each message that a consumer throws away that it does. */
    private static final Logger CONSUMERS = Logger.getLogger("io.vertx.core.eventbus.impl.MessageConsumerImpl");

    private static final Logger HAZELCAST = Logger.getLogger("com.hazelcast");

    static {
        CONSUMERS.setLevel(Level.SEVERE);
        HAZELCAST.setLevel(Level.SEVERE);
    }

    @RegisterExtension
    private final Servers servers = new Servers();

    private Vertx here;

    @AfterEach
    void leave() throws Exception {
        if (here != null) {
            here.close().await(20, TimeUnit.SECONDS);
        }
    }

    /** Joins as the first member, and gives the port by which others reach this one. */
    private int join() throws Exception {
        int port = ServerProcess.freePort();
        here = ClusteredBus.clustered(LOOPBACK, port, List.of()).await(40, TimeUnit.SECONDS);
        return port;
    }

    private List<JsonObject> hear(String address) throws Exception {
        List<JsonObject> heard = new CopyOnWriteArrayList<>();
        MessageConsumer<JsonObject> consumer = here.eventBus().consumer(address, message -> heard.add(message.body()));
        consumer.completion().await(20, TimeUnit.SECONDS);
        return heard;
    }

    private ServerProcess start(int memberPort, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "--eventbus-address",
                "vireo.main",
                "--hazelcast-port",
                "" + ServerProcess.freePort(),
                "--hazelcast-members",
                LOOPBACK + ":" + memberPort));
        words.addAll(List.of(more));
        ServerProcess server = servers.start(Program.VIREO, words.toArray(String[]::new));
        server.awaitLog("Event bus: joined");
        return server;
    }

    private static void assertGapless(List<JsonObject> changes) {
        for (int i = 1; i < changes.size(); i++) {
            assertEquals(
                    changes.get(i - 1).getLong("offset"),
                    changes.get(i).getLong("after"),
                    () -> "no change is missing in " + changes);
        }
    }

    @Test
    void changesRolesLinksAndSyncsAreHeardInAnotherJvm() throws Exception {
        int member = join();
        List<JsonObject> changes = hear("vireo.main.replication");
        List<JsonObject> roles = hear("vireo.main.role");
        List<JsonObject> links = hear("vireo.main.link");
        List<JsonObject> syncs = hear("vireo.main.sync");
        ServerProcess primary = start(member);
        Await.until(
                () -> roles.stream().anyMatch(role -> role.getInteger("port") == primary.port()), "the primary's role");
        for (int i = 0; i < 500; i++) {
            primary.run("SET key:" + i + " v");
        }
        Await.until(() -> changes.size() == 500, "all changes");
        assertGapless(changes);
        JsonObject last = changes.getLast();
        assertEquals("set", last.getString("command"));
        assertEquals("key:499", last.getJsonArray("keys").getBuffer(0).toString());
        assertEquals(InStep.offset(primary), last.getLong("offset"));
        assertEquals(InStep.id(primary), last.getString("id"));

        ServerProcess replica = start(member, "--replicaof", LOOPBACK + " " + primary.port());
        InStep.await(primary, replica);
        primary.run("SET more v");
        Await.until(
                () -> changes.stream()
                        .anyMatch(change -> change.getInteger("port") == replica.port()
                                && change.getString("role").equals("replica")),
                "a change that was applied by the replica");
        replica.run("REPLICAOF NO ONE");
        Await.until(
                () -> links.stream()
                        .anyMatch(link -> link.getInteger("port") == replica.port()
                                && link.getString("state").equals("unlinked")),
                "the end of the link");
        Await.until(
                () -> syncs.stream()
                        .anyMatch(sync ->
                                sync.getInteger("port") == primary.port() && "gone".equals(sync.getString("state"))),
                "the primary's word that the replica is gone");
        Await.until(
                () -> roles.stream()
                        .anyMatch(role -> role.getInteger("port") == replica.port()
                                && role.getString("role").equals("primary")),
                "the promotion");
    }

    /** The data path knows nothing of who listens: writes are answered, and nothing is kept for the listener for ever. */
    @Test
    void aListenerThatStopsReadingHoldsNobodyUp() throws Exception {
        int member = join();
        List<JsonObject> roles = hear("vireo.main.role");
        MessageConsumer<JsonObject> deaf = here.eventBus()
                .consumer(
                        new MessageConsumerOptions()
                                .setAddress("vireo.main.replication")
                                .setMaxBufferedMessages(10),
                        message -> {});
        deaf.completion().await(20, TimeUnit.SECONDS);
        deaf.pause();
        ServerProcess server = start(member);
        Await.until(() -> !roles.isEmpty(), "the first event");
        String value = "x".repeat(1_000);
        RespClient client = server.client();
        for (int round = 0; round < 200; round++) {
            List<String[]> batch = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                batch.add(new String[] {"SET", "k" + i, value});
            }
            client.pipeline(batch).forEach(reply -> assertEquals("OK", reply.text()));
        }
        assertEquals("$1000\r\n" + value + "\r\n", server.run("GET k7"));
        List<JsonObject> changes = hear("vireo.main.replication");
        server.run("SET last v");
        long end = InStep.offset(server);
        Await.until(
                () -> changes.stream().anyMatch(change -> change.getLong("offset") == end),
                "the last change, elsewhere");
    }

    /** Nobody is there to join: the server serves all the same, and is ready before it has joined. */
    @Test
    void aServerAloneIsReadyWithoutItsCluster() throws Exception {
        int nobody = ServerProcess.freePort();
        ServerProcess server = start(nobody, "--maxclients", "50");
        List<String> lines = server.log().lines().toList();
        int ready = position(lines, "Ready to accept connections");
        int joined = position(lines, "Event bus: joined");
        assertThat(ready).isLessThan(joined);
        assertEquals("+OK\r\n", server.run("SET k v"));
        assertEquals(0, server.stop());
    }

    private static int position(List<String> lines, String text) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i;
            }
        }
        throw new AssertionError("no line with " + text);
    }
}
