package io.vireo.memory;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checking mode's book of an arena: which granules belong to live blobs, and where blobs start.
 *
 * <p>Between two blobs there is always a granule, and after a large one a page, that belongs to nobody. So a range of
 * live granules lies in one blob, and every access through {@link RawMemory} can be checked. A freed blob is filled with
 * poison and waits in a queue before its place is used again, so that whoever still uses its reference is found; poison
 * that has changed when it leaves the queue is a write after free.
 *
 * <p>With {@code -Dvireo.memory.sites=true} the place in the code where a blob was allocated is kept too.
 */
@RunsOn(Loop.KEYSPACE)
final class LiveBlobs {
    private static final boolean SITES = Boolean.getBoolean("vireo.memory.sites");
    private static final byte POISON = (byte) 0xdb;
    private static final int MOST_POISON = 4096;
    private static final int QUEUE_BLOBS = 256;
    private static final int QUEUE_BYTES = 1 << 20;
    private static final int SITE_FRAMES = 4;
    private static final int GRANULE_SHIFT = 3;

    /** Those of all arenas, by base: a process that tests may leave hundreds behind, and every access looks here. */
    private static volatile LiveBlobs[] byBase = {};

    static {
        if (Arena.CHECKING) {
            RawMemory.watch(LiveBlobs::onAccess);
        }
    }

    private final long base;
    private final long granules;
    private final long factBytes;
    private final long facts;
    private final NativeBits live;
    private final NativeBits starts;
    private final Map<Integer, String> sites = new HashMap<>();
    private final ArrayDeque<Integer> queue = new ArrayDeque<>();
    private long queuedBytes;
    private long usedGranules;

    LiveBlobs(long base, long bytes) {
        this.base = base;
        this.granules = bytes >>> GRANULE_SHIFT;
        this.factBytes = 2 * NativeBits.bytesFor(granules);
        this.facts = SystemMemory.mapZeroed(factBytes);
        Invariant.check(facts != 0, "checking mode has the address space for its book");
        this.live = new NativeBits(facts);
        this.starts = new NativeBits(facts + NativeBits.bytesFor(granules));
        change(books -> Stream.concat(books, Stream.of(this)));
    }

    void close() {
        change(books -> books.filter(each -> each != this));
        SystemMemory.unmap(facts, factBytes);
    }

    private static synchronized void change(UnaryOperator<Stream<LiveBlobs>> change) {
        byBase = change.apply(Stream.of(byBase))
                .sorted(Comparator.comparingLong(each -> each.base))
                .toArray(LiveBlobs[]::new);
    }

    private static void onAccess(long address, long length) {
        LiveBlobs[] books = byBase;
        int low = 0;
        int high = books.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long offset = address - books[middle].base;
            if (offset < 0) {
                high = middle - 1;
            } else if (offset < books[middle].granules << GRANULE_SHIFT) {
                books[middle].checkOffset(offset, length);
                return;
            } else {
                low = middle + 1;
            }
        }
    }

    private void checkOffset(long offset, long length) {
        boolean zeroLine = offset + length <= Group.BYTES;
        Invariant.check(zeroLine || isLive(offset, length), "memory is accessed inside one live blob only");
    }

    private boolean isLive(long offset, long length) {
        return length == 0
                || length > 0 && live.allSet(offset >>> GRANULE_SHIFT, (offset + length + 7) >>> GRANULE_SHIFT);
    }

    void checkRange(long address, long length) {
        Invariant.check(isLive(address - base, length), "a range lies inside one live blob");
    }

    void check(int ref) {
        Invariant.check(starts.get(ref & 0xffffffffL), "a reference names a live blob");
    }

    /** Notes a new blob; called before anything in it is touched. */
    void born(int ref, int capacity) {
        long granule = ref & 0xffffffffL;
        long end = granule + (capacity >>> GRANULE_SHIFT);
        Invariant.check(live.set(granule, end) == end - granule, "a new blob was not live before");
        starts.set(granule, granule + 1);
        usedGranules = Math.max(usedGranules, (end | NativeBits.WORD_BITS - 1) + 1);
        if (SITES) {
            sites.put(ref, allocationSite());
        }
    }

    void resized(int ref, int from, int to) {
        long granule = ref & 0xffffffffL;
        if (to > from) {
            live.set(granule + (from >>> GRANULE_SHIFT), granule + (to >>> GRANULE_SHIFT));
            usedGranules = Math.max(usedGranules, granule + (to >>> GRANULE_SHIFT));
        } else {
            live.clear(granule + (to >>> GRANULE_SHIFT), granule + (from >>> GRANULE_SHIFT));
        }
    }

    /** Poisons a blob and takes it for dead, though its place stays taken for a while. Fails if it was dead already. */
    void dies(int ref, int capacity) {
        Invariant.check(starts.get(ref & 0xffffffffL), "a blob is freed once");
        RawMemory.fill(addressOf(ref), poisoned(capacity), POISON);
        setLive(ref, capacity, false);
        starts.clear(ref & 0xffffffffL, (ref & 0xffffffffL) + 1);
        sites.remove(ref);
        queue.add(ref);
        queuedBytes += capacity;
    }

    /** The bytes of blobs that are dead but whose place is not free yet. */
    long queuedBytes() {
        return queuedBytes;
    }

    /** The dead blob that has waited longest, if one must give up its place or all shall; else 0. */
    int due(boolean all) {
        boolean full = queue.size() > QUEUE_BLOBS || queuedBytes > QUEUE_BYTES;
        return (all || full) && !queue.isEmpty() ? queue.peek() : 0;
    }

    /** Looks whether the poison is untouched, and lets the arena touch the dead blob until {@link #released}. */
    void releasing(int ref, int capacity) {
        setLive(ref, capacity, true);
        for (int i = 0; i < poisoned(capacity); i++) {
            Invariant.check(RawMemory.getByte(addressOf(ref) + i) == POISON, "nobody writes to a freed blob");
        }
    }

    void released(int ref, int capacity) {
        setLive(ref, capacity, false);
        queue.remove();
        queuedBytes -= capacity;
    }

    int[] all() {
        int[] refs = new int[16];
        int count = 0;
        for (long word = 0; word < usedGranules / NativeBits.WORD_BITS; word++) {
            for (long bits = starts.word(word); bits != 0; bits &= bits - 1) {
                if (count == refs.length) {
                    refs = Arrays.copyOf(refs, 2 * count);
                }
                refs[count++] = (int) (word * NativeBits.WORD_BITS + Long.numberOfTrailingZeros(bits));
            }
        }
        return Arrays.copyOf(refs, count);
    }

    String site(int ref) {
        return sites.getOrDefault(ref, SITES ? "dead" : "start with -Dvireo.memory.sites=true to see where");
    }

    private static String allocationSite() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(2)
                        .filter(frame -> !frame.getClassName().equals(Arena.class.getName()))
                        .limit(SITE_FRAMES)
                        .map(StackWalker.StackFrame::toString)
                        .collect(Collectors.joining(" < ")));
    }

    private void setLive(int ref, int capacity, boolean alive) {
        long granule = ref & 0xffffffffL;
        if (alive) {
            live.set(granule, granule + (capacity >>> GRANULE_SHIFT));
        } else {
            live.clear(granule, granule + (capacity >>> GRANULE_SHIFT));
        }
    }

    private static int poisoned(int capacity) {
        return Math.min(capacity, MOST_POISON);
    }

    private long addressOf(int ref) {
        return base + ((ref & 0xffffffffL) << GRANULE_SHIFT);
    }
}
