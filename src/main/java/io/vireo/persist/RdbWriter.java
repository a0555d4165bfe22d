package io.vireo.persist;

import static io.vireo.persist.RdbFormat.*;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes an RDB of version 10.
 *
 * <p>Calls follow the file: {@link #begin}, then for each database {@link #selectDb}, perhaps {@link #resizeDb}, and
 * its keys, then {@link #end}. What belongs to a key (expiry, idle time or frequency) is told before it. One writer
 * writes one RDB; its buffer goes to the sink whenever it is full, and allocates nothing per key.
 */
@RunsOn(Loop.WORKER)
public final class RdbWriter {
    private static final int BUFFER_SIZE = 128 << 10;

    /** Room that one small item (opcode, length, number) surely fits. */
    private static final int SMALL = 32;

    /** Strings up to here are compressed straight into the buffer. */
    private static final int LONGEST_IN_BUFFER = 32 << 10;

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final RdbSink sink;
    private final boolean checksum;
    private final Lzf lzf;
    private final boolean bare;
    private final byte[] buffer;
    private final byte[] digits = new byte[20];
    private byte[] compressed = new byte[0];
    private int at;
    private long flushed;
    private long crc;
    private long pieceBytesLeft;

    /**
     * @param compression whether strings over 20 bytes are compressed where that makes them smaller
     * @param checksum whether the end carries a checksum; without it the field is zero, which readers accept
     */
    public RdbWriter(RdbSink sink, boolean compression, boolean checksum) {
        this(sink, compression, checksum, false, BUFFER_SIZE);
    }

    private RdbWriter(RdbSink sink, boolean compression, boolean checksum, boolean bare, int bufferSize) {
        this.sink = sink;
        this.checksum = checksum;
        this.bare = bare;
        this.lzf = compression ? new Lzf() : null;
        this.buffer = new byte[bufferSize];
    }

    /**
     * A writer of types and values alone: what is said of databases, and of a key besides its type and value, is left
     * out. It is ended by {@link #flush}.
     */
    static RdbWriter ofValues(RdbSink sink, boolean compression) {
        return new RdbWriter(sink, compression, false, true, 2 * LONGEST_IN_BUFFER);
    }

    /** Writes the header and the fields that {@code facts} gives. */
    public void begin(RdbFacts facts) throws IOException {
        putBytes(MAGIC, 0, MAGIC.length);
        byte[] version = String.format(Locale.ROOT, "%04d", WRITTEN_VERSION).getBytes(StandardCharsets.US_ASCII);
        putBytes(version, 0, version.length);
        aux("redis-ver", facts.version());
        aux("redis-bits", "64");
        aux("ctime", Long.toString(facts.createdSeconds()));
        aux("used-mem", Long.toString(facts.usedMemory()));
        if (facts.history() != null) {
            aux("repl-stream-db", Integer.toString(facts.history().database()));
            aux("repl-id", facts.history().id());
            aux("repl-offset", Long.toString(facts.history().offset()));
        }
        aux("aof-base", facts.aofBase() ? "1" : "0");
    }

    /** Writes a named field, which readers that do not know it pass over. */
    public void aux(String name, String value) throws IOException {
        putByte(OP_AUX);
        text(name);
        text(value);
    }

    /** Writes the source of a function library; libraries come before the databases. */
    public void function(byte[] source) throws IOException {
        putByte(OP_FUNCTION);
        putString(source, 0, source.length);
    }

    private void text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        putString(bytes, 0, bytes.length);
    }

    public void selectDb(int database) throws IOException {
        if (bare) {
            return;
        }
        putByte(OP_SELECT_DB);
        putLength(database);
    }

    /** Tells how many keys the selected database has, and how many of them expire, so that readers can make room. */
    public void resizeDb(long keys, long expiring) throws IOException {
        if (bare) {
            return;
        }
        putByte(OP_RESIZE_DB);
        putLength(keys);
        putLength(expiring);
    }

    /** Says when the next key expires, in Unix time. */
    public void expiresAt(long unixMs) throws IOException {
        if (bare) {
            return;
        }
        room(SMALL);
        buffer[at] = (byte) OP_EXPIRE_MS;
        LONG_LE.set(buffer, at + 1, unixMs);
        at += 1 + Long.BYTES;
    }

    /** Says for how long the next key was not used. */
    public void idle(long seconds) throws IOException {
        putByte(OP_IDLE);
        putLength(seconds);
    }

    /** Gives the logarithmic counter of uses of the next key, 0 to 255. */
    public void frequency(int counter) throws IOException {
        putByte(OP_FREQUENCY);
        putByte(counter);
    }

    /** Writes a key with a string; key and value are ranges of one array. */
    public void string(byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength)
            throws IOException {
        key(RdbType.STRING, bytes, keyOffset, keyLength);
        putString(bytes, valueOffset, valueLength);
    }

    /** Writes a key with a string that is the decimal text of a number. */
    public void number(byte[] bytes, int keyOffset, int keyLength, long value) throws IOException {
        key(RdbType.STRING, bytes, keyOffset, keyLength);
        word(value);
    }

    /**
     * Writes a key and the length of its string, which {@link #piece} then brings. Such a string is not compressed,
     * because its compressed length would have to come first.
     */
    public void longString(byte[] bytes, int keyOffset, int keyLength, long valueLength) throws IOException {
        key(RdbType.STRING, bytes, keyOffset, keyLength);
        longWord(valueLength);
    }

    /** Writes the type and the key of a collection, whose value the next calls bring. */
    void key(RdbType type, byte[] bytes, int offset, int length) throws IOException {
        Invariant.check(pieceBytesLeft == 0, "a string's pieces are complete before the next key");
        putByte(type.code());
        if (!bare) {
            putString(bytes, offset, length);
        }
    }

    /** Writes a count or another whole number that is part of a value. */
    void count(long number) throws IOException {
        putLength(number);
    }

    /** Writes a string that is part of a value. */
    void word(byte[] bytes, int offset, int length) throws IOException {
        putString(bytes, offset, length);
    }

    /** Writes the length of a string that is part of a value, and that {@link #piece} then brings. */
    void longWord(long length) throws IOException {
        putLength(length);
        pieceBytesLeft = length;
    }

    /** Writes a string that is the decimal text of a number, as part of a value. */
    void word(long number) throws IOException {
        room(SMALL);
        if (number == (int) number) {
            putNumber((int) number);
        } else {
            int first = digitsOf(number);
            putLength(digits.length - first);
            putBytes(digits, first, digits.length - first);
        }
    }

    /** Writes eight bytes as they are, little-endian. */
    void fixed(long bits) throws IOException {
        room(SMALL);
        LONG_LE.set(buffer, at, bits);
        at += Long.BYTES;
    }

    public void piece(byte[] bytes, int offset, int length) throws IOException {
        Invariant.check(length <= pieceBytesLeft, "the pieces of a string are as long as was said");
        pieceBytesLeft -= length;
        putBytes(bytes, offset, length);
    }

    /** Writes the end and the checksum, and hands everything to the sink. */
    public void end() throws IOException {
        Invariant.check(pieceBytesLeft == 0, "the pieces of a string are as long as was said");
        putByte(OP_EOF);
        flush();
        LONG_LE.set(buffer, 0, checksum ? crc : 0L);
        at = Long.BYTES;
        flush();
    }

    /** Bytes written so far, whether or not the sink has them yet. */
    public long position() {
        return flushed + at;
    }

    private void putString(byte[] bytes, int offset, int length) throws IOException {
        if (length <= LONGEST_NUMBER && putAsNumber(bytes, offset, length)) {
            return;
        }
        if (lzf != null && length > LONGEST_UNCOMPRESSED && putCompressed(bytes, offset, length)) {
            return;
        }
        putLength(length);
        putBytes(bytes, offset, length);
    }

    /** Writes the text as a number of at most four bytes if it is the one way to write that number in decimal. */
    private boolean putAsNumber(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return false;
        }
        boolean negative = bytes[offset] == '-';
        int i = negative ? 1 : 0;
        if (i == length || bytes[offset + i] == '0' && length > 1) {
            return false;
        }
        long value = 0;
        for (; i < length; i++) {
            int digit = bytes[offset + i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = value * 10 + digit;
        }
        value = negative ? -value : value;
        if (value != (int) value) {
            return false;
        }
        room(SMALL);
        putNumber((int) value);
        return true;
    }

    /** Writes a number in as few bytes as hold it. There is room for it already. */
    private void putNumber(int value) {
        if (value == (byte) value) {
            buffer[at] = (byte) STRING_INT8;
            buffer[at + 1] = (byte) value;
            at += 2;
        } else if (value == (short) value) {
            buffer[at] = (byte) STRING_INT16;
            buffer[at + 1] = (byte) value;
            buffer[at + 2] = (byte) (value >> 8);
            at += 3;
        } else {
            buffer[at] = (byte) STRING_INT32;
            INT_LE.set(buffer, at + 1, value);
            at += 1 + Integer.BYTES;
        }
    }

    /** Writes the decimal digits to the end of {@link #digits}; returns where they start. */
    private int digitsOf(long value) {
        int first = digits.length;
        long rest = value;
        do {
            digits[--first] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            digits[--first] = '-';
        }
        return first;
    }

    /**
     * Writes the string compressed, if that is worth it: at least four bytes shorter, as Redis asks.
     *
     * <p>A string that fits the buffer is compressed into it, behind room for the longest header, and then moved up to
     * the real header, which is cheaper than a pass through another array.
     */
    private boolean putCompressed(byte[] bytes, int offset, int length) throws IOException {
        int most = length - 4;
        if (length <= LONGEST_IN_BUFFER) {
            room(SMALL + length);
            int body = at + SMALL;
            int size = lzf.compress(bytes, offset, length, buffer, body, most);
            if (size == 0) {
                return false;
            }
            putCompressedHead(size, length);
            System.arraycopy(buffer, body, buffer, at, size);
            at += size;
            return true;
        }
        if (compressed.length < most) {
            compressed = new byte[most];
        }
        int size = lzf.compress(bytes, offset, length, compressed, 0, most);
        if (size == 0) {
            return false;
        }
        room(SMALL);
        putCompressedHead(size, length);
        putBytes(compressed, 0, size);
        return true;
    }

    private void putCompressedHead(int size, int length) throws IOException {
        putByte(STRING_LZF);
        putLength(size);
        putLength(length);
    }

    private void putLength(long length) throws IOException {
        room(SMALL);
        if (length < 0 || length > 0xffffffffL) {
            buffer[at] = (byte) LENGTH_64_BITS;
            LONG_BE.set(buffer, at + 1, length);
            at += 1 + Long.BYTES;
        } else if (length < 1 << 6) {
            buffer[at++] = (byte) length;
        } else if (length < 1 << 14) {
            buffer[at] = (byte) (LENGTH_14_BITS | length >> 8);
            buffer[at + 1] = (byte) length;
            at += 2;
        } else {
            buffer[at] = (byte) LENGTH_32_BITS;
            INT_BE.set(buffer, at + 1, (int) length);
            at += 1 + Integer.BYTES;
        }
    }

    private void putByte(int value) throws IOException {
        room(SMALL);
        buffer[at++] = (byte) value;
    }

    private void putBytes(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > buffer.length - at) {
            int part = buffer.length - at;
            System.arraycopy(bytes, from, buffer, at, part);
            at = buffer.length;
            from += part;
            left -= part;
            flush();
        }
        System.arraycopy(bytes, from, buffer, at, left);
        at += left;
    }

    private void room(int size) throws IOException {
        if (buffer.length - at < size) {
            flush();
        }
    }

    /** Hands what is written to the sink. */
    void flush() throws IOException {
        if (checksum) {
            crc = Crc64.update(crc, buffer, 0, at);
        }
        sink.write(buffer, 0, at);
        flushed += at;
        at = 0;
    }
}
