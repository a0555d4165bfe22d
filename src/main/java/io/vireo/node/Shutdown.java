package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Session;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.RespWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends a node in order: waits for its replicas, saves what {@code save} asks for, then lets go.
 *
 * <pre>
 *   RUNNING --begin--> WAITING (replicas lag) --in sync, or shutdown-timeout--> save --> ended
 *      ^                  |                                                      |
 *      +------abort-------+                    <--------- the save failed -------+
 * </pre>
 *
 * <p>No write is taken while it waits for replicas: otherwise they would never be in sync.
 */
@RunsOn(Loop.KEYSPACE)
final class Shutdown {
    /** What was asked for beyond the usual. */
    record Wish(boolean save, boolean noSave, boolean now, boolean force) {
        static final Wish NONE = new Wish(false, false, false, false);

        Wish withSave() {
            return new Wish(true, noSave, now, force);
        }

        Wish withNoSave() {
            return new Wish(save, true, now, force);
        }

        Wish withNow() {
            return new Wish(save, noSave, true, force);
        }

        Wish withForce() {
            return new Wish(save, noSave, now, true);
        }
    }

    /** What the rest of the node has to do with its end. */
    interface Parts {
        /** Replicas that are fed, and how many of them hold all of the stream. */
        Replicas replicas();

        /** Asks every replica how far it is. */
        void askReplicas();

        /** Refuses or takes writes. */
        void pauseWrites(boolean on);

        /** Saves the data set now, on this thread; false if it cannot. */
        boolean saveNow();

        /** Lets everything go and ends the node. */
        void end();
    }

    /** How far the replicas are. */
    record Replicas(int fed, int inSync) {}

    private final Config config;
    private final ServerLog log;
    private final Parts parts;

    private Wish wish;
    private boolean over;
    private long deadlineMs;
    private final List<Session> waiting = new ArrayList<>();

    Shutdown(Config config, ServerLog log, Parts parts) {
        this.config = config;
        this.log = log;
        this.parts = parts;
    }

    boolean isUnderWay() {
        return wish != null && !over;
    }

    /**
     * Begins to end the node.
     *
     * @param reason the log line
     * @param asker who asked and waits for an answer if it fails, or null for a signal
     */
    void begin(String reason, Wish newWish, Session asker) {
        if (over) {
            return; // its process goes on where it has other nodes, and gets signals
        }
        if (asker != null) {
            waiting.add(asker);
        }
        if (isUnderWay()) {
            wish = newWish.now() ? newWish : wish;
            tick(System.currentTimeMillis());
            return;
        }
        log.warning(reason);
        wish = newWish;
        long timeoutMs = config.get(Options.SHUTDOWN_TIMEOUT) * 1000L;
        deadlineMs = System.currentTimeMillis() + timeoutMs;
        Replicas replicas = parts.replicas();
        if (wish.now() || timeoutMs == 0 || replicas.fed() == 0) {
            finish(replicas);
            return;
        }
        log.notice("Waiting for replicas before shutting down.");
        parts.pauseWrites(true);
        parts.askReplicas();
    }

    /** Goes on where replicas have caught up or the time is over; to be called ten times a second. */
    void tick(long nowMs) {
        if (!isUnderWay()) {
            return;
        }
        Replicas replicas = parts.replicas();
        if (replicas.inSync() == replicas.fed() || nowMs >= deadlineMs || wish.now()) {
            finish(replicas);
        }
    }

    /** Takes a shutdown that waits for replicas back. */
    boolean abort() {
        if (!isUnderWay()) {
            return false;
        }
        log.warning("Shutdown manually aborted.");
        goOn();
        return true;
    }

    private void finish(Replicas replicas) {
        if (replicas.fed() > 0) {
            log.notice(replicas.inSync() + " of " + replicas.fed() + " replicas are in sync when shutting down.");
        }
        boolean save =
                wish.save() || !wish.noSave() && !config.get(Options.SAVE).isEmpty();
        if (save) {
            log.notice("Saving the final RDB snapshot before exiting.");
            if (!parts.saveNow()) {
                log.warning("Error trying to save the DB, can't exit.");
                if (!wish.force()) {
                    goOn();
                    return;
                }
                log.warning("Ignoring the failed save: the shutdown was forced.");
            }
        }
        log.warning("Redis is now ready to exit, bye bye...");
        over = true;
        parts.end();
    }

    private void goOn() {
        wish = null;
        parts.pauseWrites(false);
        RespWriter writer = new RespWriter();
        for (Session session : waiting) {
            if (!session.isClosing()) {
                writer.to(session.connection().output(), session.protocol())
                        .error(ErrorReply.of("ERR Errors trying to SHUTDOWN. Check logs."));
                session.connection().outputChanged();
            }
        }
        waiting.clear();
    }
}
