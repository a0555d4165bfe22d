package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What a handler works on, and how it says what it has changed. One per keyspace thread, set anew for each command.
 *
 * <p>A handler that changes data says so with {@link #changed}. The command then goes into the stream as it was
 * received, unless the handler has called {@link #propagate} for what should go instead, or {@link #keepLocal}.
 */
@RunsOn(Loop.KEYSPACE)
public final class CommandContext {
    /** Memory for copies beyond this is not kept for the next one. */
    private static final int LONGEST_KEPT_COPY = 1 << 20;

    private final Keyspace keyspace;
    private final ReplicationLog log;
    private final Blocking blocking;
    private final Blocked.Runner runner;
    private final Bytes part = new Bytes();
    private final Bytes text = new Bytes();
    private MemorySegment textMemory = Arena.ofAuto().allocate(64);
    private final Bytes copied = new Bytes();
    private MemorySegment copyMemory = Arena.ofAuto().allocate(64);

    private KeyEventListener events;
    private Session session;
    private Command command;
    private boolean changed;
    private boolean settled;
    private boolean errorCounted;

    CommandContext(Keyspace keyspace, ReplicationLog log, Blocking blocking, Blocked.Runner runner) {
        this.keyspace = keyspace;
        this.log = log;
        this.blocking = blocking;
        this.runner = runner;
    }

    void onKeyEvent(KeyEventListener listener) {
        events = listener;
    }

    void start(Session newSession, Command newCommand) {
        session = newSession;
        command = newCommand;
        changed = false;
        settled = false;
        errorCounted = false;
    }

    public Session session() {
        return session;
    }

    public Command command() {
        return command;
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    /** The database this client has selected. */
    public Database db() {
        return keyspace.db(session.db());
    }

    public Database db(int index) {
        return keyspace.db(index);
    }

    /** The number of a database, given as a word; any other word is refused. */
    public int databaseIn(Args args, int index) {
        long db = args.integer(index);
        if (db != (int) db) {
            throw ErrorReply.NOT_AN_INT.raise();
        }
        if (db < 0 || db >= keyspace.databases()) {
            throw ErrorReply.DB_OUT_OF_RANGE.raise();
        }
        return (int) db;
    }

    /** The time of this turn of the loop, in milliseconds since 1970: the same for all of a command. */
    public long nowMs() {
        return keyspace.nowMs();
    }

    // Waiting.

    /** How long a word of milliseconds says. */
    long timeoutMs(Bytes ms) {
        return BlockTimeout.ofMillis(ms, nowMs());
    }

    /** When a wait ends that may last so many seconds, perhaps with a fraction, from now; 0 is for ever. */
    public long deadlineIn(Bytes seconds) {
        return deadlineAfter(BlockTimeout.ofSeconds(seconds, nowMs()));
    }

    /** When a wait ends that may last so many milliseconds from now; 0 is for ever. */
    public long deadlineInMillis(Bytes ms) {
        return deadlineAfter(BlockTimeout.ofMillis(ms, nowMs()));
    }

    private long deadlineAfter(long ms) {
        return ms == 0 ? Blocked.NEVER : Blocking.after(blocking.nowMs(), ms);
    }

    /** Whether a command may wait here: not in a transaction, and not where nobody reads the replies. */
    public boolean mayBlock() {
        return !session.isInsideExec() && session.kind() == Session.Kind.NORMAL;
    }

    /**
     * Has this client wait, without a reply so far. Where that may not be, the reply is at once what it would be at the
     * end of its time. The handler ends with this.
     *
     * @see KeyWait
     */
    public void block(Blocked blocked, ReplyWriter out) {
        if (!mayBlock()) {
            blocked.timeOut(out);
            return;
        }
        blocking.begin(blocked, session, command);
        blocked.runBy(runner);
        if (blocked instanceof KeyWait wait) {
            keyspace.blockedClients().await(wait, session.db(), wait.keys());
        }
    }

    /** Who waits. */
    public Blocking blocking() {
        return blocking;
    }

    /** ASCII text as bytes, in memory that serves the next text too. */
    Bytes text(String ascii) {
        return bytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** A copy of bytes that a change of the data may move, in memory that serves the next copy too. */
    Bytes copy(Bytes bytes) {
        if (copyMemory.byteSize() < bytes.length() || copyMemory.byteSize() > LONGEST_KEPT_COPY) {
            copyMemory = Arena.ofAuto().allocate(Math.max(64, bytes.length()));
        }
        RawMemory.copy(bytes.address(), copyMemory.address(), bytes.length());
        return copied.set(copyMemory.address(), bytes.length());
    }

    /** One byte, in the same memory. */
    Bytes octet(int value) {
        RawMemory.putByte(textMemory.address(), (byte) value);
        return text.set(textMemory.address(), 1);
    }

    /** Bytes from the heap, in the same memory. */
    Bytes bytes(byte[] bytes) {
        return bytes(bytes, bytes.length);
    }

    /** The first bytes of an array, in the same memory. */
    Bytes bytes(byte[] bytes, int length) {
        if (textMemory.byteSize() < length) {
            textMemory = Arena.ofAuto().allocate(length);
        }
        RawMemory.copyIn(bytes, 0, textMemory.address(), length);
        return text.set(textMemory.address(), length);
    }

    /** The text of a number, in the same memory. */
    Bytes text(long number) {
        return text.set(textMemory.address(), Decimal.write(textMemory.address(), number));
    }

    /** The bytes from one index up to another, as the one view this context has for that. */
    Bytes part(Bytes bytes, int from, int to) {
        return part.set(bytes.address() + from, to - from);
    }

    /**
     * Says that a key has changed: watchers are told, the change is counted, and the command will be propagated.
     *
     * @param event the keyspace event's name, as {@code set}, {@code del}, {@code expire}
     */
    public void changed(Bytes key, String event) {
        changed(session.db(), key, event);
    }

    /** The same, where the change counts as several. */
    public void changed(Bytes key, String event, long howMany) {
        alsoChanged(session.db(), key, event);
        changed(howMany);
    }

    /** Says that a key of some database has changed. */
    public void changed(int db, Bytes key, String event) {
        alsoChanged(db, key, event);
        changed(1);
    }

    /** Says of one more key that it has changed, where one change of a command shows at two keys. */
    public void alsoChanged(int db, Bytes key, String event) {
        keyspace.keyChanged(db, key);
        if (events != null) {
            events.event(db, key, event);
        }
    }

    /** Says what else has happened to a key of which it was said that it has changed. */
    public void event(Bytes key, String event) {
        if (events != null) {
            events.event(session.db(), key, event);
        }
    }

    /** Says that so many things have changed whose watchers are already told, as a flush does. */
    public void changed(long howMany) {
        keyspace.addDirty(howMany);
        changed = true;
    }

    /** Whether anything was said to have changed. */
    boolean hasChanged() {
        return changed;
    }

    /**
     * Starts an effect that goes into the stream instead of the command as received, its words to follow. May be called
     * several times.
     */
    public ReplicationLog propagate(int words) {
        return propagate(session.db(), words);
    }

    /** Starts an effect on some database. */
    public ReplicationLog propagate(int db, int words) {
        settled = true;
        log.effect(db);
        return log.begin(words);
    }

    /** Puts this command as received into the stream although it changed nothing here, as PUBLISH. */
    public void propagateAnyway() {
        changed = true;
    }

    /** Keeps this command out of the stream, whatever it changed. */
    public void keepLocal() {
        settled = true;
    }

    /** Whether anybody reads the stream: spares the making of effects that would go nowhere. */
    public boolean isStreamRead() {
        return log.isActive();
    }

    /** Writes the command as received into the stream, if that is what belongs there. */
    void writeEffect(Args args) {
        if (!changed || settled) {
            return;
        }
        log.effect(session.db());
        if (args.isCanonical()) {
            log.append(args.frameAddress(), args.frameLength());
            return;
        }
        log.begin(args.count());
        for (int i = 0; i < args.count(); i++) {
            log.word(args.get(i));
        }
    }

    /** Whether nothing was changed that the command as received would have to tell. */
    boolean isSettled() {
        return !changed || settled;
    }

    void errorCounted() {
        errorCounted = true;
    }

    boolean isErrorCounted() {
        return errorCounted;
    }
}
