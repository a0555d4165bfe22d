package io.vireo.tracking;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.ArenaFullException;
import io.vireo.memory.KeyLayout;
import io.vireo.memory.Table;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;

/**
 * Which clients keep copies of which keys, outside the heap and outside the data's arena. Keys of all databases share
 * their names, as they do in the messages.
 *
 * <p>A blob for each key:
 *
 * <pre>
 *   +0  int    length of the key
 *   +4  int    how many clients
 *   +8  bytes  the key, up to the next multiple of 8
 *       longs  ids of the clients, rising
 * </pre>
 *
 * <p>Without keys there is no arena either.
 */
@RunsOn(Loop.KEYSPACE)
final class TrackedKeys implements AutoCloseable {
    /** Address space; memory is taken as it is used. */
    private static final long ARENA_BYTES = 8L << 30;

    private static final int COUNT_AT = 4;
    private static final int KEY_AT = 8;

    private static final KeyLayout LAYOUT = new KeyLayout() {
        @Override
        public long hash(long blob) {
            return Bytes.hash(blob + KEY_AT, RawMemory.getInt(blob));
        }

        @Override
        public boolean matches(long blob, long key, int length) {
            return RawMemory.getInt(blob) == length && RawMemory.equal(blob + KEY_AT, key, length);
        }
    };

    private final long arenaBytes;
    private Arena arena;
    private Table table;
    private long items;
    private final Bytes shown = new Bytes();
    private int[] refs = new int[64];
    private int refCount;

    TrackedKeys() {
        this(ARENA_BYTES);
    }

    TrackedKeys(long arenaBytes) {
        this.arenaBytes = arenaBytes;
    }

    /** How many keys are remembered. */
    long size() {
        return table == null ? 0 : table.size();
    }

    /** How many pairs of a key and a client. */
    long items() {
        return items;
    }

    /** Memory of all of it, in bytes. */
    long memoryBytes() {
        return arena == null ? 0 : arena.usedBytes();
    }

    /**
     * Remembers that a client has read a key.
     *
     * @return false if there is no room for that; all is as before then
     */
    boolean add(Bytes key, long client) {
        try {
            if (arena == null) {
                arena = Arena.reserve(arenaBytes);
                table = new Table(arena, LAYOUT);
            }
            long hash = key.hash();
            long slot = table.find(hash, key.address(), key.length());
            if (slot == Table.ABSENT) {
                insert(hash, key, client);
            } else {
                addTo(slot, client);
            }
            return true;
        } catch (ArenaFullException e) {
            return false;
        }
    }

    private void insert(long hash, Bytes key, long client) {
        int idsAt = idsAt(key.length());
        int ref = arena.allocate(idsAt + Long.BYTES);
        long blob = arena.address(ref);
        RawMemory.putInt(blob, key.length());
        RawMemory.putInt(blob + COUNT_AT, 1);
        RawMemory.copy(key.address(), blob + KEY_AT, key.length());
        RawMemory.putLong(blob + idsAt, client);
        try {
            table.insert(hash, ref);
        } catch (ArenaFullException e) {
            arena.free(ref);
            throw e;
        }
        items++;
    }

    private void addTo(long slot, long client) {
        int ref = table.refAt(slot);
        long blob = arena.address(ref);
        int count = RawMemory.getInt(blob + COUNT_AT);
        int idsAt = idsAt(RawMemory.getInt(blob));
        int at = place(blob + idsAt, count, client);
        if (at < count && RawMemory.getLong(blob + idsAt + (long) at * Long.BYTES) == client) {
            return;
        }
        int used = Math.addExact(idsAt, Math.multiplyExact(count, Long.BYTES));
        if (used + Long.BYTES > arena.capacity(ref)) {
            ref = arena.resize(ref, used, used + Math.multiplyExact(1 + (count >>> 2), Long.BYTES));
            table.setRef(slot, ref);
            blob = arena.address(ref);
        }
        long to = blob + idsAt + (long) at * Long.BYTES;
        RawMemory.copy(to, to + Long.BYTES, (long) (count - at) * Long.BYTES);
        RawMemory.putLong(to, client);
        RawMemory.putInt(blob + COUNT_AT, count + 1);
        items++;
    }

    /** Where among these ids one is, or belongs: mostly at the end, since later clients have higher ids. */
    private static int place(long ids, int count, long client) {
        int low = 0;
        int high = count;
        if (count > 0 && RawMemory.getLong(ids + (long) (count - 1) * Long.BYTES) < client) {
            return count;
        }
        while (low < high) {
            int middle = low + high >>> 1;
            if (RawMemory.getLong(ids + (long) middle * Long.BYTES) < client) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Forgets a key, and shows whose copies of it were remembered. They must not change this table meanwhile. */
    void take(Bytes key, LongConsumer clients) {
        if (table == null) {
            return;
        }
        long slot = table.find(key.hash(), key.address(), key.length());
        if (slot != Table.ABSENT) {
            int ref = remove(slot);
            show(arena.address(ref), clients);
            arena.free(ref);
        }
    }

    /** What is shown a key that is forgotten, before the clients are. */
    @FunctionalInterface
    interface KeyVisitor {
        void visit(Bytes key);
    }

    /** Forgets a key chosen by chance; shows it, and whose copies of it were remembered. There must be one. */
    void takeAny(RandomGenerator random, KeyVisitor key, LongConsumer clients) {
        int ref = table.random(random);
        long blob = arena.address(ref);
        shown.set(blob + KEY_AT, RawMemory.getInt(blob));
        remove(table.find(shown.hash(), shown.address(), shown.length()));
        key.visit(shown);
        show(blob, clients);
        arena.free(ref);
    }

    private int remove(long slot) {
        int ref = table.remove(slot);
        items -= RawMemory.getInt(arena.address(ref) + COUNT_AT);
        return ref;
    }

    private static void show(long blob, LongConsumer clients) {
        long ids = blob + idsAt(RawMemory.getInt(blob));
        int count = RawMemory.getInt(blob + COUNT_AT);
        for (int i = 0; i < count; i++) {
            clients.accept(RawMemory.getLong(ids + (long) i * Long.BYTES));
        }
    }

    private static int idsAt(int keyLength) {
        return Math.addExact(KEY_AT, keyLength) + Long.BYTES - 1 & -Long.BYTES;
    }

    /**
     * Forgets clients in a part of the table, and the keys of which nobody else has a copy.
     *
     * @param from a position of the table; 0 to begin
     * @param segments how many segments of the table to look at
     * @return where to go on; {@link Table#END} at the end
     */
    long sweep(long from, int segments, LongPredicate isGone) {
        if (table == null) {
            return Table.END;
        }
        long at = from;
        for (int i = 0; i < segments && at < Table.END; i++) {
            int segment = table.segmentAt(at);
            at = table.positionAfter(segment);
            refCount = 0;
            if (refs.length < table.countOf(segment)) {
                refs = new int[table.countOf(segment)];
            }
            table.forEachInSegment(segment, ref -> refs[refCount++] = ref);
            for (int j = 0; j < refCount; j++) {
                sweep(refs[j], isGone);
            }
        }
        return at;
    }

    private void sweep(int ref, LongPredicate isGone) {
        long blob = arena.address(ref);
        long ids = blob + idsAt(RawMemory.getInt(blob));
        int count = RawMemory.getInt(blob + COUNT_AT);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            long client = RawMemory.getLong(ids + (long) i * Long.BYTES);
            if (!isGone.test(client)) {
                RawMemory.putLong(ids + (long) kept++ * Long.BYTES, client);
            }
        }
        RawMemory.putInt(blob + COUNT_AT, kept);
        items -= count - kept;
        if (kept == 0) {
            shown.set(blob + KEY_AT, RawMemory.getInt(blob));
            table.remove(table.find(shown.hash(), shown.address(), shown.length()));
            arena.free(ref);
        }
    }

    /** Forgets all keys and gives the memory back. */
    void clear() {
        if (arena != null) {
            arena.close();
        }
        arena = null;
        table = null;
        items = 0;
    }

    @Override
    public void close() {
        clear();
    }
}
