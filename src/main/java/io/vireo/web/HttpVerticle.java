package io.vireo.web;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.micrometer.backends.BackendRegistries;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Answers HTTP on a node's addresses, on a loop of its own. */
@RunsOn(Loop.CONTROL)
public final class HttpVerticle extends VerticleBase {
    /** A keyspace's loop that answers nothing for so long is taken for stuck. */
    private static final long PATIENCE_SECONDS = 5;

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    /** Asks the node on its own loop. Any thread. */
    @RunsOn(Loop.ANY)
    @FunctionalInterface
    public interface Node {
        /**
         * Asks for what the node says about itself now.
         *
         * @param withInfo whether the text of INFO is wanted
         * @param delayNanos told how long the question waited for the node's loop
         */
        Future<NodeSnapshot> snapshot(boolean withInfo, LongConsumer delayNanos);
    }

    private final Node node;
    private final List<String> hosts;
    private final int port;

    public HttpVerticle(Node node, List<String> hosts, int port) {
        this.node = node;
        this.hosts = hosts;
        this.port = port;
    }

    @Override
    public Future<?> start() {
        List<Future<HttpServer>> servers = new ArrayList<>();
        for (String host : hosts) {
            servers.add(vertx.createHttpServer(new HttpServerOptions().setReuseAddress(true))
                    .requestHandler(this::answer)
                    .listen(port, host));
        }
        return Future.all(servers);
    }

    private void answer(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("allow", "GET, HEAD");
            reply(request, METHOD_NOT_ALLOWED, "only GET and HEAD");
            return;
        }
        switch (request.path()) {
            case "/livez" -> ask(request, false, (snapshot, delay) -> reply(request, OK, "alive"));
            case "/readyz" -> ask(request, false, (snapshot, delay) -> reply(request, Health.ready(snapshot)));
            case "/primary" -> ask(request, false, (snapshot, delay) -> reply(request, Health.primary(snapshot)));
            case "/replica" -> replica(request);
            case "/metrics" ->
                ask(request, true, (snapshot, delay) -> {
                    request.response().putHeader("content-type", MetricsText.CONTENT_TYPE);
                    send(request, OK, NodeMetrics.of(snapshot, delay, vertxMetrics()));
                });
            default -> reply(request, NOT_FOUND, "try /livez, /readyz, /primary, /replica or /metrics");
        }
    }

    /** What Vert.x measures, where it has been told to: its registry is Micrometer's for Prometheus. */
    private static MetricSnapshots vertxMetrics() {
        return BackendRegistries.getDefaultNow() instanceof PrometheusMeterRegistry registry
                ? registry.getPrometheusRegistry().scrape()
                : new MetricSnapshots();
    }

    private void replica(HttpServerRequest request) {
        try {
            long ms = limit(request.getParam("max_lag"));
            long bytes = limit(request.getParam("max_lag_bytes"));
            ask(request, false, (snapshot, delay) -> reply(request, Health.replica(snapshot, ms, bytes)));
        } catch (NumberFormatException e) {
            reply(request, BAD_REQUEST, "max_lag is in milliseconds, max_lag_bytes in bytes: whole numbers from 0");
        }
    }

    private static long limit(String value) {
        if (value == null) {
            return Long.MAX_VALUE;
        }
        long limit = Long.parseLong(value);
        if (limit < 0) {
            throw new NumberFormatException(value);
        }
        return limit;
    }

    /** What is done with the answer of the node's loop. */
    private interface Answer {
        void take(NodeSnapshot snapshot, long delayNanos);
    }

    private void ask(HttpServerRequest request, boolean withInfo, Answer answer) {
        long[] delay = new long[1];
        node.snapshot(withInfo, nanos -> delay[0] = nanos)
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .onComplete(result -> context.runOnContext(hop -> {
                    if (result.succeeded()) {
                        answer.take(result.result(), delay[0]);
                    } else {
                        reply(request, UNAVAILABLE, "the node does not answer");
                    }
                }));
    }

    private static void reply(HttpServerRequest request, Health health) {
        reply(request, health.isGood() ? OK : UNAVAILABLE, health.reason());
    }

    private static void reply(HttpServerRequest request, int status, String line) {
        request.response().putHeader("content-type", "text/plain; charset=utf-8");
        send(request, status, line + "\n");
    }

    private static void send(HttpServerRequest request, int status, String body) {
        request.response()
                .putHeader("cache-control", "no-store")
                .setStatusCode(status)
                .end(body);
    }
}
