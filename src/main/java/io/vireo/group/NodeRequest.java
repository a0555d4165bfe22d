package io.vireo.group;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;

/**
 * A request to a node on the node's own port, over a connection that is made for it. There is one at a time: another one
 * takes its place. Used by the event loop on which it was made, and by no other thread.
 */
final class NodeRequest {
    private static final long ANSWER_WITHIN_MS = 2_000;

    private final Vertx vertx;
    private final PeerLogin login;
    private Redis client; // held, or it would be closed with its sockets by the garbage collector

    NodeRequest(Vertx vertx, PeerLogin login) {
        this.vertx = vertx;
        this.login = login;
    }

    boolean isUnderWay() {
        return client != null;
    }

    /**
     * Sends a request.
     *
     * @param address {@code host:port}
     * @return the reply; fails with the node's error, or where there is no reply in time
     */
    Future<Response> send(String address, Request request) {
        close();
        Redis mine = Redis.createClient(vertx, login.now().options(address));
        client = mine;
        return mine.send(request)
                .timeout(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS)
                .onComplete(done -> {
                    if (client == mine) {
                        close();
                    }
                });
    }

    void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
