package io.vireo.group;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.resp.ErrorReply;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a voter asks of the primary: to hand over. One at a time, on a connection of its own. */
@RunsOn(Loop.KEYSPACE)
final class PrimaryRequest {
    private static final long ANSWER_WITHIN_MS = 2_000;
    private static final ErrorReply NOWHERE =
            ErrorReply.of("ERR This voter does not know where the primary is; a group without one elects by itself.");
    private static final ErrorReply UNDER_WAY = ErrorReply.of("INPROG Failover already in progress");

    private final Vertx vertx;
    private final GroupSettings settings;
    private final ServerLog log;
    private Redis client; // held, or it would be closed with its sockets by the garbage collector

    PrimaryRequest(Vertx vertx, GroupSettings settings, ServerLog log) {
        this.vertx = vertx;
        this.settings = settings;
        this.log = log;
    }

    /**
     * Asks for a failover. What the primary answers is in the log.
     *
     * @return why it is not even asked; empty if it is
     */
    Optional<ErrorReply> failover(Optional<String> primary) {
        if (primary.isEmpty()) {
            return Optional.of(NOWHERE);
        }
        if (client != null) {
            return Optional.of(UNDER_WAY);
        }
        String address = primary.get();
        log.notice("SENTINEL FAILOVER: the primary at " + address + " is asked to hand over");
        client = Redis.createClient(vertx, VoterLinks.options(address, settings.user(), settings.password()));
        client.send(Request.cmd(Command.FAILOVER))
                .timeout(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS)
                .onFailure(problem ->
                        log.warning("The primary at " + address + " does not hand over: " + problem.getMessage()))
                .onComplete(done -> close());
        return Optional.empty();
    }

    void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
