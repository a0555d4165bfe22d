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
 * @see io.vireo.value.HeldContent
 */
@RunsOn(Loop.WORKER)
final class CollectionEncoder extends ContentEncoder {
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
        want(bytes);
    }

    @Override
    void longPiece(byte[] bytes, int from, int length) throws IOException {
        out.piece(bytes, from, length);
    }

    @Override
    void came(byte[] bytes, int from, int length) throws IOException {
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
                int wordLength = (int) INT.get(bytes, from);
                if (type == ValueType.LIST) {
                    out.count(PACKED_NODE);
                }
                boolean isLong = wordLength > SnapshotEncoder.GATHERED_AT_MOST;
                if (isLong) {
                    out.longWord(wordLength);
                    part = Part.LONG_WORD;
                    wantPieces(wordLength);
                } else {
                    want(Part.WORD, wordLength);
                }
            }
            case WORD -> {
                out.word(bytes, from, length);
                wordEnded();
            }
            case LONG_WORD -> wordEnded();
        }
    }

    private void wordEnded() throws IOException {
        wordsLeft--;
        if (type == ValueType.ZSET) {
            out.fixed(score);
        }
        wantElement();
    }

    @Override
    boolean isDone() {
        return wordsLeft == 0;
    }

    @Override
    void end() {
        Invariant.check(wordsLeft == 0 && !isWithinPart(), "a large collection has as many words as was said");
    }
}
