package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Keyspace;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * All clients that wait, for whatever reason: for keys, for replicas, for the end of a pause. What such a client sends
 * meanwhile waits in its connection, in order.
 *
 * <p>Deadlines are kept in order, and one alarm is set for the first of them, so that waiting costs nothing.
 */
@RunsOn(Loop.KEYSPACE)
public final class Blocking {

    /** A command that waits until writes are taken again. */
    private static final class Postponed extends Blocked {
        private Postponed() {
            super(NEVER);
        }

        @Override
        protected void timeOut(ReplyWriter out) {
            throw new IllegalStateException("a postponed command waits for no time");
        }

        @Override
        protected boolean isEndedByOthers() {
            return false;
        }
    }

    private final Set<Blocked> all = new LinkedHashSet<>();
    private final Pause pause = new Pause();
    private final NavigableSet<Blocked> byDeadline =
            new TreeSet<>(Comparator.comparingLong(Blocked::deadlineMs).thenComparingLong(Blocked::order));
    private final Keyspace keyspace;
    private final ServerStats stats;
    private final RespWriter writer = new RespWriter();

    private LongSupplier clock = Monotonic::nowMs;
    private LongConsumer alarm = atMs -> {};
    private long alarmAtMs = Blocked.NEVER;
    private long begun;

    Blocking(Keyspace keyspace, ServerStats stats) {
        this.keyspace = keyspace;
        this.stats = stats;
    }

    /** Sets the clock of deadlines, in milliseconds from any moment on: one that never jumps, unless it is told. */
    public void clock(LongSupplier newClock) {
        clock = newClock;
    }

    /** Sets who calls {@link #expire} at a time of the clock; a later call stands for an earlier one. */
    public void onDeadline(LongConsumer newAlarm) {
        alarm = newAlarm;
    }

    /** What the clock of deadlines shows. */
    public long nowMs() {
        return clock.getAsLong();
    }

    /** The time so long after another; never, where it is too long. */
    static long after(long fromMs, long ms) {
        return ms > Blocked.NEVER - Math.max(0, fromMs) ? Blocked.NEVER : fromMs + ms;
    }

    /** How many clients wait. */
    public int size() {
        return all.size();
    }

    /** How many of them wait for a time only. */
    public int withDeadline() {
        return byDeadline.size();
    }

    /** Has a client wait. */
    void begin(Blocked blocked, Session session, Command command) {
        blocked.begin(session, command, begun++);
        session.blocked(blocked);
        all.add(blocked);
        if (blocked.deadlineMs() != Blocked.NEVER) {
            byDeadline.add(blocked);
            setAlarm();
        }
        session.connection().suspend();
        blocked.begun();
    }

    /** Whether commands are to wait before they run. */
    public Pause pause() {
        return pause;
    }

    /** Has commands wait from now on, until a time of this clock. */
    public void beginPause(Pause.Purpose purpose, Pause.Scope scope, long untilMs) {
        pause.begin(purpose, scope, untilMs);
        setAlarm();
    }

    /** Ends a pause for a reason; where there is no other one, the commands that wait are run. */
    public void endPause(Pause.Purpose purpose) {
        pause.end(purpose);
        resumePostponed();
    }

    /** Has the command that a client has just sent wait for the end of the pause; it is to be given again then. */
    void postpone(Session session) {
        begin(new Postponed(), session, null);
    }

    /** Has all clients go on whose commands wait, where there is no pause any more; those that must, wait again. */
    private void resumePostponed() {
        if (pause.scope() == Pause.Scope.ALL) {
            return;
        }
        for (Blocked blocked : List.copyOf(all)) {
            if (blocked instanceof Postponed) {
                end(blocked);
            }
        }
    }

    /** Ends a wait whose reply has been written, and lets the client go on. */
    public void end(Blocked blocked) {
        drop(blocked);
        if (blocked.command() != null) {
            blocked.session().commandDone();
        }
        blocked.session().connection().resume();
    }

    /** Where the reply of a client that waits is written, before its wait is {@linkplain #end ended}. */
    public RespWriter writer(Session session) {
        return writer.to(session.output(), session.protocol());
    }

    private void drop(Blocked blocked) {
        all.remove(blocked);
        if (blocked.deadlineMs() != Blocked.NEVER) {
            byDeadline.remove(blocked);
        }
        blocked.session().blocked(null);
        if (blocked instanceof KeyWait wait) {
            keyspace.blockedClients().leave(wait);
        }
        blocked.over();
    }

    /** A client is gone. */
    public void forget(Session session) {
        if (session.blocked() != null) {
            drop(session.blocked());
        }
    }

    /** Answers those who have waited long enough, and ends a pause that is over. */
    public void expire() {
        long now = nowMs();
        if (pause.isOn()) {
            pause.expire(now);
            resumePostponed();
        }
        while (!byDeadline.isEmpty() && byDeadline.first().deadlineMs() <= now) {
            Blocked blocked = byDeadline.first();
            blocked.timeOut(writer(blocked.session()));
            end(blocked);
        }
        alarmAtMs = Blocked.NEVER;
        setAlarm();
    }

    private void setAlarm() {
        long next = byDeadline.isEmpty() ? Blocked.NEVER : byDeadline.first().deadlineMs();
        if (pause.isOn()) {
            next = Math.min(next, pause.untilMs());
        }
        if (next < alarmAtMs) {
            alarmAtMs = next;
            alarm.accept(next);
        }
    }

    /**
     * Ends a client's wait as if its time were over, or with an error.
     *
     * @return whether it did wait, and for something that may be ended so
     */
    boolean unblock(Session session, boolean withError) {
        Blocked blocked = session.blocked();
        if (blocked == null || !blocked.isEndedByOthers()) {
            return false;
        }
        if (withError) {
            refuse(blocked, ErrorReply.UNBLOCKED_BY_CLIENT);
            blocked.command().failed++;
        } else {
            blocked.timeOut(writer(session));
        }
        end(blocked);
        return true;
    }

    /** Refuses all who wait for what a node gives that is no primary any more, and ends their connections. */
    public void dismissAll() {
        for (Blocked blocked : new ArrayList<>(all)) {
            if (blocked.isEndedByOthers()) {
                refuse(blocked, ErrorReply.UNBLOCKED_BY_ROLE);
                end(blocked);
                blocked.session().closeAfterReplies();
            }
        }
    }

    private void refuse(Blocked blocked, ErrorReply error) {
        stats.countError(error.code());
        writer(blocked.session()).error(error);
    }
}
