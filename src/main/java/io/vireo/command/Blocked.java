package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.ReplyWriter;
import java.util.List;

/**
 * What a client waits for before its command is answered and its next one runs. One object for each wait; made by a
 * handler and given to {@link CommandContext#block}.
 */
@RunsOn(Loop.KEYSPACE)
public abstract class Blocked {
    /** The deadline of a wait without end. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Something that a client who waits does, with effects of its own, as a command of its. */
    public interface Act {
        /**
         * Does it; a refusal that is thrown is the reply.
         *
         * @return whether a reply was written, and so the wait is over
         */
        boolean run(CommandContext ctx, ReplyWriter out);
    }

    /** Runs what a client does. */
    interface Runner {
        void run(Blocked blocked, Act act);
    }

    private final long deadlineMs;
    private Runner runner;
    private Session session;
    private Command command;
    private long order;
    private long ranNanos;
    private List<byte[]> words;

    /** @param deadlineMs as {@link CommandContext#deadlineIn} gives it, or {@link #NEVER} */
    protected Blocked(long deadlineMs) {
        this.deadlineMs = deadlineMs;
    }

    /** Writes the reply of a client that has waited in vain; also where the client may not wait at all. */
    protected abstract void timeOut(ReplyWriter out);

    /** The wait begins; not called where the client may not wait. */
    protected void begun() {}

    /** The wait is over, however it ended: forgets it wherever it is kept. */
    protected void over() {}

    /** Whether CLIENT UNBLOCK, or the end of a primary's role, may end it. */
    protected boolean isEndedByOthers() {
        return true;
    }

    void runBy(Runner newRunner) {
        runner = newRunner;
    }

    /** Has the client do something; to be called where no command is running, and while the client waits. */
    protected final void act(Act act) {
        runner.run(this, act);
    }

    /** The wait begins. */
    void begin(Session newSession, Command newCommand, long newOrder) {
        session = newSession;
        command = newCommand;
        order = newOrder;
    }

    /** Notes how long the command ran before it began to wait, and its words where they may be logged, else null. */
    final void ran(long nanos, List<byte[]> itsWords) {
        ranNanos = nanos;
        words = itsWords;
    }

    final long ranNanos() {
        return ranNanos;
    }

    final List<byte[]> words() {
        return words;
    }

    /** Bytes of the words that are kept for it. */
    long memoryBytes() {
        return 0;
    }

    /** Who waits. */
    public final Session session() {
        return session;
    }

    /** Whether the client waits for this still. */
    public final boolean isUnderWay() {
        return session != null && session.blocked() == this;
    }

    /** The command that waits for its answer, or null where a command waits to be run. */
    public final Command command() {
        return command;
    }

    /** On the clock of {@link Blocking}. */
    final long deadlineMs() {
        return deadlineMs;
    }

    /** Waits are numbered as they begin. */
    final long order() {
        return order;
    }
}
