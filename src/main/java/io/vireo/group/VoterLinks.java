package io.vireo.group;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vireo.base.Monotonic;
import io.vireo.topology.VoterId;
import io.vireo.topology.VoterSet;
import io.vireo.voter.VoterReply;
import io.vireo.voter.VoterRequest;
import io.vireo.voter.VoterWords;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Connections to voters, one each, which come back by themselves. What is sent while there is none is lost: whoever sends
 * says everything again anyway. Used by the event loop on which it was made, and by no other thread.
 */
final class VoterLinks {
    private static final long RETRY_MS = 100;
    /** Longer than any voter takes to flush its file, and shorter than a connection takes to notice by itself. */
    private static final long ANSWER_WITHIN_MS = 2_000;

    private static final int MOST_UNANSWERED = 256;

    private final Vertx vertx;
    private final GroupSettings settings;
    private final BiConsumer<VoterId, VoterReply> answered;
    private final Consumer<String> complaint;
    private final Map<VoterId, Link> links = new TreeMap<>();
    private boolean closed;

    /**
     * @param to whom there are links
     * @param answered told what voters answer, on the thread that sends
     * @param complaint told, once until it changes, why a voter refuses to talk to us
     */
    VoterLinks(
            Vertx vertx,
            GroupSettings settings,
            Collection<VoterId> to,
            BiConsumer<VoterId, VoterReply> answered,
            Consumer<String> complaint) {
        this.vertx = vertx;
        this.settings = settings;
        this.answered = answered;
        this.complaint = complaint;
        to.forEach(voter -> links.put(voter, new Link(voter)));
    }

    void send(VoterId voter, VoterRequest request) {
        Link link = links.get(voter);
        if (link != null && !closed) {
            link.send(request);
        }
    }

    /** Whether there is a connection to a voter now. */
    boolean isConnected(VoterId voter) {
        Link link = links.get(voter);
        return link != null && link.connection != null;
    }

    /** How long ago each voter answered, in milliseconds; those that never did are missing. */
    Map<VoterId, Long> answerAges(long nowMs) {
        Map<VoterId, Long> ages = new TreeMap<>();
        links.forEach((voter, link) -> {
            if (link.answeredAtMs != Link.NEVER) {
                ages.put(voter, nowMs - link.answeredAtMs);
            }
        });
        return ages;
    }

    void close() {
        closed = true;
        links.values().forEach(Link::close);
    }

    private static List<String> texts(Response response) {
        List<String> words = new ArrayList<>(response.size());
        for (Response word : response) {
            words.add(word.toString());
        }
        return words;
    }

    private final class Link {
        private static final long NEVER = Long.MIN_VALUE;

        private final VoterId voter;
        private PeerLogin.Secret secret;
        private Redis client; // held, or it would be closed with its sockets by the garbage collector
        private RedisConnection connection;
        private boolean connecting;
        private long retryAtMs;
        private int unanswered;
        private long waitingSinceMs;
        private long answeredAtMs = NEVER;
        private String lastComplaint = "";

        private Link(VoterId voter) {
            this.voter = voter;
            VoterSet set = settings.voters();
            if (!set.voters().contains(voter)) {
                throw new IllegalArgumentException(voter + " is none of the voters");
            }
        }

        private void send(VoterRequest request) {
            long nowMs = Monotonic.nowMs();
            boolean hangs = unanswered > 0 && nowMs - waitingSinceMs > ANSWER_WITHIN_MS;
            if (connection != null && (hangs || unanswered >= MOST_UNANSWERED)) {
                drop();
                retryAtMs = nowMs + RETRY_MS;
            }
            if (connection == null) {
                connect(nowMs);
                return;
            }
            if (unanswered == 0) {
                waitingSinceMs = nowMs;
            }
            unanswered++;
            RedisConnection used = connection;
            Request command = Request.cmd(Command.create("VOTER"));
            List<String> words = VoterWords.envelope(settings.voters());
            words.subList(1, words.size()).forEach(command::arg);
            VoterWords.words(request).forEach(command::arg);
            used.send(command).onComplete(result -> {
                if (used != connection) {
                    return;
                }
                unanswered--;
                waitingSinceMs = Monotonic.nowMs();
                if (result.succeeded()) {
                    take(result.result());
                } else {
                    failed(result.cause(), used);
                }
            });
        }

        private void take(Response response) {
            answeredAtMs = Monotonic.nowMs();
            lastComplaint = "";
            VoterReply reply;
            try {
                reply = VoterWords.reply(texts(response));
            } catch (IllegalArgumentException e) {
                complain("it answers what is no answer: " + e.getMessage());
                return;
            }
            answered.accept(voter, reply);
        }

        private void failed(Throwable problem, RedisConnection used) {
            if (problem instanceof ErrorType) {
                refused(problem.getMessage());
            } else {
                lost(used);
            }
        }

        /** A voter that cannot vote says so, and is there all the same. */
        private void refused(String why) {
            if (why.startsWith(VoterPort.NO_VOTE)) {
                answeredAtMs = Monotonic.nowMs();
                return;
            }
            complain(why);
        }

        private void complain(String why) {
            if (!why.equals(lastComplaint)) {
                lastComplaint = why;
                complaint.accept("Voter " + voter + ": " + why);
            }
        }

        private void connect(long nowMs) {
            if (connecting || nowMs < retryAtMs) {
                return;
            }
            connecting = true;
            retryAtMs = nowMs + RETRY_MS;
            Future<RedisConnection> attempt = client().connect().timeout(ANSWER_WITHIN_MS, TimeUnit.MILLISECONDS);
            attempt.onComplete(result -> {
                connecting = false;
                retryAtMs = Monotonic.nowMs() + RETRY_MS;
                if (result.failed()) {
                    String why = String.valueOf(result.cause().getMessage());
                    if (why.contains("NOAUTH") || why.contains("WRONGPASS") || why.contains("ERR")) {
                        complain(why);
                    }
                    return;
                }
                if (closed) {
                    result.result().close();
                    return;
                }
                unanswered = 0;
                connection = result.result();
                RedisConnection mine = connection;
                mine.exceptionHandler(problem -> lost(mine));
                mine.endHandler(end -> lost(mine));
            });
        }

        /** One that logs in as the configuration says now. */
        private Redis client() {
            PeerLogin.Secret now = settings.login().now();
            if (!now.equals(secret)) {
                if (client != null) {
                    client.close();
                }
                secret = now;
                client = Redis.createClient(vertx, now.options(voter.address()));
            }
            return client;
        }

        private void lost(RedisConnection gone) {
            if (gone == connection) {
                drop();
            }
        }

        private void close() {
            drop();
            if (client != null) {
                client.close();
            }
        }

        private void drop() {
            RedisConnection gone = connection;
            connection = null;
            unanswered = 0;
            if (gone != null) {
                gone.close();
            }
        }
    }
}
