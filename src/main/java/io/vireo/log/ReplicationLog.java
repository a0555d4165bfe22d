package io.vireo.log;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.topology.Epoch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The replication stream: the effects of every command, in order, as RESP arrays with byte offsets.
 *
 * <pre>
 *    backlog().first()                                                endOffset()
 *           |                                                              |
 *        [ chunk ] -> [ chunk ] -> [ chunk ] -> [ chunk ] -> [ chunk ..... | effects of the command under way ]
 *            ^                         ^                         ^
 *          reader                    reader                    reader
 * </pre>
 *
 * <p>The bytes lie in a chain of native chunks, shared by the backlog and all readers. The oldest chunk goes when the
 * backlog is as long as it should be without it and no reader stands in it. While there is neither backlog nor reader
 * the log is <em>inactive</em>: effects cost nothing and offsets stand still, as in Redis.
 *
 * <p>A primary writes effects: {@link #effect}, then the bytes or words of the command, and {@link #commit} after each
 * client command or transaction. Readers see nothing before the commit, which puts two effects or more between MULTI and
 * EXEC. A replica <em>follows</em>: effects of its own are dropped, and {@link #appendFromPrimary} takes its primary's
 * bytes unchanged, so that offsets are equal all the way down a chain; they are seen when they are applied.
 */
@RunsOn(Loop.KEYSPACE)
public final class ReplicationLog {
    /** The database of an effect that belongs to none, such as PING, and of a stream that has not selected one. */
    public static final int NO_DATABASE = -1;

    private static final byte[] MULTI = ascii("*1\r\n$5\r\nMULTI\r\n");
    private static final byte[] EXEC = ascii("*1\r\n$4\r\nEXEC\r\n");
    private static final byte[] SELECT = ascii("SELECT");

    private final List<LogReader> readers = new ArrayList<>();
    private final ChunkChain chain;
    private final MemorySegment digitsMemory = Arena.ofAuto().allocate(Decimal.MAX_LENGTH);
    private final Bytes digits = new Bytes();
    private ReplicationHistory history;
    private Epoch epoch;
    private long endOffset;
    private int database = NO_DATABASE;

    private long backlogSizeBytes;
    private boolean backlogOpen;
    private long backlogFrom;

    private boolean following;
    private boolean recording;
    private int effects;
    private long pending;

    private final List<Runnable> onRestart = new ArrayList<>();

    /** An inactive log at offset 0, of a primary. */
    public ReplicationLog(ReplicationHistory history, long backlogSizeBytes) {
        this.history = history;
        this.epoch = ReplicationId.epochOf(history.id());
        this.backlogSizeBytes = backlogSizeBytes;
        this.chain = new ChunkChain(backlogSizeBytes);
    }

    // What the stream is called, and how far it goes.

    public ReplicationHistory history() {
        return history;
    }

    /** Gives the stream other names, by one of the rules of {@link ReplicationHistory}. */
    public void history(ReplicationHistory newHistory) {
        this.history = newHistory;
        this.epoch = ReplicationId.epochOf(newHistory.id());
    }

    /** The epoch whose election began this history, or {@link Epoch#NONE} if it was none. */
    public Epoch epoch() {
        return epoch;
    }

    /** The offset of the last byte that readers may see; the first byte of a stream has offset 1. */
    public long endOffset() {
        return endOffset;
    }

    /** The offset of the last byte that came from the primary, be it applied or waiting for the rest of a transaction. */
    public long receivedOffset() {
        return endOffset + pending;
    }

    /** The position of a copy of the data made now, between two commands. */
    public StreamPosition position() {
        return new StreamPosition(history.id(), endOffset);
    }

    /** The database the next byte is meant for, or {@link #NO_DATABASE} while a SELECT has to come first. */
    public int database() {
        return database;
    }

    /** Makes the next effect begin with SELECT, for a reader that begins here. */
    public void forgetDatabase() {
        database = NO_DATABASE;
    }

    /** Says in which database a replica's stream stands: as its file said, or its primary's last SELECT. */
    public void database(int selected) {
        database = selected;
    }

    /** Whether anybody reads or may read: otherwise nothing is written. */
    public boolean isActive() {
        return backlogOpen || !readers.isEmpty();
    }

    // Whose stream it is.

    public boolean isFollowing() {
        return following;
    }

    /** From now on the bytes are a primary's. */
    public void follow() {
        Invariant.check(isBetweenCommands(), "a role changes between commands");
        following = true;
        recording = false;
    }

    /** From now on the bytes are our own, and begin with a SELECT. */
    public void lead() {
        Invariant.check(isBetweenCommands(), "a role changes between commands");
        following = false;
        database = NO_DATABASE;
        recording = isActive();
    }

    /** Puts a stream of which {@code offset} bytes have gone by in the place of this one. Every reader is cut. */
    public void restartAt(long offset) {
        Invariant.check(isBetweenCommands(), "a stream is replaced between commands");
        readers.forEach(LogReader::leave);
        readers.clear();
        chain.free();
        endOffset = offset;
        database = NO_DATABASE;
        backlogFrom = offset + 1;
        if (backlogOpen) {
            chain.startAt(offset + 1);
        }
        recording = isActive() && !following;
        List.copyOf(onRestart).forEach(Runnable::run);
    }

    /** Adds somebody who is told at once that another stream has begun, before anything is put into it. */
    public void onRestart(Runnable listener) {
        onRestart.add(listener);
    }

    /** Tells somebody no more. */
    public void forgetOnRestart(Runnable listener) {
        onRestart.remove(listener);
    }

    // Backlog and readers.

    /** Begins to hold bytes for replicas that come back, with the next byte. */
    public void openBacklog() {
        Invariant.check(!backlogOpen, "there is one backlog");
        activate();
        backlogOpen = true;
        backlogFrom = endOffset + 1;
        recording = !following;
    }

    /** Holds nothing for replicas any more; without a reader the log is inactive from now on. */
    public void freeBacklog() {
        backlogOpen = false;
        freeWhatNobodyNeeds();
    }

    public boolean hasBacklog() {
        return backlogOpen;
    }

    /**
     * Puts bytes in front of all that is held, so that replicas that lack them may continue. The seed is taken over, and
     * must end where the backlog begins.
     */
    public void seed(BacklogSeed seed) {
        Invariant.check(
                backlogOpen && backlogFrom == chain.firstOffset(), "a backlog is seeded before it has lost anything");
        if (seed.length() > 0) {
            chain.putInFront(seed);
            backlogFrom = seed.firstOffset();
            trim();
        }
    }

    /** What is held for replicas that come back: more than the configured size while a reader needs older bytes. */
    public Backlog backlog() {
        return backlogOpen ? new Backlog(Math.max(chain.firstOffset(), backlogFrom), endOffset + 1) : Backlog.NONE;
    }

    public long backlogSizeBytes() {
        return backlogSizeBytes;
    }

    /** Sets how many bytes the backlog holds at least, once so many were written. */
    public void backlogSizeBytes(long newSizeBytes) {
        backlogSizeBytes = newSizeBytes;
        chain.sizeFor(newSizeBytes);
        if (isActive()) {
            trim();
        }
    }

    /** Memory in use for the stream, in bytes. */
    public long memoryBytes() {
        return chain.memoryBytes();
    }

    /** Memory beyond the configured size of the backlog: of chunks not full, and what is held for readers that lag. */
    public long memoryBeyondBacklog() {
        return Math.max(0, chain.memoryBytes() - (backlogOpen ? backlogSizeBytes : 0));
    }

    /** Whether everything from this offset on is there to be read. */
    public boolean holds(long offset) {
        return offset <= endOffset + 1 && offset >= (chain.isEmpty() ? endOffset + 1 : chain.firstOffset());
    }

    /** A reader that begins with the byte at this offset, which the log must {@linkplain #holds hold}. */
    public LogReader readFrom(long offset) {
        Invariant.check(holds(offset), "a reader begins within what the log holds");
        activate();
        LogReader reader = new LogReader(this, chain.find(offset), offset);
        readers.add(reader);
        recording = !following;
        return reader;
    }

    /** A reader of all that comes. */
    public LogReader readFromEnd() {
        return readFrom(endOffset + 1);
    }

    // Effects, on a primary.

    /**
     * Begins an effect of the command under way; its bytes follow, by {@link #append} or word by word. Where the stream
     * is in another database, SELECT goes first; for the first effect of a unit it goes before MULTI.
     *
     * @param db the database it belongs to, or {@link #NO_DATABASE}
     */
    public void effect(int db) {
        if (!recording) {
            return;
        }
        effects++;
        if (effects == 2) {
            chain.insertAtMark(MULTI);
        }
        if (db != database && db != NO_DATABASE) {
            database = db;
            begin(2).word(SELECT).word(ascii(Integer.toString(db)));
        }
        if (effects == 1) {
            chain.mark();
        }
    }

    /** Writes bytes of a command as they were received. */
    public void append(long address, int length) {
        if (recording) {
            chain.write(address, length);
        }
    }

    /** Begins a command of so many words. */
    public ReplicationLog begin(int words) {
        if (recording) {
            chain.writeHeader('*', words);
        }
        return this;
    }

    /** The next word of a command. */
    public ReplicationLog word(Bytes word) {
        if (recording) {
            chain.writeHeader('$', word.length());
            chain.write(word.address(), word.length());
            chain.writeLineEnd();
        }
        return this;
    }

    /** The next word of a command. */
    public ReplicationLog word(byte[] word) {
        if (recording) {
            chain.writeHeader('$', word.length);
            chain.write(word);
            chain.writeLineEnd();
        }
        return this;
    }

    /** The next word of a command: a number in decimal. */
    public ReplicationLog word(long value) {
        return recording
                ? word(digits.set(digitsMemory.address(), Decimal.write(digitsMemory.address(), value)))
                : this;
    }

    /** Ends the client command or transaction under way: readers now see its effects, as one unit. */
    public void commit() {
        if (effects == 0) {
            return;
        }
        if (effects > 1) {
            chain.write(EXEC);
        }
        effects = 0;
        endOffset = chain.nextOffset() - 1;
        trim();
    }

    /** Takes back the effects of the command under way, if there are any: readers will never see them. */
    public boolean dropEffects() {
        if (effects == 0) {
            return false;
        }
        effects = 0;
        database = NO_DATABASE;
        chain.truncate(endOffset + 1);
        return true;
    }

    // The primary's bytes, on a replica.

    /** Takes bytes of the primary's stream as they came; readers see them at {@link #commitFromPrimary}. */
    public void appendFromPrimary(long address, int length) {
        Invariant.check(following, "only a replica takes a primary's bytes");
        pending += length;
        if (isActive()) {
            chain.write(address, length);
        }
    }

    /** Says that the bytes taken so far are applied, and that no transaction is open behind them. */
    public void commitFromPrimary() {
        endOffset += pending;
        pending = 0;
        if (isActive()) {
            trim();
        }
    }

    /** Forgets bytes that will not be applied: the primary is gone in the middle of a transaction. */
    public void rollBackFromPrimary() {
        if (pending > 0 && isActive()) {
            chain.truncate(endOffset + 1);
        }
        pending = 0;
    }

    // For readers.

    void trim() {
        chain.trim(backlogOpen ? backlogSizeBytes : 0);
    }

    void trimIfActive() {
        if (isActive()) {
            trim();
        }
    }

    void forget(LogReader reader) {
        readers.remove(reader);
        freeWhatNobodyNeeds();
    }

    private void activate() {
        if (chain.isEmpty()) {
            Invariant.check(isBetweenCommands(), "a log becomes active between commands");
            chain.startAt(endOffset + 1);
        }
    }

    private boolean isBetweenCommands() {
        return effects == 0 && pending == 0;
    }

    private void freeWhatNobodyNeeds() {
        if (isActive()) {
            trim();
        } else {
            Invariant.check(isBetweenCommands(), "a log comes to rest between commands");
            chain.free();
            recording = false;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
