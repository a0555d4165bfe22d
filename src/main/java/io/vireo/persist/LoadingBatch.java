package io.vireo.persist;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.memory.ArenaFullException;
import io.vireo.persist.RdbException.Fault;
import io.vireo.value.StreamId;
import io.vireo.value.ValueType;
import java.util.concurrent.locks.LockSupport;

/**
 * Entries on their way into a target, a few at a time: their places are touched all at once before the first is stored,
 * so that the cache misses overlap, which are most of what loading costs.
 *
 * <p>Keys and values wait in a piece of native memory, of which the target gets views. One thread at a time.
 */
final class LoadingBatch {
    private static final int ENTRIES = 32;

    /** Two of the largest values that come whole, and keys of usual size. */
    private static final int SCRATCH_SIZE = 2 * RdbStrings.LONGEST_WHOLE + 64 * 1024;

    private static final int NUMBER = -1;

    private final RdbTarget target;
    private final int keyDelayMicros;
    private final Bytes key = new Bytes();
    private final Bytes value = new Bytes();
    private Bytes scratch = Bytes.copyOf(new byte[SCRATCH_SIZE]);
    private int used;
    private int count;
    private long stored;

    private final int[] databases = new int[ENTRIES];
    private final int[] keyOffsets = new int[ENTRIES];
    private final int[] keyLengths = new int[ENTRIES];
    private final int[] valueLengths = new int[ENTRIES];
    private final PackedForm[] forms = new PackedForm[ENTRIES];
    private final long[] numbers = new long[ENTRIES];
    private final long[] expiries = new long[ENTRIES];
    private final long[] idleSeconds = new long[ENTRIES];
    private final int[] frequencies = new int[ENTRIES];

    /** The long value that is on its way, whose use is told when it is whole; null where nothing was told of it. */
    private Bytes usedKey;

    private int usedAt;

    LoadingBatch(RdbTarget target, int keyDelayMicros) {
        this.target = target;
        this.keyDelayMicros = keyDelayMicros;
    }

    /** Entries that are in the target by now. */
    long stored() {
        return stored;
    }

    void string(RdbEntry entry, RdbString text) throws RdbException {
        int at = add(entry, text.length());
        RawMemory.copyIn(text.array(), text.offset(), scratch.address() + used, text.length());
        used += text.length();
        valueLengths[at] = text.length();
    }

    void number(RdbEntry entry, long number) throws RdbException {
        int at = add(entry, 0);
        numbers[at] = number;
        valueLengths[at] = NUMBER;
    }

    void packed(RdbEntry entry, PackedForm form, RdbString bytes) throws RdbException {
        string(entry, bytes);
        forms[count - 1] = form;
    }

    /** Begins a collection, when all that came before is stored. */
    void beginCollection(RdbEntry entry, ValueType type) throws RdbException {
        drain();
        int at = add(entry, 0);
        count = 0;
        used = 0;
        key.set(scratch.address() + keyOffsets[at], keyLengths[at]);
        try {
            check(target.beginCollection(databases[at], key, type, expiries[at]), at);
            tellLater(at);
        } catch (ArenaFullException e) {
            throw full(e, at);
        }
    }

    void element(RdbString word) throws RdbException {
        room(word.length());
        try {
            checkNew(target.add(copied(word, value, 0)), "set members");
        } catch (ArenaFullException e) {
            throw full(e);
        }
    }

    void element(RdbString field, RdbString content) throws RdbException {
        room(field.length() + content.length());
        try {
            checkNew(target.add(copied(field, key, 0), copied(content, value, field.length())), "hash fields");
        } catch (ArenaFullException e) {
            throw full(e);
        }
    }

    void element(RdbString member, double score) throws RdbException {
        room(member.length());
        try {
            checkNew(target.add(copied(member, value, 0), score), "sorted set members");
        } catch (ArenaFullException e) {
            throw full(e);
        }
    }

    void node(RdbString packedList, int elements) throws RdbException {
        room(packedList.length());
        try {
            target.addNode(copied(packedList, value, 0), elements);
        } catch (ArenaFullException e) {
            throw full(e);
        }
    }

    /** The stream that has begun. */
    RdbTarget.Stream stream() {
        return target.stream();
    }

    void streamNode(StreamId firstId, RdbString packedList, long entries) throws RdbException {
        room(packedList.length());
        try {
            target.stream().node(firstId, copied(packedList, value, 0), entries);
        } catch (ArenaFullException e) {
            throw full(e);
        }
    }

    void streamPending(StreamId id, long deliveredMs, long deliveries) throws RdbException {
        try {
            target.stream().pending(id, deliveredMs, deliveries);
        } catch (ArenaFullException e) {
            throw full(e);
        }
    }

    /** Returns whether the collection had any element. */
    boolean endCollection() {
        boolean isThere = target.endCollection();
        stored -= isThere ? 0 : 1;
        return isThere;
    }

    private void room(int bytes) {
        if (scratch.length() < bytes) {
            scratch = Bytes.copyOf(new byte[bytes]);
        }
    }

    private Bytes copied(RdbString from, Bytes view, int at) {
        RawMemory.copyIn(from.array(), from.offset(), scratch.address() + at, from.length());
        return view.set(scratch.address() + at, from.length());
    }

    private static void checkNew(boolean isNew, String what) throws RdbException {
        if (!isNew) {
            throw new RdbException(Fault.CORRUPT, "Duplicate " + what + " detected: integrity check failed");
        }
    }

    private static RdbException full(ArenaFullException e) {
        return new RdbException(Fault.MEMORY, "Out of memory loading DB: " + e.getMessage());
    }

    /** Begins a long string, when all that came before is stored. */
    void beginLong(RdbEntry entry, long length) throws RdbException {
        drain();
        int at = add(entry, 0);
        count = 0;
        used = 0;
        key.set(scratch.address() + keyOffsets[at], keyLengths[at]);
        try {
            check(target.beginLong(databases[at], key, length, expiries[at]), at);
            tellLater(at);
        } catch (ArenaFullException e) {
            throw full(e, at);
        }
    }

    void append(byte[] bytes, int offset, int length) throws RdbException {
        for (int at = 0; at < length; ) {
            int part = Math.min(length - at, scratch.length());
            RawMemory.copyIn(bytes, offset + at, scratch.address(), part);
            try {
                target.append(value.set(scratch.address(), part));
            } catch (ArenaFullException e) {
                throw full(e);
            }
            at += part;
        }
    }

    /** Stores what waits. */
    void drain() throws RdbException {
        if (usedKey != null) {
            target.used(databases[usedAt], usedKey, idleSeconds[usedAt], frequencies[usedAt]);
            usedKey = null;
        }
        for (int i = 0; i < count; i++) {
            target.touch(databases[i], key.set(scratch.address() + keyOffsets[i], keyLengths[i]));
        }
        for (int i = 0; i < count; i++) {
            try {
                check(store(i), i);
                if (isUseTold(i)) {
                    target.used(databases[i], key, idleSeconds[i], frequencies[i]);
                }
            } catch (ArenaFullException e) {
                throw full(e, i);
            }
        }
        count = 0;
        used = 0;
    }

    private boolean isUseTold(int i) {
        return idleSeconds[i] != RdbEntry.NONE || frequencies[i] != RdbEntry.NONE;
    }

    private void tellLater(int at) {
        if (isUseTold(at)) {
            usedKey = key.copy();
            usedAt = at;
        }
    }

    private boolean store(int i) {
        key.set(scratch.address() + keyOffsets[i], keyLengths[i]);
        if (valueLengths[i] == NUMBER) {
            return target.putNumber(databases[i], key, numbers[i], expiries[i]);
        }
        value.set(key.address() + keyLengths[i], valueLengths[i]);
        if (forms[i] != null) {
            return target.putPacked(databases[i], key, forms[i], value, expiries[i]);
        }
        return target.put(databases[i], key, value, expiries[i]);
    }

    /** Makes room, copies the key in and notes all but the value. */
    private int add(RdbEntry entry, int valueLength) throws RdbException {
        RdbString name = entry.key();
        if (count == ENTRIES || scratch.length() - used < name.length() + valueLength) {
            drain();
            if (scratch.length() < name.length() + valueLength) {
                scratch = Bytes.copyOf(new byte[name.length() + valueLength]);
            }
        }
        if (usedKey != null && count == 0) {
            drain();
        }
        int at = count++;
        forms[at] = null;
        databases[at] = entry.database();
        keyOffsets[at] = used;
        keyLengths[at] = name.length();
        idleSeconds[at] = entry.idleSeconds();
        frequencies[at] = entry.frequency();
        // A time before 1970 has expired no more than 1970 itself, and must not mean "never".
        expiries[at] = entry.expireAtMs() == RdbEntry.NONE ? RdbEntry.NONE : Math.max(0, entry.expireAtMs());
        RawMemory.copyIn(name.array(), name.offset(), scratch.address() + used, name.length());
        used += name.length();
        return at;
    }

    private void check(boolean isNew, int at) throws RdbException {
        if (!isNew) {
            throw new RdbException(Fault.CORRUPT, "RDB has duplicated key " + shownKey() + " in DB " + databases[at]);
        }
        stored++;
        if (keyDelayMicros > 0) {
            LockSupport.parkNanos(keyDelayMicros * 1000L);
        }
    }

    private RdbException full(ArenaFullException e, int at) {
        return new RdbException(
                Fault.MEMORY,
                "Out of memory loading DB, at key " + shownKey() + " in DB " + databases[at] + ": " + e.getMessage());
    }

    private String shownKey() {
        return RdbString.shown(key.toArray(), 0, key.length());
    }
}
