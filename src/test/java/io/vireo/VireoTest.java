package io.vireo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vireo.VireoNode.Role;
import io.vireo.node.NodeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes inside this JVM, on a Vert.x of the test's own, reached through sockets by Vert.x's Redis client. */
@Timeout(30)
class VireoTest {
    private static final VireoOptions DEFAULTS = VireoOptions.defaults();

    private Vertx vertx;

    @BeforeEach
    void makeVertx() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void closeVertx() {
        await(vertx.close());
    }

    @Test
    void aPrimaryAndTwoReplicasStartReplicateAndLeaveNothing() throws IOException {
        await(await(start(DEFAULTS)).stop()); // what a first node brings into the process stays in it
        Set<String> directories = directories();
        Set<Thread> threads = threads();
        long mapped = reservations();

        VireoNode primary = await(start(DEFAULTS));
        VireoOptions asReplica = DEFAULTS.replicaOf("127.0.0.1", primary.port());
        VireoNode one = await(start(asReplica));
        VireoNode other = await(start(asReplica.with("repl-backlog-file yes")));
        assertThat(List.of(await(primary.role()), await(one.role()), await(other.role())))
                .containsExactly(Role.PRIMARY, Role.REPLICA, Role.REPLICA);

        assertThat(send(primary, "SET", "greeting", "hello").toString()).isEqualTo("OK");
        until(() -> status(one).isLinkUp() && status(other).isLinkUp());
        assertThat(send(primary, "INCR", "n").toInteger()).isEqualTo(1);
        until(() ->
                status(one).offset() == status(primary).offset() && status(one).offset() > 0);
        until(() -> status(other).offset() == status(primary).offset());
        for (VireoNode replica : List.of(one, other)) {
            assertThat(send(replica, "GET", "greeting").toString()).isEqualTo("hello");
            assertThat(send(replica, "GET", "n").toString()).isEqualTo("1");
            assertThat(status(replica).replicationId())
                    .isEqualTo(status(primary).replicationId());
            assertThatThrownBy(() -> send(replica, "SET", "a", "b"))
                    .hasMessageContaining("READONLY You can't write against a read only replica.");
        }
        assertThat(status(primary).replicaOffsets()).hasSize(2);
        assertThat(reservations()).isGreaterThan(mapped);

        await(Future.all(primary.stop(), one.stop(), other.stop()));

        assertThat(directories()).isEqualTo(directories);
        assertThat(reservations()).isEqualTo(mapped);
        until(() -> threads().stream().allMatch(thread -> threads.contains(thread) || ofVertx(thread)));
        assertThatThrownBy(() -> status(primary)).hasMessageContaining("the node has ended");
    }

    @Test
    void aReplicaIsPromotedAndFollowsAgain() {
        VireoNode primary = await(start(DEFAULTS));
        VireoNode replica = await(start(DEFAULTS.replicaOf("127.0.0.1", primary.port())));
        until(() -> status(replica).isLinkUp());

        await(replica.replicaOfNoOne());
        assertThat(await(replica.role())).isEqualTo(Role.PRIMARY);
        send(replica, "SET", "k", "1");

        await(primary.replicaOf("127.0.0.1", replica.port()));
        until(() -> status(primary).isLinkUp());
        assertThat(send(primary, "GET", "k").toString()).isEqualTo("1");
        assertThat(await(primary.role())).isEqualTo(Role.REPLICA);
    }

    @Test
    void aShutdownByAClientEndsTheNodeAndNotTheProgram() {
        VireoNode node = await(start(DEFAULTS));

        Redis client = Redis.createClient(vertx, "redis://127.0.0.1:" + node.port());
        client.send(Request.cmd(Command.SHUTDOWN).arg("NOSAVE"));

        await(node.ended());
        await(client.close());
        assertThat(await(vertx.executeBlocking(() -> 42))).isEqualTo(42);
    }

    @Test
    void whatIsSavedAtTheEndIsThereAtTheNextStart(@TempDir Path dir) {
        VireoOptions options = DEFAULTS.with("dir " + dir, "save 3600 1");
        VireoNode node = await(start(options));
        send(node, "SET", "k", "kept");
        await(node.stop());

        assertThat(dir.resolve("dump.rdb")).exists();
        VireoNode next = await(start(options));
        assertThat(send(next, "GET", "k").toString()).isEqualTo("kept");
        await(next.stop());
    }

    @Test
    void whatCannotStartFailsWithItsReasonAndLeavesNothing() throws IOException {
        Set<String> directories = directories();

        assertThatThrownBy(() -> await(start(DEFAULTS.with("no-such-directive 1"))))
                .hasMessageContaining("Bad directive or wrong number of arguments");
        assertThatThrownBy(() -> await(start(DEFAULTS.with("bind 203.0.113.1"))))
                .hasMessageContaining("Failed listening on port 0 (TCP), aborting.");

        assertThat(directories()).isEqualTo(directories);
    }

    @Test
    void closingTheVertxEndsItsNodes() throws IOException {
        Set<String> directories = directories();
        Vertx own = Vertx.vertx();
        VireoNode node = await(Vireo.start(own, DEFAULTS));

        await(own.close());

        assertThat(node.ended().succeeded()).isTrue();
        assertThat(directories()).isEqualTo(directories);
    }

    private Future<VireoNode> start(VireoOptions options) {
        return Vireo.start(vertx, options);
    }

    private static NodeStatus status(VireoNode node) {
        return await(node.status());
    }

    private Response send(VireoNode node, String command, String... args) {
        Redis client = Redis.createClient(vertx, "redis://127.0.0.1:" + node.port());
        try {
            Request request = Request.cmd(Command.create(command));
            for (String arg : args) {
                request.arg(arg);
            }
            return await(client.send(request));
        } finally {
            await(client.close());
        }
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

    /** The directories of nodes of this process. */
    private static Set<String> directories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name ->
                            name.startsWith("vireo-" + ProcessHandle.current().pid() + "-"))
                    .collect(Collectors.toSet());
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet();
    }

    private static boolean ofVertx(Thread thread) {
        return thread.getName().startsWith("vert.x-");
    }

    /** Mappings of more than 30 GiB: only an arena reserves so much. */
    private static long reservations() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.split("[ -]", 3))
                    .filter(ends ->
                            Long.parseUnsignedLong(ends[1], 16) - Long.parseUnsignedLong(ends[0], 16) > 30L << 30)
                    .count();
        }
    }
}
