package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import io.vertx.redis.client.Request;
import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Voters as Sentinels: beside real ones, and for clients that follow a group by them. */
@Tag("alone")
class SentinelIT {
    private static final String MASTER = "main";
    private static final String GET_ADDRESS = "SENTINEL GET-MASTER-ADDR-BY-NAME main";
    private static final int PATIENCE_SECONDS = 10;

    @RegisterExtension
    private static final SharedGroup SHARED = new SharedGroup();

    @RegisterExtension
    private final Servers servers = new Servers();

    private final GroupOfProcesses group = SHARED.group();
    private final List<RespClient> clients = new ArrayList<>();

    @AfterEach
    void disconnect() {
        clients.forEach(RespClient::close);
    }

    /** A connection to the voter beside a node. */
    private RespClient voter(ServerProcess node) {
        return connect(group.voterPort(node));
    }

    private RespClient connect(int port) {
        RespClient client = new RespClient(port);
        clients.add(client);
        return client;
    }

    private List<RespClient> voters() {
        return group.nodes().stream().map(this::voter).toList();
    }

    private static List<String> address(ServerProcess node) {
        return List.of(node.place().host(), "" + node.port());
    }

    private static Reply ask(RespClient client, String line) {
        return client.ask(line.split(" ", -1));
    }

    private static void awaitAddress(RespClient voter, ServerProcess primary) {
        Await.until(() -> ask(voter, GET_ADDRESS).texts().equals(address(primary)), "a voter to name " + primary);
    }

    // Beside Redis's Sentinel.

    /** Two real Sentinels that know each other and the replica of their master; gives a connection to the first. */
    private RespClient realSentinel() {
        ServerProcess primary = servers.start(Program.REDIS);
        servers.startReplica(Program.REDIS, primary);
        List<RespClient> sentinels = IntStream.range(0, 2)
                .mapToObj(any -> startSentinel(primary))
                .map(sentinel -> {
                    Await.until(
                            () -> connect(sentinel.port()).ask("PING").text().equals("PONG"), "a Sentinel");
                    return connect(sentinel.port());
                })
                .toList();
        sentinels.forEach(sentinel -> ask(sentinel, "SENTINEL DEBUG info-period 100 publish-period 100"));
        Await.until(
                () -> entry(sentinels.getFirst(), "SENTINEL MASTER main").containsAll(List.of("num-slaves", "1"))
                        && !ask(sentinels.getFirst(), "SENTINEL REPLICAS main")
                                .items()
                                .isEmpty()
                        && !ask(sentinels.getFirst(), "SENTINEL SENTINELS main")
                                .items()
                                .isEmpty(),
                "Sentinels that know all there is");
        return sentinels.getFirst();
    }

    private ServerProcess startSentinel(ServerProcess primary) {
        ServerProcess sentinel = servers.prepare(Program.REDIS);
        Path file = sentinel.dir().resolve("sentinel.conf");
        try {
            Files.write(
                    file,
                    List.of(
                            "port " + sentinel.port(),
                            "bind 127.0.0.1",
                            "dir " + sentinel.dir(),
                            "sentinel monitor main 127.0.0.1 " + primary.port() + " 2"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sentinel.launchAs("", file.toString(), "--sentinel");
        return sentinel;
    }

    private static List<String> entry(RespClient client, String line) {
        return ask(client, line).texts();
    }

    /** The names of the fields of an entry, or of the first of several. */
    private static List<String> fields(RespClient client, String line) {
        Reply reply = ask(client, line);
        Reply entry = reply.items().getFirst().items().isEmpty()
                ? reply
                : reply.items().getFirst();
        return IntStream.range(0, entry.items().size() / 2)
                .mapToObj(i -> entry.items().get(2 * i).text())
                .toList();
    }

    @Test
    @NeedsRedis
    void itsEntriesHaveTheFieldsOfARealSentinel() {
        RespClient real = realSentinel();
        RespClient ours = voter(group.nodes().getFirst());
        awaitAddress(ours, group.awaitWhole());

        for (String what : List.of("MASTERS", "MASTER main", "REPLICAS main", "SLAVES main", "SENTINELS main")) {
            assertEquals(fields(real, "SENTINEL " + what), fields(ours, "SENTINEL " + what), what);
        }
        List<String> flags = List.of("MASTER main", "REPLICAS main", "SENTINELS main");
        for (String what : flags) { // links to other sentinels are made a moment later
            Await.until(() -> flags(real, what).equals(flags(ours, what)), what + " to have the same flags");
        }
        assertEquals(
                List.copyOf(real.info("sentinel").keySet()),
                List.copyOf(ours.info("sentinel").keySet()));
        assertThat(ours.info("sentinel").get("master0"))
                .matches("name=main,status=ok,address=127\\.0\\.0\\.1:\\d+,slaves=2,sentinels=3");
    }

    private static String flags(RespClient client, String what) {
        Reply reply = ask(client, "SENTINEL " + what);
        List<String> entry = reply.items().getFirst().items().isEmpty()
                ? reply.texts()
                : reply.items().getFirst().texts();
        return entry.get(entry.indexOf("flags") + 1);
    }

    /** What does not depend on who is who is answered byte by byte alike. */
    @Test
    @NeedsRedis
    void itAnswersAndRefusesInTheWordsOfARealSentinel() {
        RespClient real = realSentinel();
        RespClient ours = voter(group.nodes().getFirst());

        List<String> lines = List.of(
                "PING",
                "PING a",
                "PING a b",
                "ROLE",
                "GET a",
                "MULTI",
                "ECHO a",
                "RESET",
                "SELECT 0",
                "PUBLISH news hello",
                "SHUTDOWN please",
                "SENTINEL",
                "SENTINEL FOO",
                "SENTINEL MASTER",
                "SENTINEL MASTER other",
                "SENTINEL MASTER MAIN",
                "SENTINEL REPLICAS other",
                "SENTINEL SENTINELS other",
                "SENTINEL CKQUORUM other",
                "SENTINEL FAILOVER other",
                "SENTINEL REMOVE other",
                "SENTINEL RESET other",
                "SENTINEL GET-MASTER-ADDR-BY-NAME other",
                "SENTINEL GET-MASTER-ADDR-BY-NAME",
                "SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1 0 *",
                "SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 x 0 *",
                "SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1 x *",
                "SENTINEL MONITOR main 127.0.0.1 6379 2",
                "SENTINEL SET other quorum 2",
                "SENTINEL SET main quorum",
                "SENTINEL SET main quorum x",
                "SENTINEL SET main quorum 0",
                "SENTINEL SET main quorum 2",
                "SENTINEL SET main foo 1",
                "SENTINEL SET main failover-timeout 60000 parallel-syncs 1",
                "SENTINEL SET main failover-timeout -1",
                "SENTINEL SET main notification-script /x",
                "SENTINEL CONFIG",
                "SENTINEL CONFIG GET foo",
                "SENTINEL CONFIG FOO x",
                "SENTINEL CONFIG SET foo bar",
                "SENTINEL CONFIG SET announce-port x",
                "SENTINEL CONFIG GET sentinel-*",
                "SENTINEL FLUSHCONFIG",
                "SENTINEL INFO-CACHE",
                "SENTINEL INFO-CACHE other",
                "SENTINEL PENDING-SCRIPTS",
                "SENTINEL SIMULATE-FAILURE",
                "SENTINEL SIMULATE-FAILURE foo",
                "SENTINEL DEBUG foo 1",
                "SENTINEL DEBUG info-period");
        for (String line : lines) {
            assertEquals(real.run(line), ours.run(line), line);
        }
    }

    // Clients.

    @Test
    @NeedsRedis
    void redisCliFindsThePrimary() {
        ServerProcess primary = group.awaitWhole();
        ServerProcess node = group.without(primary).getFirst();
        awaitAddress(voter(node), primary);

        String port = "" + group.voterPort(node);
        assertEquals(
                String.join("\n", address(primary)) + "\n",
                Tool.run("redis-cli", "-p", port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER));
        assertThat(Tool.run("redis-cli", "-3", "-p", port, "SENTINEL", "MASTER", MASTER))
                .contains("flags master\n");
    }

    /** Every voter tells of the switch once, and names the new primary then. */
    @Test
    void aFailoverThatAVoterIsAskedForIsToldByAllOnce() {
        ServerProcess primary = group.awaitWhole();
        List<RespClient> voters = voters();
        voters.forEach(voter -> awaitAddress(voter, primary));
        List<RespClient> listeners = voters();
        listeners.forEach(listener -> listener.ask("SUBSCRIBE", "+switch-master"));

        Await.until(
                () -> ask(voters.getFirst(), "SENTINEL FAILOVER main").text().equals("OK"),
                "a voter that has heard of a replica");

        ServerProcess next = anotherThan(primary, voters.getFirst());
        String payload = "main " + String.join(" ", address(primary)) + " " + String.join(" ", address(next));
        for (RespClient listener : listeners) {
            assertEquals(
                    List.of("message", "+switch-master", payload),
                    listener.read().texts());
        }
        group.heal();
        for (RespClient listener : listeners) { // the next thing it says is the answer to this
            assertEquals(List.of("pong", "x"), listener.ask("PING", "x").texts());
        }
        voters.forEach(voter -> awaitAddress(voter, next));
    }

    private ServerProcess anotherThan(ServerProcess primary, RespClient voter) {
        List<ServerProcess> found = new ArrayList<>();
        Await.until(
                () -> {
                    List<String> named = ask(voter, GET_ADDRESS).texts();
                    group.without(primary).stream()
                            .filter(node -> address(node).equals(named))
                            .forEach(found::add);
                    return !found.isEmpty();
                },
                "another primary than " + primary);
        return found.getFirst();
    }

    /** The client has no other way to learn of it: its connection is lost, and the voters tell where to go. */
    @Test
    void aClientOfVertxFollowsWhenThePrimaryIsKilled() throws Exception {
        follows(ServerProcess::kill);
    }

    @Test
    void aClientOfVertxFollowsAHandover() throws Exception {
        follows(group::handOver);
    }

    private interface Change {
        void happensTo(ServerProcess primary);
    }

    private void follows(Change change) throws Exception {
        ServerProcess primary = group.awaitWhole();
        voters().forEach(voter -> awaitAddress(voter, primary));
        Vertx vertx = Vertx.vertx();
        try {
            Redis redis = Redis.createClient(vertx, options());
            RedisConnection first = await(redis.connect());
            assertEquals("OK", set(first, "1"));
            Future<Void> lost = Future.future(promise -> first.endHandler(promise::tryComplete));

            change.happensTo(primary);

            await(lost);
            Await.until(() -> succeeds(() -> set(await(redis.connect()), "2")), "a client that writes again");
            ServerProcess next = group.heal();
            assertThat(next).isNotSameAs(primary);
            assertEquals("2", next.ask("GET", "key").text());
            await(redis.close());
        } finally {
            await(vertx.close());
        }
    }

    private RedisOptions options() {
        RedisOptions options = new RedisOptions()
                .setType(RedisClientType.SENTINEL)
                .setMasterName(MASTER)
                .setRole(RedisRole.MASTER)
                .setPoolCleanerInterval(-1);
        group.nodes().forEach(node -> options.addConnectionString("redis://127.0.0.1:" + group.voterPort(node)));
        return options;
    }

    private static String set(RedisConnection connection, String value) {
        return await(connection.send(Request.cmd(Command.SET).arg("key").arg(value)))
                .toString();
    }

    private static boolean succeeds(Supplier<String> call) {
        try {
            return call.get().equals("OK");
        } catch (IllegalStateException e) {
            return false; // not yet
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
