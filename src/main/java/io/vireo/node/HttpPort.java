package io.vireo.node;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.net.BindAddress;
import io.vireo.web.HttpVerticle;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Where a node listens for HTTP: the addresses of {@code bind} on {@code http-port}, for as long as the node runs. */
@RunsOn(Loop.KEYSPACE)
final class HttpPort {
    private final Vertx vertx;
    private final Config config;
    private final HttpVerticle.Node node;
    private final ServerLog log;

    /** @param node asked for what requests are answered from */
    HttpPort(Vertx vertx, Config config, HttpVerticle.Node node, ServerLog log) {
        this.vertx = vertx;
        this.config = config;
        this.node = node;
        this.log = log;
    }

    /** Opens the port, where there is one; fails with what the log should say last. It answers while data are loaded. */
    Future<Void> open() {
        int port = config.get(Options.HTTP_PORT);
        if (port == 0) {
            return Future.succeededFuture();
        }
        List<Future<String>> opened = new ArrayList<>();
        for (BindAddress address : BindAddress.of(config.get(Options.BIND))) {
            Future<String> open = vertx.deployVerticle(new HttpVerticle(node, List.of(address.host()), port));
            opened.add(open.recover(problem -> {
                if (address.isOptional()) {
                    return Future.succeededFuture();
                }
                log.warning("Warning: Could not create server TCP listening socket " + address.host() + ":" + port
                        + ": " + reason(problem));
                return Future.failedFuture("Failed listening on port " + port + " (HTTP), aborting.");
            }));
        }
        return Future.all(opened).mapEmpty();
    }

    /** The system's own words, which come last in Netty's. */
    private static String reason(Throwable problem) {
        String text = String.valueOf(problem.getMessage());
        String words = text.substring(text.lastIndexOf(": ") + 1).strip();
        return problem instanceof UnknownHostException ? words : "bind: " + words;
    }
}
