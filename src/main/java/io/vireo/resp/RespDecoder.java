package io.vireo.resp;

import io.vireo.base.Decimal;
import io.vireo.base.RawMemory;

/**
 * Cuts a connection's bytes into commands, as Redis does: RESP arrays of bulk strings, or inline lines.
 *
 * <p>The caller holds the bytes and calls {@link #next} with all it has that is not yet used. A command that is only
 * half there leaves its progress here, so each byte is looked at once however small the pieces are. One decoder a
 * connection; the words land in an {@link Args} shared by the thread, until a command arrives in pieces, when the
 * decoder keeps words of its own.
 *
 * <pre>
 *   IDLE --'*'--> COUNT --n--> LENGTH --'$' len--> BODY --+--> complete after n words
 *     |                          ^------------------------+
 *     +--any other byte--> INLINE --line end--> complete
 * </pre>
 */
public final class RespDecoder {
    /** The longest line a length or an inline command may take. */
    public static final int MAX_LINE = 64 * 1024;

    private static final int MAX_WORDS = Integer.MAX_VALUE;
    private static final int MAX_WORDS_BEFORE_LOGIN = 10;
    private static final int MAX_BULK_BEFORE_LOGIN = 16_384;

    /** What {@link #next} found. */
    public enum Outcome {
        /** {@link #args()} is a command of {@link #used()} bytes. */
        COMMAND,
        /** {@link #used()} bytes hold nothing to run: an empty line or an empty array. */
        NOTHING,
        /** More bytes are needed; none are used yet. */
        MORE
    }

    private final Args shared;
    private Args own;
    private Args args;

    private boolean inArray;
    private int wordsLeft;
    private long bodyLength = -1;
    private int at;
    private int searched;
    private boolean canonical;
    private int used;

    /** @param shared where the words of commands that arrive whole are put */
    public RespDecoder(Args shared) {
        this.shared = shared;
        this.args = shared;
    }

    public Args args() {
        return args;
    }

    /** Of the command that is half there, how many bytes have been understood. */
    public int understood() {
        return inArray ? at : 0;
    }

    /** Of the command that is half there, how many bytes its complete words have. */
    public long wordBytes() {
        return inArray ? args.totalLength() : 0;
    }

    /** How many bytes the last COMMAND or NOTHING took. */
    public int used() {
        return used;
    }

    /**
     * How many bytes the command that is half there will take at the least, from its first byte, or 0 if unknown. What
     * is announced is only a wish: reserve memory as bytes arrive.
     */
    public long wanted() {
        return bodyLength < 0 ? 0 : at + bodyLength + 2;
    }

    /**
     * Looks for the next command.
     *
     * @param address the first byte not yet used
     * @param available how many bytes there are from it
     * @param limits what this connection may send now
     * @throws ProtocolException if the bytes are no command; the connection cannot go on
     */
    public Outcome next(long address, int available, Limits limits) throws ProtocolException {
        return next(address, available, limits, shared);
    }

    /**
     * Looks for the next command, putting its words elsewhere than the one before it, which is then still good.
     *
     * @param into where the words go, unless the command comes in pieces
     */
    public Outcome next(long address, int available, Limits limits, Args into) throws ProtocolException {
        if (available == 0) {
            return Outcome.MORE;
        }
        if (inArray) {
            args.rebase(address);
        } else {
            if (RawMemory.getByte(address) != '*') {
                return inline(address, available);
            }
            if (!beginArray(address, available, limits, into)) {
                return Outcome.MORE;
            }
            if (wordsLeft <= 0) {
                return finish(Outcome.NOTHING);
            }
        }
        while (wordsLeft > 0) {
            if (bodyLength < 0 && !beginWord(address, available, limits)) {
                return keepForLater();
            }
            if (available - at < bodyLength + 2) {
                return keepForLater();
            }
            int length = (int) bodyLength;
            args.add(at, length);
            at += length;
            canonical &= RawMemory.getShort(address + at) == LINE_END;
            at += 2;
            searched = at;
            bodyLength = -1;
            wordsLeft--;
        }
        args.finish(at, canonical);
        return finish(Outcome.COMMAND);
    }

    private static final short LINE_END = '\n' << 8 | '\r';

    private boolean beginArray(long address, int available, Limits limits, Args into) throws ProtocolException {
        int end = lineEnd(address, available, "too big mbulk count string");
        if (end < 0) {
            return false;
        }
        long words = number(address + 1, end - 1, "invalid multibulk length");
        if (words > MAX_WORDS) {
            throw new ProtocolException("invalid multibulk length");
        }
        if (words > MAX_WORDS_BEFORE_LOGIN && !limits.isLoggedIn()) {
            throw new ProtocolException("unauthenticated multibulk length");
        }
        args = into;
        args.begin(address);
        inArray = true;
        canonical = RawMemory.getByte(address + end + 1) == '\n';
        wordsLeft = (int) Math.max(0, words);
        at = end + 2;
        searched = at;
        return true;
    }

    private boolean beginWord(long address, int available, Limits limits) throws ProtocolException {
        int end = lineEnd(address, available, "too big bulk count string");
        if (end < 0) {
            return false;
        }
        byte type = RawMemory.getByte(address + at);
        if (type != '$') {
            throw new ProtocolException("expected '$', got '" + (char) (type & 0xff) + "'");
        }
        long length = number(address + at + 1, end - at - 1, "invalid bulk length");
        if (length < 0 || length > limits.maxBulkLength()) {
            throw new ProtocolException("invalid bulk length");
        }
        if (length > MAX_BULK_BEFORE_LOGIN && !limits.isLoggedIn()) {
            throw new ProtocolException("unauthenticated bulk length");
        }
        canonical &= RawMemory.getByte(address + end + 1) == '\n';
        at = end + 2;
        searched = at;
        bodyLength = length;
        return true;
    }

    /** The index of the carriage return that ends the line at {@link #at}, with a byte behind it; or -1 so far. */
    private int lineEnd(long address, int available, String tooLong) throws ProtocolException {
        int i = Math.max(searched, at);
        for (; i < available; i++) {
            if (RawMemory.getByte(address + i) == '\r') {
                break;
            }
        }
        searched = i;
        if (i < available - 1) {
            return i;
        }
        if (available - at > MAX_LINE) {
            throw new ProtocolException(tooLong);
        }
        return -1;
    }

    private static long number(long address, int length, String problem) throws ProtocolException {
        if (!Decimal.isLong(address, length)) {
            throw new ProtocolException(problem);
        }
        return Decimal.toLong(address, length);
    }

    private Outcome keepForLater() {
        if (args != own) {
            if (own == null) {
                own = new Args();
            }
            own.takeFrom(args);
            args = own;
        }
        return Outcome.MORE;
    }

    private Outcome inline(long address, int available) throws ProtocolException {
        int end = searched;
        while (end < available && RawMemory.getByte(address + end) != '\n') {
            end++;
        }
        if (end == available) {
            searched = end;
            if (available > MAX_LINE) {
                throw new ProtocolException("too big inline request");
            }
            return Outcome.MORE;
        }
        int length = end > 0 && RawMemory.getByte(address + end - 1) == '\r' ? end - 1 : end;
        byte[] line = new byte[length];
        RawMemory.copyOut(address, line, 0, length);
        byte[][] words = InlineWords.split(line);
        if (words == null) {
            throw new ProtocolException("unbalanced quotes in request");
        }
        at = end + 1;
        if (words.length == 0) {
            return finish(Outcome.NOTHING);
        }
        args = Args.of(words);
        return finish(Outcome.COMMAND);
    }

    /** Forgets the command that is half there: its bytes, and others before them, will be given again. */
    public void restart() {
        finish(Outcome.NOTHING);
    }

    private Outcome finish(Outcome outcome) {
        used = at;
        at = 0;
        searched = 0;
        inArray = false;
        bodyLength = -1;
        return outcome;
    }

    /** What a connection may send. */
    public interface Limits {
        /** Of what was stored before, in a stream or a file: any command is read. */
        Limits NONE = new Limits() {
            @Override
            public boolean isLoggedIn() {
                return true;
            }

            @Override
            public long maxBulkLength() {
                return Integer.MAX_VALUE;
            }
        };

        /** Whether it has logged in, or need not: before that only small commands are read. */
        boolean isLoggedIn();

        /** The option {@code proto-max-bulk-len}. */
        long maxBulkLength();
    }
}
