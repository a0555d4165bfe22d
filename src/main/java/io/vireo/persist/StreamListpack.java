package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * Looks through the packed list of a node of a stream, of foreign bytes too: whether it is laid out as {@link
 * io.vireo.value.StreamNode} needs it, and which entries it has.
 */
@RunsOn(Loop.WORKER)
final class StreamListpack {
    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;

    private final EncodedWords words = new EncodedWords.Listpack();
    private long live;
    private long firstMs;
    private long firstSeq;
    private long lastMs;
    private long lastSeq;

    /** Entries that are not deleted. */
    long live() {
        return live;
    }

    /** The id of the first entry that is not deleted, if there is one. */
    long firstMs() {
        return firstMs;
    }

    long firstSeq() {
        return firstSeq;
    }

    /** The id of the last entry, deleted or not. */
    long lastMs() {
        return lastMs;
    }

    long lastSeq() {
        return lastSeq;
    }

    private boolean number() {
        return words.next() && words.isNumber();
    }

    /**
     * Whether a node is sound: its ids ascend from that of the node on, its counts are right.
     *
     * @param ms the id of the node
     */
    boolean check(byte[] bytes, int offset, int length, long ms, long seq) {
        words.open(bytes, offset, length);
        if (!number()) {
            return false;
        }
        long entries = words.number();
        long deleted = number() ? words.number() : -1;
        long masterFields = number() ? words.number() : -1;
        if (entries < 0 || deleted < 0 || masterFields < 0) {
            return false;
        }
        for (long i = 0; i < masterFields; i++) {
            if (!words.next()) {
                return false;
            }
        }
        if (!number() || words.number() != 0) {
            return false;
        }
        live = 0;
        lastMs = ms;
        lastSeq = seq;
        long all = 0;
        while (words.next()) {
            if (!words.isNumber() || !entry(words.number(), masterFields, ms, seq, all == 0)) {
                return false;
            }
            all++;
        }
        return !words.isBroken() && live == entries && all - live == deleted && all > 0;
    }

    private boolean entry(long flags, long masterFields, long ms, long seq, boolean first) {
        if ((flags & ~(DELETED | SAME_FIELDS)) != 0 || !number()) {
            return false;
        }
        long entryMs = ms + words.number();
        if (!number()) {
            return false;
        }
        long entrySeq = seq + words.number();
        int order = compare(entryMs, entrySeq, lastMs, lastSeq);
        if (first ? order < 0 : order <= 0) {
            return false;
        }
        boolean same = (flags & SAME_FIELDS) != 0;
        long fields = masterFields;
        if (!same) {
            fields = number() ? words.number() : -1;
        }
        long count = same ? fields : 2 * fields;
        if (fields < 0 || fields > Integer.MAX_VALUE) {
            return false;
        }
        for (long i = 0; i < count; i++) {
            if (!words.next()) {
                return false;
            }
        }
        if (!number() || words.number() != (same ? 3 + fields : 4 + 2 * fields)) {
            return false;
        }
        lastMs = entryMs;
        lastSeq = entrySeq;
        if ((flags & DELETED) == 0) {
            if (live == 0) {
                firstMs = entryMs;
                firstSeq = entrySeq;
            }
            live++;
        }
        return true;
    }

    static int compare(long ms, long seq, long otherMs, long otherSeq) {
        int order = Long.compareUnsigned(ms, otherMs);
        return order != 0 ? order : Long.compareUnsigned(seq, otherSeq);
    }
}
