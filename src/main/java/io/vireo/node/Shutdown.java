package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.resp.ErrorReply;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends a node in order: has another node of its group lead, waits for its replicas, saves what {@code save} asks for, then
 * lets go. Each step is passed over where there is nothing to do in it, and all are where it is to be NOW.
 *
 * <pre>
 *   RUNNING --schedule--> SCHEDULED --next tick--> begin
 *
 *   begin --> HANDING OVER (has an heir) --another leads, or 2 s--> WAITING (replicas lag) --in sync, or shutdown-timeout-->
 *         --> save --> ended
 *
 *   SCHEDULED, HANDING OVER, WAITING --abort--> RUNNING          save --it failed--> RUNNING
 * </pre>
 *
 * <p>A signal schedules, so that SHUTDOWN ABORT may still take it back; SHUTDOWN begins at once. No write is taken while
 * the node waits for replicas: otherwise they would never be in sync.
 */
@RunsOn(Loop.KEYSPACE)
final class Shutdown {
    /** The log's line where the node begins to end. */
    static final String REQUESTED = "User requested shutdown...";

    private static final long HANDOVER_WITHIN_MS = 2_000;
    private static final long NOT_HANDING_OVER = 0;

    /** What SHUTDOWN is answered where the node goes on. */
    static final ErrorReply FAILED = ErrorReply.of("ERR Errors trying to SHUTDOWN. Check logs.");

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

        /** Whether the node is a group's primary and another node could be. */
        boolean hasHeir();

        /** Begins to give the place of the group's primary to another node; asked for once, and only where there is an heir. */
        void handOver();

        boolean isPrimary();

        /** Asks every replica how far it is. */
        void askReplicas();

        /** Refuses or takes writes. */
        void pauseWrites(boolean on);

        /**
         * Puts the append-only file on the disk now; false if it does not hold the data yet, and must to end.
         *
         * @param forced whether the node ends all the same
         */
        boolean syncAppendOnly(boolean forced);

        /** Whether the append-only file holds the data, so that a start loads it. */
        boolean keepsAppendOnly();

        /** Saves the data set now, on this thread; false if it cannot. */
        boolean saveNow();

        /**
         * Lets everything go and ends the node.
         *
         * @param allOnDisk whether a start will find all that the node holds now
         */
        void end(boolean allOnDisk);
    }

    /** How far the replicas are. */
    record Replicas(int fed, int inSync) {}

    /** A client whose SHUTDOWN is answered only if the node goes on. */
    private final class Asker extends NodeWait {
        private Asker(Blocking blocking) {
            super(blocking);
        }

        @Override
        protected void begun() {
            askers.add(this);
        }

        @Override
        protected void over() {
            askers.remove(this);
        }
    }

    private final Config config;
    private final ServerLog log;
    private final Parts parts;

    private Wish wish;
    private boolean over;
    private long handoverUntilMs = NOT_HANDING_OVER;
    private long deadlineMs;
    private Wish scheduledWish;
    private String scheduledReason;
    /** Read by the JVM's signal threads too. */
    private volatile boolean isAskedFor;

    private final List<Asker> askers = new ArrayList<>();

    Shutdown(Config config, ServerLog log, Parts parts) {
        this.config = config;
        this.log = log;
        this.parts = parts;
    }

    private boolean isUnderWay() {
        return wish != null && !over;
    }

    /** Whether the node is to end, as far as it has not failed to. Any thread. */
    boolean isAskedFor() {
        return isAskedFor;
    }

    /** How long replicas are waited for at most from now on, in milliseconds; -1 if they are not. */
    long remainingMs(long nowMs) {
        return isUnderWay() ? Math.max(0, deadlineMs - nowMs) : -1;
    }

    /** Begins to end the node at the next tick, if it is not about to end. */
    void schedule(String reason, Wish newWish) {
        if (!isAskedFor) {
            isAskedFor = true;
            scheduledReason = reason;
            scheduledWish = newWish;
        }
    }

    /**
     * Begins to end the node, or hurries where that is under way and the wish says so.
     *
     * @param reason the log line
     * @return whether the node ends, or may do so; false if it could not be saved, and goes on
     */
    boolean begin(String reason, Wish newWish) {
        if (over) {
            return true; // its process goes on where it has other nodes, and gets signals
        }
        if (isUnderWay()) {
            wish = newWish.now() ? newWish : wish;
            tick(System.currentTimeMillis());
            return isAskedFor;
        }
        log.warning(reason);
        isAskedFor = true;
        scheduledWish = null;
        wish = newWish;
        long nowMs = System.currentTimeMillis();
        if (!wish.now() && parts.hasHeir()) {
            log.notice("Handing over to another node before shutting down.");
            parts.handOver();
            handoverUntilMs = nowMs + HANDOVER_WITHIN_MS;
            deadlineMs = handoverUntilMs + timeoutMs();
            return true;
        }
        return waitOrFinish(nowMs);
    }

    private boolean waitOrFinish(long nowMs) {
        deadlineMs = nowMs + timeoutMs();
        Replicas replicas = parts.replicas();
        if (wish.now() || timeoutMs() == 0 || replicas.inSync() == replicas.fed()) {
            return finish(replicas);
        }
        waitForReplicas();
        return true;
    }

    private long timeoutMs() {
        return config.get(Options.SHUTDOWN_TIMEOUT) * 1000L;
    }

    /** What a client waits for that asked for the end: for nothing, unless the node goes on. */
    Blocked asker(Blocking blocking) {
        return new Asker(blocking);
    }

    /** Goes on where replicas have caught up or the time is over; to be called ten times a second. */
    void tick(long nowMs) {
        if (scheduledWish != null) {
            begin(scheduledReason, scheduledWish);
        }
        if (!isUnderWay()) {
            return;
        }
        if (handoverUntilMs != NOT_HANDING_OVER) {
            if (wish.now() || !parts.isPrimary() || nowMs >= handoverUntilMs) {
                handoverUntilMs = NOT_HANDING_OVER;
                waitOrFinish(nowMs);
            }
            return;
        }
        Replicas replicas = parts.replicas();
        if (replicas.inSync() == replicas.fed() || nowMs >= deadlineMs || wish.now()) {
            finish(replicas);
        }
    }

    private void waitForReplicas() {
        log.notice("Waiting for replicas before shutting down.");
        parts.pauseWrites(true);
        parts.askReplicas();
    }

    /** Takes back a shutdown that is scheduled or waits for replicas; false if there is none. */
    boolean abort() {
        if (over || !isAskedFor) {
            return false;
        }
        log.notice("Shutdown manually aborted.");
        goOn();
        return true;
    }

    /** Returns whether the node ends. */
    private boolean finish(Replicas replicas) {
        if (replicas.fed() > 0) {
            log.notice(replicas.inSync() + " of " + replicas.fed() + " replicas are in sync when shutting down.");
        }
        if (!parts.syncAppendOnly(wish.force())) {
            goOn();
            return false;
        }
        boolean allOnDisk = parts.keepsAppendOnly();
        boolean save =
                wish.save() || !wish.noSave() && !config.get(Options.SAVE).isEmpty();
        if (save) {
            log.notice("Saving the final RDB snapshot before exiting.");
            boolean saved = parts.saveNow();
            allOnDisk |= saved;
            if (!saved) {
                log.warning("Error trying to save the DB, can't exit.");
                if (!wish.force()) {
                    goOn();
                    return false;
                }
                log.warning("Ignoring the failed save: the shutdown was forced.");
            }
        }
        log.warning("Redis is now ready to exit, bye bye...");
        over = true;
        parts.end(allOnDisk);
        return true;
    }

    private void goOn() {
        handoverUntilMs = NOT_HANDING_OVER;
        wish = null;
        scheduledWish = null;
        isAskedFor = false;
        parts.pauseWrites(false);
        List.copyOf(askers).forEach(asker -> asker.answer(out -> out.error(FAILED)));
    }
}
