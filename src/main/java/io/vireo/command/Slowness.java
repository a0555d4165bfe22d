package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.Args;
import java.util.List;

/**
 * What is told of commands that take long: the slow log, and the events of the latency monitor.
 *
 * <p>The dispatcher compares each command's time with {@link #noteFromNanos} and calls only for those that reach it, so
 * that all others pay for one comparison.
 */
@RunsOn(Loop.KEYSPACE)
public final class Slowness {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MS_PER_SECOND = 1_000;

    private final SlowLog slowLog = new SlowLog();
    private final LatencyMonitor monitor = new LatencyMonitor();
    private long slowLogFromMicros = -1;
    private long noteFromNanos = Long.MAX_VALUE;

    public SlowLog slowLog() {
        return slowLog;
    }

    public LatencyMonitor monitor() {
        return monitor;
    }

    /** Sets how many entries the slow log keeps. */
    public void slowLogLength(long most) {
        slowLog.mostEntries(most);
    }

    /** Sets from how many microseconds on a command is logged; all are from 0, and none where it is negative. */
    public void slowLogFrom(long micros) {
        slowLogFromMicros = micros;
        setFloor();
    }

    /** Sets from how many milliseconds on an event is noted; 0 is never. */
    public void monitorFrom(long ms) {
        monitor.thresholdMs(ms);
        setFloor();
    }

    private void setFloor() {
        long slowLogFrom = slowLogFromMicros < 0 ? Long.MAX_VALUE : saturated(slowLogFromMicros, NANOS_PER_MICRO);
        long monitorFrom = monitor.thresholdMs() == 0
                ? Long.MAX_VALUE
                : saturated(monitor.thresholdMs(), LatencyMonitor.NANOS_PER_MS);
        noteFromNanos = Math.min(slowLogFrom, monitorFrom);
    }

    private static long saturated(long value, long factor) {
        return value > Long.MAX_VALUE / factor ? Long.MAX_VALUE : value * factor;
    }

    long slowLogFromMicros() {
        return slowLogFromMicros;
    }

    /** The time from which on {@link #note} has something to do. */
    long noteFromNanos() {
        return noteFromNanos;
    }

    /** Notes a command that has run. */
    void note(Session session, Command command, Args args, long nanos) {
        monitor.add(eventOf(command), nanos);
        if (isLogged(command, nanos)) {
            log(session, SlowLog.shown(command, args), nanos);
        }
    }

    /** The words of a command that waits, to be {@linkplain #noteServed noted} at its end; null where none are. */
    List<byte[]> wordsOfWaiting(Command command, Args args) {
        return slowLogFromMicros < 0 ? null : SlowLog.shown(command, args);
    }

    /** Notes a command that has waited and is now served, with the time it ran before and after. */
    void noteServed(Blocked blocked, long nanos) {
        monitor.add(LatencyMonitor.COMMAND_UNBLOCKING, nanos - blocked.ranNanos());
        if (blocked.words() != null && isLogged(blocked.command(), nanos)) {
            log(blocked.session(), blocked.words(), nanos);
        }
    }

    private boolean isLogged(Command command, long nanos) {
        return slowLogFromMicros >= 0
                && nanos / NANOS_PER_MICRO >= slowLogFromMicros
                && !command.spec().has(CommandFlag.SKIP_SLOWLOG);
    }

    private void log(Session session, List<byte[]> words, long nanos) {
        slowLog.add(monitor.nowMs() / MS_PER_SECOND, nanos / NANOS_PER_MICRO, words, session);
    }

    private static String eventOf(Command command) {
        return command.spec().has(CommandFlag.FAST) ? LatencyMonitor.FAST_COMMAND : LatencyMonitor.COMMAND;
    }
}
