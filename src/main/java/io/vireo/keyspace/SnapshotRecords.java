package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * The form in which a snapshot cut hands entries from the keyspace thread to a worker: neutral bytes, so that the
 * worker never sees the arena and the keyspace thread never encodes.
 *
 * <p>A cut is a sequence of <em>chunks</em>; a chunk is a range of bytes that holds whole records back to back, never
 * part of one. Numbers are little-endian and unaligned; lengths are never negative. Each record starts with one byte:
 *
 * <pre>
 * 0 END           (nothing follows; the last record of the last chunk)
 * 1 SELECT        i32 database, i64 keys in it at the cut, i64 of them with an expiry
 * 2 STRING        u8 kind, i64 expireAtMs or -1, i32 keyLength, key,
 *                     kind 0 RAW:   i32 valueLength, value
 *                     kind 1 INT64: i64 value
 * 3 LONG_STRING   u8 0 (RAW), i64 expireAtMs or -1, i32 keyLength, key, i32 valueLength
 * 4 PIECE         i32 length, bytes
 * 5 PACKED        u8 form, i64 expireAtMs or -1, i32 keyLength, key, i32 length, packed bytes
 * 6 LARGE         u8 type, i64 expireAtMs or -1, i32 keyLength, key, i64 elements
 * 7 ACCESS        u8 kind, i32 number
 *                     kind 0 IDLE:      seconds since the last use
 *                     kind 1 FREQUENCY: the counter of uses, 0 to 255
 * </pre>
 *
 * <p>A type is a {@link io.vireo.value.ValueType#code}; a form is a type, with {@link #MARKED} added where the entry is
 * marked: packed bytes are a {@link io.vireo.value.PackedList}, but those of a set that is not marked are an {@link
 * io.vireo.value.IntegerSet}.
 *
 * <ul>
 *   <li>Entries belong to the database of the last SELECT; the first record is a SELECT, unless the cut is empty. A
 *       database may be selected again (pre-images come in the order of the writes that caused them), and then tells
 *       the same two counts; the counts are hints for the sizes of tables.
 *   <li>A key comes once in a cut, with the value it had at the cut's offset, even if it has expired since.
 *   <li>A LONG_STRING is followed by nothing but PIECEs until {@code valueLength} bytes have come, in this chunk and
 *       the next ones, so that a value larger than a chunk needs no large buffer. A length of 0 has no pieces.
 *   <li>A LARGE is followed by nothing but PIECEs, the last of them empty. Together they are one sequence of bytes,
 *       cut anywhere: the type's content as its {@link io.vireo.value.HeldContent} writes it.
 *   <li>An ACCESS tells of the entry that comes next; there are none unless the policy of eviction goes by use.
 *   <li>A key is never split: a chunk with a very long key is as large as that takes.
 *   <li>A raw value may look like a number: whoever encodes it decides.
 * </ul>
 */
@RunsOn(Loop.ANY)
public final class SnapshotRecords {
    public static final byte END = 0;
    public static final byte SELECT = 1;
    public static final byte STRING = 2;
    public static final byte LONG_STRING = 3;
    public static final byte PIECE = 4;
    public static final byte PACKED = 5;
    public static final byte LARGE = 6;
    public static final byte ACCESS = 7;

    public static final byte IDLE = 0;
    public static final byte FREQUENCY = 1;

    /** Added to the type of a packed collection whose entry is marked. */
    public static final int MARKED = 0x80;

    /** A value given by its bytes. */
    public static final byte RAW = 0;
    /** A value given as a 64-bit number whose decimal text is the string. */
    public static final byte INT64 = 1;

    public static final long NO_EXPIRY = -1;

    /** Bytes of a whole SELECT record. */
    public static final int SELECT_SIZE = 1 + Integer.BYTES + Long.BYTES + Long.BYTES;
    /** Bytes of a record with a key before that key. */
    public static final int HEAD_SIZE = 1 + 1 + Long.BYTES + Integer.BYTES;
    /** Bytes of a PIECE record before its bytes. */
    public static final int PIECE_HEAD_SIZE = 1 + Integer.BYTES;

    /** Bytes of an ACCESS record. */
    public static final int ACCESS_SIZE = 1 + 1 + Integer.BYTES;

    private SnapshotRecords() {}

    /** Bytes of a STRING record with a raw value. */
    public static long rawSize(int keyLength, int valueLength) {
        return (long) HEAD_SIZE + keyLength + Integer.BYTES + valueLength;
    }

    /** Bytes of a STRING record with a number. */
    public static long int64Size(int keyLength) {
        return (long) HEAD_SIZE + keyLength + Long.BYTES;
    }

    /** Bytes of a LONG_STRING record without its pieces. */
    public static long longStringSize(int keyLength) {
        return (long) HEAD_SIZE + keyLength + Integer.BYTES;
    }
}
