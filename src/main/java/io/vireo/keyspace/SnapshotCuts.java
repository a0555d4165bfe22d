package io.vireo.keyspace;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.RefVisitor;
import io.vireo.memory.Table;
import io.vireo.value.LargeValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The snapshot cut: all databases as they are at one moment, copied out while they go on changing. One at a time.
 *
 * <p>A cut has a number, and every entry carries the number of the last cut that has seen it. The walk goes through all
 * tables in slices, copies each entry it has not seen and marks it; a write first does the same for the one entry it is
 * about to change ({@link #beforeChange}, passed by every mutation); what is made after the cut began is born with the
 * mark. So each entry comes once, as it was. A table never changes the order of its keys, so the walk meets them all
 * whatever splits under it; databases that are swapped or flushed meanwhile are walked by the {@link Entries} they had.
 *
 * <pre>
 *   walk:     [ seen | seen | seen | ............ not yet ............ ]
 *                                  ^ next segment        ^ about to change: copied out first, then marked
 * </pre>
 *
 * <p>Marks are numbers from 1 to 15, used over and over. An entry that no cut reaches for 15 cuts in a row, because all
 * were broken off, would look seen: so after some such cuts the marks are taken away in slices, and at the latest the
 * fifteenth finishes that before it begins.
 *
 * <p>A large value is not copied at once, see {@link HeldValue}. While its pieces go out, the entries that writes take
 * out wait in chunks of their own, since pieces stand together.
 */
@RunsOn(Loop.KEYSPACE)
public final class SnapshotCuts {
    private static final int MOST_ABORTED = Entry.MARKS - 2;
    private static final int FORGET_AFTER = MOST_ABORTED / 2;
    /** About how many bytes are copied before the clock is looked at, however large the entries of a segment are. */
    private static final int SLICE_BYTES = 256 * 1024;

    /** After how many entries the clock is looked at: the first cut runs code that is not compiled yet, at a tenth of the pace. */
    private static final int CLOCK_EVERY = 64;

    /** The entries a database had at the cut. */
    private record Walked(int db, Entries entries) {}

    private final Arena arena;
    private final LazyFree lazyFree;

    private boolean running;
    private int number;
    private int lastNumber;
    private int abortedInARow;
    private int abortedWhileForgetting;
    private final ArrayDeque<Entries> toForget = new ArrayDeque<>();
    private long forgetPosition;
    private Database[] databases = {};

    private long[] blobs = new long[1024];
    private int blobCount;
    private final RefVisitor collect = this::collect;

    @SuppressWarnings("unused") // read by nobody: it keeps the loads of gather() from being optimised away
    private long touched;

    private CutSink sink;
    private AccessNote note = AccessNote.NONE;
    private CutChunks chunks;
    private CutChunks sideChunks;
    private final SideSink side = new SideSink();
    private final ArrayDeque<Walked> toWalk = new ArrayDeque<>();
    /** Databases that were flushed and are still to be walked, and about how many bytes they take. */
    private final IdentityHashMap<Entries, Long> detached = new IdentityHashMap<>();

    private long position;
    private final ArrayDeque<HeldEntry> held = new ArrayDeque<>();
    private final Map<Integer, HeldValue> heldStrings = new HashMap<>();
    private final IdentityHashMap<LargeValue, HeldCollection> heldCollections = new IdentityHashMap<>();

    private long keysTotal;
    private long keysDone;
    private long copiedBytes;
    private long keptBytes;
    private long keptNowBytes;

    SnapshotCuts(Arena arena, LazyFree lazyFree) {
        this.arena = arena;
        this.lazyFree = lazyFree;
    }

    public boolean isRunning() {
        return running;
    }

    /** How many keys the running or last cut has in all. */
    public long keysTotal() {
        return keysTotal;
    }

    /** How many of them are copied out. */
    public long keysDone() {
        return keysDone;
    }

    /**
     * Bytes that writes have had copied out of turn, or kept from being freed, during the running or last cut: what
     * copy-on-write costs.
     */
    public long extraBytes() {
        return copiedBytes + keptBytes;
    }

    /** Bytes that only the running cut keeps from being freed. */
    long keptNowBytes() {
        return keptNowBytes;
    }

    long copiedBytes() {
        return copiedBytes;
    }

    /** The mark of what is made now: the running cut's number, or 0. */
    int number() {
        return running ? number : 0;
    }

    // The life of a cut.

    void begin(Database[] all, CutSink newSink, AccessNote newNote) {
        Invariant.check(!running, "two cuts never overlap");
        databases = all;
        if (abortedInARow >= MOST_ABORTED) {
            beginToForget();
            forgetStep(Long.MAX_VALUE);
        }
        running = true;
        lastNumber = lastNumber % (Entry.MARKS - 1) + 1;
        number = lastNumber;
        sink = newSink;
        note = newNote;
        keysTotal = 0;
        keysDone = 0;
        copiedBytes = 0;
        keptBytes = 0;
        position = 0;
        long[] keys = new long[databases.length];
        long[] expiring = new long[databases.length];
        for (int i = 0; i < databases.length; i++) {
            Entries entries = databases[i].entries();
            keys[i] = entries.size();
            expiring[i] = entries.expiry().size();
            keysTotal += keys[i];
            if (keys[i] > 0) {
                toWalk.add(new Walked(i, entries));
            }
            entries.cutDb(i);
        }
        chunks = new CutChunks(sink, keys, expiring);
        sideChunks = new CutChunks(side, keys, expiring);
    }

    /**
     * Walks on for about so long.
     *
     * @return false if the cut is over, or waits for its worker: then call again when the worker has caught up
     */
    public boolean step(long budgetNanos) {
        if (!running) {
            return false;
        }
        long began = System.nanoTime();
        do {
            if (sink.isFull()) {
                return false;
            }
            if (!held.isEmpty()) {
                writeHeld();
            } else if (toWalk.isEmpty()) {
                chunks.end();
                end();
                abortedInARow = 0;
                toForget.clear();
                return false;
            } else {
                walkSegment(began + budgetNanos);
            }
        } while (System.nanoTime() - began < budgetNanos);
        return true;
    }

    /** Breaks the running cut off. Its sink hears no more. */
    public void abort() {
        if (running) {
            end();
            abortedInARow++;
            abortedWhileForgetting++;
            if (abortedInARow >= FORGET_AFTER) {
                beginToForget();
            }
        }
    }

    private void beginToForget() {
        if (!toForget.isEmpty()) {
            return; // and goes on where it was
        }
        for (Database db : databases) {
            toForget.add(db.entries());
        }
        forgetPosition = 0;
        abortedWhileForgetting = 0;
    }

    /**
     * Takes marks away for about so long, if too many cuts were broken off. What is made meanwhile carries no mark or
     * that of a cut begun meanwhile, so when all is done only the cuts since then count.
     *
     * @return whether there is more to do
     */
    boolean forgetStep(long budgetNanos) {
        if (running || toForget.isEmpty()) {
            return false;
        }
        long began = System.nanoTime();
        do {
            Table table = toForget.peek().table();
            int segment = table.segmentAt(forgetPosition);
            gather(table, segment);
            for (int i = 0; i < blobCount; i++) {
                Entry.setMark(blobs[i], 0);
            }
            forgetPosition = table.positionAfter(segment);
            if (forgetPosition >= Table.END) {
                forgotten(toForget.peek());
            }
        } while (!toForget.isEmpty() && System.nanoTime() - began < budgetNanos);
        return !toForget.isEmpty();
    }

    private void forgotten(Entries entries) {
        if (entries == toForget.peek()) {
            forgetPosition = 0;
        }
        if (toForget.remove(entries) && toForget.isEmpty()) {
            abortedInARow = abortedWhileForgetting;
        }
    }

    private void end() {
        running = false;
        held.forEach(HeldEntry::end);
        held.clear();
        heldStrings.clear();
        heldCollections.clear();
        toWalk.clear();
        side.chunks.clear();
        detached.keySet().forEach(lazyFree::add);
        detached.clear();
        keptNowBytes = 0;
        sink = null;
        chunks = null;
        sideChunks = null;
    }

    private void walkSegment(long untilNanos) {
        Walked walking = toWalk.peek();
        Table table = walking.entries.table();
        int segment = table.segmentAt(position);
        gather(table, segment);
        int bytes = 0;
        int taken = 0;
        for (int i = 0; i < blobCount; i++) {
            if (bytes > SLICE_BYTES || taken == CLOCK_EVERY && isOver(untilNanos)) {
                return; // and comes back to this segment, where what is taken out carries the mark
            }
            if (Entry.mark(blobs[i]) != number) {
                taken = taken % CLOCK_EVERY + 1;
                bytes += takeOut(walking.db, walking.entries, blobs[i], chunks);
            }
        }
        position = table.positionAfter(segment);
        if (position >= Table.END) {
            position = 0;
            toWalk.remove();
            Long kept = detached.remove(walking.entries);
            if (kept != null) {
                keptNowBytes -= kept;
                lazyFree.add(walking.entries);
            }
        }
    }

    private static boolean isOver(long untilNanos) {
        return System.nanoTime() - untilNanos >= 0;
    }

    /** Collects where a segment's entries lie, touching each, so that their cache misses overlap. */
    private void gather(Table table, int segment) {
        blobCount = 0;
        if (table.countOf(segment) > blobs.length) {
            blobs = new long[table.countOf(segment)];
        }
        table.forEachInSegment(segment, collect);
        long sum = 0;
        for (int i = 0; i < blobCount; i++) {
            sum += RawMemory.getLong(blobs[i]);
        }
        touched += sum;
    }

    private void collect(int ref) {
        blobs[blobCount++] = arena.address(ref);
    }

    private int takeOut(int db, Entries entries, long blob, CutChunks to) {
        Entry.setMark(blob, number);
        keysDone++;
        int encoding = Entry.encoding(blob);
        boolean isString = Entry.isString(blob);
        if (encoding != Entry.LARGE && !(encoding == Entry.OUTLINED && isString)) {
            to.access(note, Entry.access(blob));
            return isString ? to.entry(db, blob) : to.packed(db, blob, entries.packed(blob));
        }
        byte[] key = new byte[Entry.keyLength(blob)];
        RawMemory.copyOut(Entry.keyAddress(blob), key, 0, key.length);
        long expireAtMs = Entry.expireAtMs(blob);
        if (isString) {
            HeldValue value = new HeldValue(arena, db, key, expireAtMs, Entry.outlined(blob), Entry.valueLength(blob));
            value.used(note, Entry.access(blob));
            held.add(value);
            heldStrings.put(value.ref, value);
        } else {
            LargeValue large = entries.large(blob);
            HeldCollection value = new HeldCollection(lazyFree, db, key, expireAtMs, Entry.type(blob), large);
            value.used(note, Entry.access(blob));
            held.add(value);
            heldCollections.put(large, value);
        }
        return key.length;
    }

    private void writeHeld() {
        HeldEntry entry = held.peek();
        if (!entry.write(chunks)) {
            held.remove();
            if (entry instanceof HeldValue string) {
                heldStrings.remove(string.ref);
            } else if (entry instanceof HeldCollection collection) {
                heldCollections.remove(collection.value);
            }
            keptNowBytes -= entry.keptBytes();
            entry.end();
            joinSide();
        }
    }

    /** Sends what writes took out while the pieces of a value were on their way. */
    private void joinSide() {
        sideChunks.handOver();
        if (!side.chunks.isEmpty()) {
            chunks.handOver();
            side.chunks.forEach(chunk -> sink.chunk(chunk.bytes, chunk.length));
            side.chunks.clear();
        }
    }

    // What the rest of the keyspace must say.

    /** An entry is about to change or go: if the running cut has not seen it, it is taken out first. */
    void beforeChange(Entries entries, long blob) {
        if (running && Entry.mark(blob) != number) {
            boolean between = !held.isEmpty() && held.peek().isBegun();
            copiedBytes += takeOut(entries.cutDb(), entries, blob, between ? sideChunks : chunks);
        }
    }

    /** Bytes of an outlined value are about to be written over. */
    void beforeValueWrite(int outlined, int from, int to) {
        if (running && !heldStrings.isEmpty()) {
            HeldValue value = heldStrings.get(outlined);
            if (value != null) {
                copiedBytes += value.beforeWrite(arena.address(outlined), from, to);
            }
        }
    }

    /** Whether the running cut still needs the bytes of an entry's outlined value. */
    boolean needsValue(long blob) {
        return running && (Entry.mark(blob) != number || heldStrings.containsKey(Entry.outlined(blob)));
    }

    boolean isHeld(int outlined) {
        return running && heldStrings.containsKey(outlined);
    }

    /** Nobody needs an outlined value any more: keeps it if the running cut does, to free it later. */
    boolean keep(int outlined) {
        if (!isHeld(outlined)) {
            return false;
        }
        keep(heldStrings.get(outlined), arena.capacity(outlined));
        return true;
    }

    /** Nobody needs a large collection any more: keeps it if the running cut does, to free it later. */
    boolean keep(LargeValue value) {
        if (!value.isHeld()) {
            return false;
        }
        keep(heldCollections.get(value), value.memoryBytes());
        return true;
    }

    private void keep(HeldEntry held, long bytes) {
        held.orphan(bytes);
        keptBytes += bytes;
        keptNowBytes += bytes;
    }

    /** A database has let its entries go: keeps them if the running cut has still to walk them. */
    void detach(Entries entries) {
        forgotten(entries);
        boolean needed = false;
        for (Walked walked : toWalk) {
            needed |= walked.entries == entries;
        }
        if (needed) {
            long bytes = shareOf(entries);
            detached.put(entries, bytes);
            keptNowBytes += bytes;
        } else {
            lazyFree.add(entries);
        }
    }

    /** About how many bytes entries take that no database has any more: by their share of all keys. */
    private long shareOf(Entries entries) {
        long keys = entries.size() + lazyFree.pending();
        for (Database db : databases) {
            keys += db.size();
        }
        long bytes = Math.max(0, arena.usedBytes() - keptNowBytes);
        return keys == 0 ? 0 : (long) ((double) bytes * entries.size() / keys);
    }

    /** Keeps chunks until the pieces of a value are all out. */
    private static final class SideSink implements CutSink {
        private record Chunk(byte[] bytes, int length) {}

        private final List<Chunk> chunks = new ArrayList<>();

        @Override
        public byte[] fresh(int atLeast) {
            return new byte[atLeast];
        }

        @Override
        public void chunk(byte[] bytes, int length) {
            chunks.add(new Chunk(bytes, length));
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public void finished() {}
    }
}
