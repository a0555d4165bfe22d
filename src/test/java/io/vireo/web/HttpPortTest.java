package io.vireo.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vireo.Vireo;
import io.vireo.VireoNode;
import io.vireo.VireoOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP port of nodes in this JVM. */
@Timeout(30)
class HttpPortTest {
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z_:][a-z0-9_:]*)(\\{[a-z_]+=\"(?:[^\"\\\\]|\\\\.)*\"(?:,[a-z_]+=\"(?:[^\"\\\\]|\\\\.)*\")*})?"
                    + " (-?[0-9.E+-]+)");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        await(vertx.close());
    }

    /** A node and its HTTP port. */
    private record Served(VireoNode node, int http) {}

    @Test
    void aPrimaryIsReadyAndNoReplica() throws Exception {
        Served primary = start(VireoOptions.defaults());

        assertThat(get(primary, "/livez").body()).isEqualTo("alive\n");
        assertThat(get(primary, "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(primary, "/primary").statusCode()).isEqualTo(200);
        assertThat(get(primary, "/replica").statusCode()).isEqualTo(503);
        assertThat(get(primary, "/replica").body()).isEqualTo("a primary\n");
    }

    @Test
    void aReplicaIsReadyOnceItHasACopyAndStaysSoWithoutItsPrimaryUnlessItRefusesStaleReads() throws Exception {
        Served primary = start(VireoOptions.defaults());
        Served replica = start(VireoOptions.defaults().replicaOf("127.0.0.1", primary.node.port()));
        Served strict = start(VireoOptions.defaults()
                .replicaOf("127.0.0.1", primary.node.port())
                .with("replica-serve-stale-data no"));
        until(replica, "/replica", 200);
        until(strict, "/readyz", 200);
        assertThat(get(replica, "/primary").statusCode()).isEqualTo(503);
        assertThat(get(replica, "/replica?max_lag=60000&max_lag_bytes=0").statusCode())
                .isEqualTo(200);

        await(primary.node.stop());

        until(replica, "/replica", 503);
        assertThat(get(replica, "/readyz").statusCode()).isEqualTo(200);
        until(strict, "/readyz", 503);
        assertThat(get(strict, "/readyz").body())
                .isEqualTo("the link to the primary is down, and replica-serve-stale-data is no\n");
        assertThat(get(strict, "/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void aReplicaThatNeverHadACopyIsNotReady() throws Exception {
        Served replica = start(VireoOptions.defaults().replicaOf("127.0.0.1", freePort()));

        assertThat(get(replica, "/readyz").statusCode()).isEqualTo(503);
        assertThat(get(replica, "/readyz").body()).isEqualTo("waiting for the first copy of the primary's data\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/replica?max_lag=x", "/replica?max_lag=-1", "/replica?max_lag_bytes=1kb"})
    void aLagThatIsNoNumberIsRefused(String path) throws Exception {
        assertThat(get(start(VireoOptions.defaults()), path).statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsNotThereOrNotReadingIsRefused() throws Exception {
        Served node = start(VireoOptions.defaults());

        assertThat(get(node, "/").statusCode()).isEqualTo(404);
        HttpRequest post = HttpRequest.newBuilder(uri(node, "/metrics"))
                .POST(HttpRequest.BodyPublishers.ofString("FLUSHALL"))
                .build();
        HttpResponse<String> refused = client.send(post, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().firstValue("allow")).contains("GET, HEAD");
    }

    @Test
    void aPortThatIsTakenEndsTheStart() {
        Served node = start(VireoOptions.defaults());

        Vertx other = Vertx.vertx(); // in one Vert.x, servers share a port

        assertThatThrownBy(
                        () -> await(Vireo.start(other, VireoOptions.defaults().with("http-port " + node.http))))
                .hasMessageContaining("Failed listening on port " + node.http + " (HTTP), aborting.");
        await(other.close());
    }

    @Test
    void metricsArePrometheusTextWithTheNamesOfRedisExporter() throws Exception {
        Served primary = start(VireoOptions.defaults());
        Served replica = start(VireoOptions.defaults().replicaOf("127.0.0.1", primary.node.port()));
        until(replica, "/replica", 200);
        send(primary, "SET", "k", "v");
        send(primary, "SET", "l", "v", "EX", "100");
        send(primary, "GET", "k");
        send(primary, "GET", "missing");

        HttpResponse<String> response = get(primary, "/metrics");
        assertThat(response.headers().firstValue("content-type")).contains("text/plain; version=0.0.4; charset=utf-8");
        Map<String, Double> metrics = parse(response.body());

        assertThat(metrics)
                .containsEntry("redis_up", 1.0)
                .containsEntry("redis_connected_slaves", 1.0)
                .containsEntry("redis_db_keys{db=\"db0\"}", 2.0)
                .containsEntry("redis_db_keys_expiring{db=\"db0\"}", 1.0)
                .containsEntry("redis_keyspace_hits_total", 1.0)
                .containsEntry("redis_keyspace_misses_total", 1.0)
                .containsEntry("redis_commands_total{cmd=\"set\"}", 2.0)
                .containsEntry("redis_commands_total{cmd=\"get\"}", 2.0)
                .containsEntry("redis_replication_backlog_bytes", 1048576.0)
                .containsEntry("redis_master_repl_offset", (double)
                        await(primary.node.status()).offset())
                .containsEntry("redis_memory_max_bytes", 0.0)
                .containsEntry("vireo_full_syncs_total{reason=\"requested\"}", 1.0)
                .containsKeys(
                        "redis_memory_used_bytes",
                        "redis_connected_clients",
                        "redis_blocked_clients",
                        "redis_uptime_in_seconds",
                        "redis_expired_keys_total",
                        "redis_evicted_keys_total",
                        "redis_net_input_bytes_total",
                        "redis_net_output_bytes_total",
                        "redis_rdb_changes_since_last_save",
                        "redis_rdb_last_bgsave_status",
                        "redis_commands_duration_seconds_total{cmd=\"set\"}",
                        "redis_start_time_seconds",
                        "vireo_loop_delay_seconds_count",
                        "vireo_loop_delay_seconds_sum",
                        "vireo_loop_delay_max_seconds",
                        "vireo_arena_used_bytes",
                        "vireo_arena_committed_bytes");
        assertThat(metrics.keySet())
                .anyMatch(name -> name.startsWith("redis_instance_info{") && name.contains("role=\"master\""))
                .anyMatch(name -> name.startsWith(
                        "redis_connected_slave_lag_seconds{slave_ip=\"127.0.0.1\",slave_port=\"" + replica.node.port()))
                .anyMatch(name -> name.startsWith("vireo_replica_lag_bytes{replica=\"127.0.0.1:"));

        Map<String, Double> ofReplica = parse(get(replica, "/metrics").body());
        assertThat(ofReplica)
                .containsEntry(
                        "redis_master_link_up{master_host=\"127.0.0.1\",master_port=\"" + primary.node.port() + "\"}",
                        1.0)
                .containsEntry("vireo_link_state{state=\"streaming\"}", 1.0)
                .containsKey("vireo_link_silence_seconds");

        String page = Files.readString(Path.of("src/docs/metrics.md"));
        assertThat(Stream.concat(metrics.keySet().stream(), ofReplica.keySet().stream())
                        .map(name -> name.replaceFirst("\\{.*", "").replaceFirst("_seconds_(count|sum)$", "_seconds")))
                .filteredOn(name -> !page.contains("`" + name + "`"))
                .as("what metrics.md does not tell of")
                .isEmpty();
    }

    /** Checks the format as it reads: one TYPE before the samples of a metric, which stand together; no sample twice. */
    private static Map<String, Double> parse(String text) {
        Map<String, Double> samples = new HashMap<>();
        Set<String> types = new HashSet<>();
        String current = "";
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("# TYPE ")) {
                List<String> words = List.of(line.split(" "));
                current = words.get(2);
                assertThat(types.add(current)).as("one TYPE for %s", current).isTrue();
                boolean isSummary = words.get(3).equals("summary");
                assertThat(words.get(3))
                        .isEqualTo(isSummary ? "summary" : current.endsWith("_total") ? "counter" : "gauge");
            } else if (!line.isEmpty()) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(sample.group(1)).isIn(current, current + "_count", current + "_sum");
                String name = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
                assertThat(samples.put(name, Double.valueOf(sample.group(3))))
                        .as(name)
                        .isNull();
            }
        }
        return samples;
    }

    private Served start(VireoOptions options) {
        int port = freePort();
        return new Served(await(Vireo.start(vertx, options.with("http-port " + port))), port);
    }

    private HttpResponse<String> get(Served node, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(node, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(Served node, String path) {
        return URI.create("http://127.0.0.1:" + node.http + path);
    }

    private void until(Served node, String path, int status) throws IOException, InterruptedException {
        while (get(node, path).statusCode() != status) { // the test's time limit ends what never holds
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void send(Served node, String command, String... args) {
        Redis redis = Redis.createClient(vertx, "redis://127.0.0.1:" + node.node.port());
        Request request = Request.cmd(Command.create(command));
        for (String arg : args) {
            request.arg(arg);
        }
        await(redis.send(request));
        await(redis.close());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
