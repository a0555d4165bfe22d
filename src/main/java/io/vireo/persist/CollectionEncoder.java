package io.vireo.persist;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.SnapshotRecords;
import io.vireo.value.ValueType;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns the collections of a snapshot cut into values of an RDB of version 10: packed ones as they are, large ones as
 * their content comes, in pieces that are cut anywhere.
 *
 * <p>A word of a large collection is gathered, so that it can be compressed, up to {@value
 * SnapshotEncoder#GATHERED_AT_MOST} bytes; a longer one goes through piece by piece.
 *
 * @see io.vireo.value.HeldContent
 */
@RunsOn(Loop.WORKER)
final class CollectionEncoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** A node of a list that is a packed list. */
    private static final int PACKED_NODE = 2;

    /** What comes next in the content. */
    private enum Part {
        NODES,
        SCORE,
        LENGTH,
        WORD,
        LONG_WORD
    }

    private final RdbWriter out;
    private final EncodedWords words = new EncodedWords.Listpack();

    private ValueType type;
    private long wordsLeft;
    private Part part;

    /** Bytes that the part has, of which some may have been gathered. */
    private int wanted;

    private byte[] gathered = new byte[64];
    private int gatheredLength;
    private long score;

    CollectionEncoder(RdbWriter out) {
        this.out = out;
    }

    /** Writes a packed collection; {@code form} is that of its record. */
    void packed(int form, byte[] bytes, int keyAt, int keyLength, int from, int length) throws IOException {
        boolean marked = (form & SnapshotRecords.MARKED) != 0;
        switch (ValueType.ofCode(form & ~SnapshotRecords.MARKED)) {
            case HASH -> out.key(RdbType.HASH_LISTPACK, bytes, keyAt, keyLength);
            case ZSET -> out.key(RdbType.SORTED_SET_LISTPACK, bytes, keyAt, keyLength);
            case LIST -> {
                out.key(RdbType.LIST_QUICKLIST_2, bytes, keyAt, keyLength);
                out.count(1);
                out.count(PACKED_NODE);
            }
            case SET -> {
                if (marked) {
                    packedSet(bytes, keyAt, keyLength, from, length);
                    return;
                }
                out.key(RdbType.SET_INTSET, bytes, keyAt, keyLength);
            }
            default -> throw new IllegalStateException("invariant broken: a packed value is of a known type");
        }
        out.word(bytes, from, length);
    }

    /** Version 10 knows no packed sets of words. */
    private void packedSet(byte[] bytes, int keyAt, int keyLength, int from, int length) throws IOException {
        int members = 0;
        for (words.open(bytes, from, length); words.next(); ) {
            members++;
        }
        Invariant.check(!words.isBroken(), "a packed set is a sound list");
        out.key(RdbType.SET, bytes, keyAt, keyLength);
        out.count(members);
        for (words.open(bytes, from, length); words.next(); ) {
            if (words.isNumber()) {
                out.word(words.number());
            } else {
                out.word(bytes, words.from(), words.length());
            }
        }
    }

    /** Begins a large collection. */
    void begin(ValueType newType, byte[] bytes, int keyAt, int keyLength, long elements) throws IOException {
        type = newType;
        wordsLeft = type == ValueType.HASH ? 2 * elements : elements;
        RdbType written = switch (type) {
            case HASH -> RdbType.HASH;
            case SET -> RdbType.SET;
            case ZSET -> RdbType.SORTED_SET_2;
            case LIST -> RdbType.LIST_QUICKLIST_2;
            default -> throw new IllegalStateException("invariant broken: a large value is of a known type");
        };
        out.key(written, bytes, keyAt, keyLength);
        if (type == ValueType.LIST) {
            want(Part.NODES, Integer.BYTES);
        } else {
            out.count(elements);
            wantElement();
        }
    }

    private void wantElement() {
        if (type == ValueType.ZSET) {
            want(Part.SCORE, Long.BYTES);
        } else {
            want(Part.LENGTH, Integer.BYTES);
        }
    }

    private void want(Part newPart, int bytes) {
        part = newPart;
        wanted = bytes;
        gatheredLength = 0;
    }

    /** Writes the next piece of the content. */
    void content(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end || wanted == 0 && part == Part.WORD) {
            if (part == Part.LONG_WORD) {
                int piece = Math.min(wanted, end - at);
                out.piece(bytes, at, piece);
                at += piece;
                wanted -= piece;
                if (wanted == 0) {
                    wordEnded();
                }
            } else if (gatheredLength == 0 && end - at >= wanted) {
                int from = at;
                at += wanted;
                came(bytes, from);
            } else {
                at = gather(bytes, at, end);
            }
        }
    }

    private int gather(byte[] bytes, int at, int end) throws IOException {
        int more = Math.min(wanted - gatheredLength, end - at);
        if (gathered.length < wanted) {
            gathered = new byte[wanted];
        }
        System.arraycopy(bytes, at, gathered, gatheredLength, more);
        gatheredLength += more;
        if (gatheredLength == wanted) {
            came(gathered, 0);
        }
        return at + more;
    }

    /** The part that was wanted lies whole in an array. */
    private void came(byte[] bytes, int from) throws IOException {
        switch (part) {
            case NODES -> {
                wordsLeft = (int) INT.get(bytes, from);
                out.count(wordsLeft);
                wantElement();
            }
            case SCORE -> {
                score = (long) LONG.get(bytes, from);
                want(Part.LENGTH, Integer.BYTES);
            }
            case LENGTH -> {
                int length = (int) INT.get(bytes, from);
                if (type == ValueType.LIST) {
                    out.count(PACKED_NODE);
                }
                boolean isLong = length > SnapshotEncoder.GATHERED_AT_MOST;
                if (isLong) {
                    out.longWord(length);
                }
                want(isLong ? Part.LONG_WORD : Part.WORD, length);
            }
            case WORD -> {
                out.word(bytes, from, wanted);
                wordEnded();
            }
            case LONG_WORD -> throw new IllegalStateException("invariant broken: a long word is not gathered");
        }
    }

    private void wordEnded() throws IOException {
        wordsLeft--;
        if (type == ValueType.ZSET) {
            out.fixed(score);
        }
        wantElement();
    }

    /** The content has come to its end. */
    void end() {
        Invariant.check(wordsLeft == 0 && gatheredLength == 0, "a large collection has as many words as was said");
    }
}
