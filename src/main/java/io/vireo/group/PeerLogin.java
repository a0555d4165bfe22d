package io.vireo.group;

import io.vertx.redis.client.RedisOptions;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.topology.Endpoint;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * How this process logs in to the voters and nodes of its group. It follows the configuration: what connects after a
 * change uses the new password, and connections that are there already go on, as in Redis.
 */
@RunsOn(Loop.ANY)
public final class PeerLogin {
    /**
     * A name and a password.
     *
     * @param user empty for the default one
     * @param password empty for none
     */
    public record Secret(String user, String password) {
        /** {@code host:port} as an address of a Redis client that logs in. */
        RedisOptions options(String address) {
            String login =
                    password.isEmpty() ? "" : (user.isEmpty() ? "" : encoded(user)) + ":" + encoded(password) + "@";
            return new RedisOptions()
                    .setConnectionString("redis://" + login + Endpoint.of(address))
                    .setMaxWaitingHandlers(MOST_UNANSWERED)
                    .setProtocolNegotiation(false);
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        }

        @Override
        public String toString() {
            return user.isEmpty() ? "default" : user; // a password is for no log
        }
    }

    /** More than anybody here lets wait: who sends more is refused by the client, and not by us. */
    private static final int MOST_UNANSWERED = 512;

    private volatile Secret secret;

    /** Created on the thread that the configuration belongs to; changes come on it. */
    PeerLogin(Config config) {
        secret = read(config);
        config.onChange(Options.MASTERUSER, now -> secret = read(config));
        config.onChange(Options.MASTERAUTH, now -> secret = read(config));
        config.onChange(Options.REQUIREPASS, now -> secret = read(config));
    }

    /** Voters take {@code requirepass}; where only {@code masterauth} is set, it is the group's password. */
    private static Secret read(Config config) {
        String auth = config.get(Options.MASTERAUTH).toString();
        return new Secret(
                config.get(Options.MASTERUSER).toString(),
                auth.isEmpty() ? config.get(Options.REQUIREPASS).toString() : auth);
    }

    /** What is used by who connects now. */
    Secret now() {
        return secret;
    }
}
