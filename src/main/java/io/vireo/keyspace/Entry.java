package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.KeyLayout;
import io.vireo.value.StringValue;
import io.vireo.value.ValueType;

/**
 * The layout of an entry: a key, what is known about it, and its value, in one blob.
 *
 * <pre>
 *  0      type in the high four bits, encoding in the low four
 *  1      mark of the last snapshot cut that has seen the entry in the high four bits, flags in the low four
 *  2..4   access bits, 24: see {@link AccessClock}
 *  5..20  only with flag EXPIRES: i64 expireAtMs, then two references, next and previous of its expiry list
 *  then   key length: one byte, or four with flag WIDE_KEY
 *  then   value length: one byte, or four with flag WIDE_VALUE (a number has one, and it says 8)
 *  then   the key
 *  then   the payload: raw bytes (RAW), an i64 (INT), or the reference of a blob that holds the bytes (OUTLINED)
 * </pre>
 *
 * <p>Numbers are little-endian and unaligned. A key of 16 bytes with a value of 32 takes 55 bytes. The payload of a
 * collection is its packed bytes, in place (RAW) or outlined, or the number of a large value (LARGE).
 *
 * <p>A value over {@link #OUTLINE_OVER} bytes is outlined: then a new name, a new expiry or a move to another database
 * costs the same however large the value, and a snapshot can hold on to the bytes while the entry goes its way.
 * The length in the header is that of the string; the blob may have room for more.
 *
 * <p>All methods take the address of a blob, or the fields that give its shape. Nothing here knows the arena but
 * {@link #outlined}, and nothing allocates.
 */
@RunsOn(Loop.KEYSPACE)
final class Entry {
    /** Payload encodings. */
    static final int RAW = 0;

    static final int INT = 1;
    static final int OUTLINED = 2;
    /** A collection that is no longer one blob. */
    static final int LARGE = 3;

    /** Flags. */
    static final int EXPIRES = 1;

    static final int WIDE_KEY = 2;
    static final int WIDE_VALUE = 4;
    /** The string was changed in place once, which Redis tells by calling it raw however short it is. */
    static final int CHANGED = 8;
    /** Of a collection: the bit that its type may use for the form of its packed bytes. */
    static final int MARKED = CHANGED;

    /** Values longer than this have a blob of their own. */
    static final int OUTLINE_OVER = 64 * 1024;

    /** How Redis calls a raw string up to this length embstr. */
    static final int EMBEDDED_UP_TO = 44;

    static final int NARROW_MAX = 255;
    /** Cuts are numbered from 1 to below this, over and over; 0 is no cut. */
    static final int MARKS = 16;

    private static final int SHAPE = EXPIRES | WIDE_KEY | WIDE_VALUE;
    private static final int TYPE_AT = 0;
    private static final int FLAGS_AT = 1;
    private static final int ACCESS_AT = 2;
    private static final int EXPIRE_AT = 5;
    private static final int NEXT_AT = 13;
    private static final int PREVIOUS_AT = 17;
    static final int EXPIRY_SIZE = 16;

    /** How the table reads the key in a blob. */
    static final KeyLayout KEYS = new KeyLayout() {
        @Override
        public long hash(long blob) {
            return Bytes.hash(keyAddress(blob), keyLength(blob));
        }

        @Override
        public boolean matches(long blob, long key, int length) {
            return keyLength(blob) == length && RawMemory.equal(keyAddress(blob), key, length);
        }
    };

    private Entry() {}

    /** Flags of an entry with a key of this length and room for a value of this length. */
    static int shape(int keyLength, int valueRoom, boolean expires) {
        return (expires ? EXPIRES : 0)
                | (keyLength > NARROW_MAX ? WIDE_KEY : 0)
                | (valueRoom > NARROW_MAX ? WIDE_VALUE : 0);
    }

    /** Where the key begins in an entry of this shape. */
    static int keyOffset(int shape) {
        return EXPIRE_AT
                + ((shape & EXPIRES) != 0 ? EXPIRY_SIZE : 0)
                + ((shape & WIDE_KEY) != 0 ? Integer.BYTES : 1)
                + ((shape & WIDE_VALUE) != 0 ? Integer.BYTES : 1);
    }

    /** Writes header and key of a new entry; the payload is the caller's to write. */
    static void writeHead(
            long blob, int type, int encoding, int flags, int mark, int access, long key, int keyLength, int length) {
        RawMemory.putByte(blob + TYPE_AT, (byte) (type << 4 | encoding));
        RawMemory.putByte(blob + FLAGS_AT, (byte) (mark << 4 | flags));
        setAccess(blob, access);
        long at = keyLengthAddress(blob, flags);
        if ((flags & WIDE_KEY) != 0) {
            RawMemory.putInt(at, keyLength);
            at += Integer.BYTES;
        } else {
            RawMemory.putByte(at++, (byte) keyLength);
        }
        if ((flags & WIDE_VALUE) != 0) {
            RawMemory.putInt(at, length);
            at += Integer.BYTES;
        } else {
            RawMemory.putByte(at++, (byte) length);
        }
        RawMemory.copy(key, at, keyLength);
    }

    static int type(long blob) {
        return (RawMemory.getByte(blob + TYPE_AT) & 0xff) >>> 4;
    }

    static boolean isString(long blob) {
        return type(blob) == ValueType.STRING.code();
    }

    static int encoding(long blob) {
        return RawMemory.getByte(blob + TYPE_AT) & 0x0f;
    }

    static void setEncoding(long blob, int encoding) {
        RawMemory.putByte(blob + TYPE_AT, (byte) (type(blob) << 4 | encoding));
    }

    static int flags(long blob) {
        return RawMemory.getByte(blob + FLAGS_AT) & 0x0f;
    }

    static void setFlags(long blob, int flags) {
        RawMemory.putByte(blob + FLAGS_AT, (byte) (mark(blob) << 4 | flags));
    }

    static int mark(long blob) {
        return (RawMemory.getByte(blob + FLAGS_AT) & 0xff) >>> 4;
    }

    static void setMark(long blob, int mark) {
        RawMemory.putByte(blob + FLAGS_AT, (byte) (mark << 4 | flags(blob)));
    }

    static boolean expires(long blob) {
        return (RawMemory.getByte(blob + FLAGS_AT) & EXPIRES) != 0;
    }

    static int access(long blob) {
        return RawMemory.getShort(blob + ACCESS_AT) & 0xffff | (RawMemory.getByte(blob + ACCESS_AT + 2) & 0xff) << 16;
    }

    static void setAccess(long blob, int access) {
        RawMemory.putShort(blob + ACCESS_AT, (short) access);
        RawMemory.putByte(blob + ACCESS_AT + 2, (byte) (access >>> 16));
    }

    /** When the entry expires, in milliseconds since 1970, or -1. */
    static long expireAtMs(long blob) {
        return expires(blob) ? RawMemory.getLong(blob + EXPIRE_AT) : SnapshotRecords.NO_EXPIRY;
    }

    /** Sets the time of an entry that has the flag EXPIRES. */
    static void setExpireAtMs(long blob, long ms) {
        RawMemory.putLong(blob + EXPIRE_AT, ms);
    }

    static int next(long blob) {
        return RawMemory.getInt(blob + NEXT_AT);
    }

    static void setNext(long blob, int ref) {
        RawMemory.putInt(blob + NEXT_AT, ref);
    }

    static int previous(long blob) {
        return RawMemory.getInt(blob + PREVIOUS_AT);
    }

    static void setPrevious(long blob, int ref) {
        RawMemory.putInt(blob + PREVIOUS_AT, ref);
    }

    private static long keyLengthAddress(long blob, int flags) {
        return blob + EXPIRE_AT + ((flags & EXPIRES) != 0 ? EXPIRY_SIZE : 0);
    }

    static int keyLength(long blob) {
        int flags = flags(blob);
        long at = keyLengthAddress(blob, flags);
        return (flags & WIDE_KEY) != 0 ? RawMemory.getInt(at) : RawMemory.getByte(at) & 0xff;
    }

    static long keyAddress(long blob) {
        return blob + keyOffset(flags(blob) & SHAPE);
    }

    /** Length of the string in bytes; 8 for a number. */
    static int valueLength(long blob) {
        int flags = flags(blob);
        long at = keyOffset(flags & SHAPE) + blob;
        return (flags & WIDE_VALUE) != 0 ? RawMemory.getInt(at - Integer.BYTES) : RawMemory.getByte(at - 1) & 0xff;
    }

    /** Changes the length of a value whose field is wide enough for it. */
    static void setValueLength(long blob, int length) {
        int flags = flags(blob);
        long at = keyOffset(flags & SHAPE) + blob;
        if ((flags & WIDE_VALUE) != 0) {
            RawMemory.putInt(at - Integer.BYTES, length);
        } else {
            RawMemory.putByte(at - 1, (byte) length);
        }
    }

    static long payloadAddress(long blob) {
        return keyAddress(blob) + keyLength(blob);
    }

    /** Bytes of the payload itself: of an outlined value, those of its reference. */
    static int payloadLength(long blob) {
        return payloadLength(encoding(blob), valueLength(blob));
    }

    static int payloadLength(int encoding, int valueLength) {
        return switch (encoding) {
            case INT -> Long.BYTES;
            case OUTLINED, LARGE -> Integer.BYTES;
            default -> valueLength;
        };
    }

    /** Bytes in use of the whole blob. */
    static int size(long blob) {
        return keyOffset(flags(blob) & SHAPE) + keyLength(blob) + payloadLength(blob);
    }

    /** Reference of the blob that holds an outlined value. */
    static int outlined(long blob) {
        return RawMemory.getInt(payloadAddress(blob));
    }

    static void setOutlined(long blob, int ref) {
        RawMemory.putInt(payloadAddress(blob), ref);
    }

    /** The number of a large collection, see {@link io.vireo.value.ValueMemory}. */
    static int large(long blob) {
        return RawMemory.getInt(payloadAddress(blob));
    }

    /** Points a view at the key. */
    static Bytes key(long blob, Bytes into) {
        return into.set(keyAddress(blob), keyLength(blob));
    }

    /** Points a view at the string, which must be one. */
    static StringValue string(Arena arena, long blob, StringValue into) {
        return switch (encoding(blob)) {
            case INT -> into.setNumber(RawMemory.getLong(payloadAddress(blob)));
            case OUTLINED -> into.pointAt(arena.address(outlined(blob)), valueLength(blob));
            default -> into.pointAt(payloadAddress(blob), valueLength(blob));
        };
    }

    /** Length of the string's text. */
    static int textLength(long blob) {
        return encoding(blob) == INT ? Decimal.length(RawMemory.getLong(payloadAddress(blob))) : valueLength(blob);
    }

    /** What OBJECT ENCODING answers. */
    static String encodingName(long blob) {
        if (encoding(blob) == INT) {
            return "int";
        }
        return valueLength(blob) <= EMBEDDED_UP_TO && (flags(blob) & CHANGED) == 0 ? "embstr" : "raw";
    }
}
