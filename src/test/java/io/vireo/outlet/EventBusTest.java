package io.vireo.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vireo.Vireo;
import io.vireo.VireoNode;
import io.vireo.VireoOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nodes of this JVM publish on its event bus. */
@Timeout(30)
class EventBusTest {
    private static final VireoOptions OPTIONS = VireoOptions.defaults().with("eventbus-address set");

    private final Vertx vertx = Vertx.vertx();
    private final List<JsonObject> changes = new CopyOnWriteArrayList<>();
    private final List<JsonObject> states = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private void listen() {
        vertx.eventBus().<JsonObject>consumer("set.replication", message -> changes.add(message.body()));
        for (String kind : List.of("role", "link", "sync")) {
            vertx.eventBus()
                    .<JsonObject>consumer(
                            "set." + kind, message -> states.add(message.body().put("what", kind)));
        }
    }

    @Test
    void aChangeIsPublishedAsItWasWrittenWithItsBytesUnchanged() {
        listen();
        VireoNode node = start(OPTIONS);
        byte[] binary = {0, (byte) 0xff, '\r', '\n', (byte) 0xc3, 0x28};

        send(node, Request.cmd(Command.SET).arg(Buffer.buffer(binary)).arg(Buffer.buffer(binary)));
        send(node, Request.cmd(Command.GET).arg("k"));
        until(() -> changes.size() == 1);

        JsonObject change = changes.getFirst();
        assertThat(change.getString("command")).isEqualTo("set");
        assertThat(change.getInteger("database")).isZero();
        assertThat(change.getString("role")).isEqualTo("primary");
        assertThat(change.getInteger("port")).isEqualTo(node.port());
        assertThat(change.getJsonArray("keys").getBuffer(0).getBytes()).isEqualTo(binary);
        assertThat(change.getJsonArray("args").getBuffer(1).getBytes()).isEqualTo(binary);
        assertThat(change.getLong("offset")).isEqualTo(await(node.status()).offset());
        assertThat(change.getString("id")).isEqualTo(await(node.status()).replicationId());
        JsonObject decoded = new JsonObject(change.encode()); // as it goes between JVMs
        assertThat(decoded.getJsonArray("args").getBuffer(1).getBytes()).isEqualTo(binary);
    }

    @Test
    void offsetsRunOnFromOneChangeToTheNextAndTransactionsSayThatTheyAre() {
        listen();
        VireoNode node = start(OPTIONS);

        sendAll(node, "SET a 1", "MULTI", "SELECT 3", "SET b 2", "DEL b", "EXEC", "MSET c 1 d 2");
        until(() -> changes.size() == 4);

        assertThat(changes)
                .extracting(change -> change.getString("command"))
                .containsExactly("set", "set", "del", "mset");
        assertThat(changes).extracting(change -> change.getInteger("database")).containsExactly(0, 3, 3, 3);
        assertThat(changes)
                .extracting(change -> change.getBoolean("transaction"))
                .containsExactly(false, true, true, false);
        assertThat(text(changes.getLast().getJsonArray("keys"))).containsExactly("c", "d");
        for (int i = 1; i < changes.size(); i++) {
            assertThat(changes.get(i).getLong("after"))
                    .isEqualTo(changes.get(i - 1).getLong("offset"));
        }
    }

    @Test
    void aReplicaPublishesTheSameChangeAtTheSameOffset() {
        listen();
        VireoNode primary = start(OPTIONS);
        VireoNode replica = start(OPTIONS.replicaOf("127.0.0.1", primary.port()));
        until(() -> await(replica.status()).isLinkUp());

        sendAll(primary, "SET k v");
        until(() -> changes.size() == 2);

        JsonObject first = changes.get(0).getString("role").equals("primary") ? changes.get(0) : changes.get(1);
        JsonObject second = first == changes.get(0) ? changes.get(1) : changes.get(0);
        assertThat(second.getString("role")).isEqualTo("replica");
        assertThat(second.getLong("offset")).isEqualTo(first.getLong("offset"));
        assertThat(second.getString("id")).isEqualTo(first.getString("id"));
        assertThat(second.getJsonArray("args")).isEqualTo(first.getJsonArray("args"));
    }

    @Test
    void fullAndPartialCopiesLinksAndRolesAreSeen() {
        listen();
        VireoNode primary = start(OPTIONS);
        VireoNode replica = start(OPTIONS.replicaOf("127.0.0.1", primary.port()));
        until(() -> saw("sync", replica, "kind", "done"));
        assertThat(saw("sync", replica, "kind", "full")).isTrue();
        assertThat(saw("sync", primary, "reason", "requested")).isTrue();
        until(() -> saw("sync", primary, "state", "online"));
        assertThat(saw("link", replica, "state", "streaming")).isTrue();
        assertThat(saw("role", primary, "role", "primary")).isTrue();
        assertThat(saw("role", replica, "role", "replica")).isTrue();

        states.clear();
        sendAll(primary, "CLIENT KILL TYPE replica");
        until(() -> saw("sync", primary, "kind", "partial"));
        until(() -> saw("sync", replica, "kind", "partial"));
        assertThat(saw("sync", replica, "kind", "full")).isFalse();

        await(replica.replicaOfNoOne());
        until(() -> saw("role", replica, "role", "primary"));
    }

    @Test
    void nothingIsPublishedWithoutTheOption() {
        listen();
        VireoNode silent = start(VireoOptions.defaults());
        VireoNode node = start(OPTIONS);

        sendAll(silent, "SET k v");
        sendAll(node, "SET k v");

        until(() -> !changes.isEmpty());
        assertThat(changes).extracting(change -> change.getInteger("port")).containsExactly(node.port());
        assertThat(await(silent.status()).offset()).isZero();
    }

    private boolean saw(String what, VireoNode node, String field, String value) {
        return states.stream()
                .anyMatch(event -> event.getString("what").equals(what)
                        && event.getInteger("port") == node.port()
                        && value.equals(event.getValue(field)));
    }

    private static List<String> text(JsonArray words) {
        List<String> text = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            text.add(words.getBuffer(i).toString());
        }
        return text;
    }

    private VireoNode start(VireoOptions options) {
        return await(Vireo.start(vertx, options));
    }

    private void send(VireoNode node, Request... requests) {
        Redis client = Redis.createClient(vertx, "redis://127.0.0.1:" + node.port());
        await(client.batch(List.of(requests)));
        await(client.close());
    }

    private void sendAll(VireoNode node, String... lines) {
        Request[] requests = new Request[lines.length];
        for (int i = 0; i < lines.length; i++) {
            String[] words = lines[i].split(" ");
            requests[i] = Request.cmd(Command.create(words[0]));
            for (int w = 1; w < words.length; w++) {
                requests[i].arg(words[w]);
            }
        }
        send(node, requests);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static void until(BooleanSupplier holds) {
        while (!holds.getAsBoolean()) { // the test's time limit ends what never holds
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            if (Thread.interrupted()) {
                throw new AssertionError("waited in vain");
            }
        }
    }
}
