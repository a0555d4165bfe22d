package io.vireo.memory;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;

/**
 * All data of a keyspace, in one reservation of address space that becomes memory as it is needed.
 *
 * <p>A blob is named by a <em>reference</em>: an unsigned 32-bit number of 8-byte granules from the start of the
 * reservation, so that 32 bits reach 32 GiB and an address is one addition away. Reference 0 is none.
 *
 * <p>Blobs up to 16 KiB live in <em>slabs</em> of 64 KiB, each holding blobs of one class of {@link SizeClasses};
 * larger ones are runs of 4 KiB pages ({@link PageRuns}). An emptied slab returns to the page runs. Everything about a
 * slab is one word in a mapping beside the reservation, so allocating and freeing touch that word and the blob:
 *
 * <pre>
 *   slab    +0  byte   size class, 0 where the pages are no slab
 *           +1  byte   the list it is in: CURRENT, one of four partial lists by fullness, or FULL
 *           +2  short  live blobs
 *           +4  short  first freed blob, as a granule within the slab, NO_BLOB at the end; each freed blob names the next
 *           +6  short  first granule never handed out
 *           +8  int    next slab of its list
 *          +12  int    previous one
 * </pre>
 *
 * <p>A class fills its current slab, then takes the fullest partial one, so that sparse slabs run empty by themselves;
 * {@link #shouldMove} names the blobs that stand in the way.
 *
 * <p>Belongs to one thread. With {@code -Dvireo.memory.check=true} every reference and range is checked.
 */
@RunsOn(Loop.KEYSPACE)
public final class Arena implements AutoCloseable {
    /** Whether tests' checks are on: dead references, double frees and ranges outside a blob are then found. */
    public static final boolean CHECKING = Boolean.getBoolean("vireo.memory.check");

    /** The most address space that references reach. */
    public static final long MAX_BYTES = 32L << 30;

    private static final int MAX_BLOB = Integer.MAX_VALUE - PageRuns.PAGE_BYTES;
    private static final int SLAB_GRANULE_SHIFT = 13;
    private static final int SLAB_GRANULE_MASK = (1 << SLAB_GRANULE_SHIFT) - 1;
    private static final int PAGE_GRANULE_SHIFT = 9;
    private static final int SLAB_FACT_SHIFT = 4;

    private static final int NO_BLOB = 0xffff;
    private static final int CURRENT = 0;
    private static final int PARTIAL_LISTS = 4;
    private static final int FULL = PARTIAL_LISTS + 1;
    private static final int LISTS = PARTIAL_LISTS + 2;
    private static final int NO_SLAB = 0;

    private static final int LIST_SHIFT = 8;
    private static final int USED_SHIFT = 16;
    private static final int FREED_SHIFT = 32;
    private static final int FRESH_SHIFT = 48;
    private static final long ONE_USED = 1L << USED_SHIFT;

    private final long reserved;
    private final long reservedBytes;
    private final long facts;
    private final long factBytes;
    private final long base;
    private final long slabs;
    private final PageRuns pages;

    private final int[] current = new int[SizeClasses.count()];
    private final int[] partial = new int[SizeClasses.count() * LISTS];
    private final long[] blobsOf = new long[SizeClasses.count()];
    private final int[] slabsOf = new int[SizeClasses.count()];

    /** Room for the keys of one segment of a {@link Table} while they are moved: shared, since one thread owns all. */
    final long[] scratchHashes = new long[Table.MOST_KEYS_OF_A_SEGMENT];

    final int[] scratchRefs = new int[Table.MOST_KEYS_OF_A_SEGMENT];

    private final LiveBlobs live;

    private long takenBytes;
    private long peakBytes;
    private boolean closed;

    private Arena(long reserved, long reservedBytes, long facts, long factBytes, long base, int pageCount) {
        this.reserved = reserved;
        this.reservedBytes = reservedBytes;
        this.facts = facts;
        this.factBytes = factBytes;
        this.base = base;
        this.slabs = facts;
        this.pages = new PageRuns(base, pageCount, facts + slabFactBytes(pageCount));
        this.live = CHECKING ? new LiveBlobs(base, (long) pageCount << PageRuns.PAGE_SHIFT) : null;
    }

    private static long slabFactBytes(int pageCount) {
        return (long) (pageCount / PageRuns.SLAB_PAGES) << SLAB_FACT_SHIFT;
    }

    /**
     * Reserves address space for an arena; memory is taken later, as it is used.
     *
     * @param limitBytes the most it may ever hold, rounded up to a slab of 64 KiB; at most {@link #MAX_BYTES}
     * @throws ArenaFullException if the system refuses even the address space
     */
    public static Arena reserve(long limitBytes) {
        Invariant.check(
                limitBytes > 0 && limitBytes <= MAX_BYTES, "an arena holds more than 0 bytes and at most 32 GiB");
        long slabBytes = SizeClasses.SLAB_BYTES;
        long length = Math.min(MAX_BYTES, Math.max(2 * slabBytes, limitBytes + slabBytes - 1 & -slabBytes));
        int pageCount = (int) (length >>> PageRuns.PAGE_SHIFT);
        long factBytes = slabFactBytes(pageCount) + PageRuns.factBytes(pageCount);
        long reservedBytes = length + slabBytes;

        long reserved = SystemMemory.reserve(reservedBytes);
        long facts = reserved == 0 ? 0 : SystemMemory.mapZeroed(factBytes);
        if (facts == 0) {
            if (reserved != 0) {
                SystemMemory.unmap(reserved, reservedBytes);
            }
            throw new ArenaFullException("the system refuses to reserve " + reservedBytes + " bytes of address space");
        }
        long base = reserved + slabBytes - 1 & -slabBytes;
        Arena arena = new Arena(reserved, reservedBytes, facts, factBytes, base, pageCount);
        if (!arena.pages.open()) {
            arena.close();
            throw new ArenaFullException("the system refuses the first chunk of memory");
        }
        return arena;
    }

    /**
     * Allocates a blob, whose bytes are undefined.
     *
     * @param sizeBytes what is needed; {@link #capacity} tells what was given
     * @return its reference, never 0; the address is a multiple of 8, of 64 where the capacity is one, and of 4,096 from
     *     16 KiB on and where the capacity is 4,096
     * @throws ArenaFullException if the reservation is used up or the system has no more; nothing has changed then
     */
    public int allocate(int sizeBytes) {
        if (sizeBytes > SizeClasses.LARGEST) {
            return allocateRun(sizeBytes);
        }
        int sizeClass = SizeClasses.of(sizeBytes);
        int slab = current[sizeClass];
        if (slab == NO_SLAB) {
            slab = nextSlab(sizeClass);
        }
        long fact = slabFact(slab);
        long word = RawMemory.getLong(fact);
        int granule = (int) (word >>> FREED_SHIFT) & NO_BLOB;
        boolean again = granule != NO_BLOB;
        if (!again) {
            granule = (int) (word >>> FRESH_SHIFT);
        }
        int ref = (int) granuleOf(slab, granule);
        if (CHECKING) {
            live.born(ref, SizeClasses.SIZE[sizeClass]);
        }
        if (again) {
            long next = RawMemory.getShort(rawAddress(ref)) & 0xffffL;
            word = word & ~((long) NO_BLOB << FREED_SHIFT) | next << FREED_SHIFT;
        } else {
            word += (long) SizeClasses.STRIDE_GRANULES[sizeClass] << FRESH_SHIFT;
        }
        word += ONE_USED;
        RawMemory.putLong(fact, word);
        if (usedOf(word) == SizeClasses.PER_SLAB[sizeClass]) {
            current[sizeClass] = NO_SLAB;
            setList(slab, FULL);
        }
        blobsOf[sizeClass]++;
        addTaken(SizeClasses.SIZE[sizeClass]);
        return ref;
    }

    /** Frees a blob; its reference is dead from then on. */
    public void free(int ref) {
        if (CHECKING) {
            live.dies(ref, capacity(ref));
            releaseDead(false);
        } else {
            release(ref);
        }
    }

    private void release(int ref) {
        int slab = ref >>> SLAB_GRANULE_SHIFT;
        long fact = slabFact(slab);
        long word = RawMemory.getLong(fact);
        int sizeClass = (int) word & 0xff;
        if (sizeClass == 0) {
            releaseRun(ref);
            return;
        }
        RawMemory.putShort(rawAddress(ref), (short) (word >>> FREED_SHIFT));
        word = word & ~((long) NO_BLOB << FREED_SHIFT) | (long) (ref & SLAB_GRANULE_MASK) << FREED_SHIFT;
        word -= ONE_USED;
        RawMemory.putLong(fact, word);
        blobsOf[sizeClass]--;
        takenBytes -= SizeClasses.SIZE[sizeClass];
        int list = listOf(word);
        if (list != CURRENT) {
            settle(slab, sizeClass, list, usedOf(word));
        }
    }

    /** Where a blob lies. It stays there until freed or resized. */
    public long address(int ref) {
        if (CHECKING) {
            live.check(ref);
        }
        return rawAddress(ref);
    }

    /** The bytes of a blob that may be used: at least what was asked for. */
    public int capacity(int ref) {
        if (CHECKING) {
            live.check(ref);
        }
        return capacityOf(ref);
    }

    private int capacityOf(int ref) {
        int sizeClass = RawMemory.getByte(slabFact(ref >>> SLAB_GRANULE_SHIFT)) & 0xff;
        return sizeClass != 0 ? SizeClasses.SIZE[sizeClass] : runCapacity(pages.length(ref >>> PAGE_GRANULE_SHIFT));
    }

    /** The capacity that {@code allocate(sizeBytes)} would give. */
    public static int capacityFor(int sizeBytes) {
        if (sizeBytes <= SizeClasses.LARGEST) {
            return SizeClasses.SIZE[SizeClasses.of(sizeBytes)];
        }
        checkSize(sizeBytes);
        return sizeBytes + PageRuns.PAGE_BYTES - 1 & -PageRuns.PAGE_BYTES;
    }

    /**
     * Makes a blob larger or smaller, keeping what it holds; it may move.
     *
     * @param keepBytes how many bytes are worth keeping; of these, as many as fit
     * @return the reference to use from now on: the same one where the blob stays. It stays when {@code newSize} fits
     *     and at least three quarters of its capacity would still be used, and when a large blob can grow or shrink in place
     * @throws ArenaFullException as {@link #allocate}; the blob is as before
     */
    public int resize(int ref, int keepBytes, int newSize) {
        int capacity = capacity(ref);
        int wanted = capacityFor(newSize);
        if (wanted <= capacity && wanted >= capacity - (capacity >>> 2)) {
            return ref;
        }
        if (capacity > SizeClasses.LARGEST && wanted > SizeClasses.LARGEST && resizeRun(ref, capacity, wanted)) {
            return ref;
        }
        int moved = allocate(newSize);
        RawMemory.copy(address(ref), address(moved), Math.min(keepBytes, newSize));
        free(ref);
        return moved;
    }

    /** The sum of the capacities of all live blobs: what {@code used_memory} reports and {@code maxmemory} bounds. */
    public long usedBytes() {
        return CHECKING ? takenBytes - live.queuedBytes() : takenBytes;
    }

    /** The most {@link #usedBytes} has been. */
    public long peakBytes() {
        return peakBytes;
    }

    /** An estimate, from above, of the memory the arena holds: pages handed out and not given back since. */
    public long residentBytes() {
        return pages.residentPages() << PageRuns.PAGE_SHIFT;
    }

    /** Gives every page without a live blob back to the system, however long it takes. */
    public void purge() {
        releaseEmptySlabs();
        pages.purgeAll();
    }

    /** Gives up slabs that are kept for the next blob of their size and hold none now. */
    public void releaseEmptySlabs() {
        if (CHECKING) {
            releaseDead(true);
        }
        for (int c = 1; c < current.length; c++) {
            int slab = current[c];
            if (slab != NO_SLAB && usedOf(RawMemory.getLong(slabFact(slab))) == 0) {
                current[c] = NO_SLAB;
                releaseSlab(slab, c);
            }
        }
    }

    /**
     * Gives back pages that have been free since the previous pass, for as long as the budget lasts. Meant to be called
     * some times a second.
     *
     * @return bytes given back
     */
    public long purge(long budgetNanos) {
        return pages.purgeIdle(budgetNanos);
    }

    /** Bytes of slabs and runs for each byte in use: 1.0 is none lost. */
    public double fragmentation() {
        if (takenBytes == 0) {
            return 1.0;
        }
        long lost = 0;
        for (int c = 1; c < slabsOf.length; c++) {
            lost += (long) slabsOf[c] * SizeClasses.SLAB_BYTES - blobsOf[c] * SizeClasses.SIZE[c];
        }
        return (double) (takenBytes + lost) / takenBytes;
    }

    /** Shows how many blobs of each size there are, for the sizes that have any and lie in slabs. */
    public void forEachSize(SizeVisitor visitor) {
        for (int c = 1; c < slabsOf.length; c++) {
            if (slabsOf[c] > 0) {
                visitor.size(SizeClasses.SIZE[c], blobsOf[c], slabsOf[c], SizeClasses.PER_SLAB[c]);
            }
        }
    }

    /** Takes what is told of blobs of one size. */
    @FunctionalInterface
    public interface SizeVisitor {
        /**
         * There are so many blobs of this size.
         *
         * @param perSlab how many blobs a slab has room for
         */
        void size(int sizeBytes, long blobs, int slabs, int perSlab);
    }

    /**
     * Whether moving this blob helps to empty its slab: the slab is sparser than its class is on average, is not the one
     * being filled, and the class has room for a whole slab elsewhere. The owner then allocates anew, copies, and frees.
     */
    public boolean shouldMove(int ref) {
        if (CHECKING) {
            live.check(ref);
        }
        long word = RawMemory.getLong(slabFact(ref >>> SLAB_GRANULE_SHIFT));
        int sizeClass = (int) word & 0xff;
        int list = listOf(word);
        if (sizeClass == 0 || list == CURRENT || list == FULL) {
            return false;
        }
        long perSlab = SizeClasses.PER_SLAB[sizeClass];
        long slabCount = slabsOf[sizeClass];
        long blobs = blobsOf[sizeClass];
        boolean dense = blobs * 4 > slabCount * perSlab * 3;
        long threshold = dense ? blobs / 2 : blobs;
        return slabCount * perSlab - blobs >= perSlab && usedOf(word) * slabCount <= threshold;
    }

    /** Ends with all blobs; every address is invalid from then on. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (CHECKING) {
                live.close();
            }
            SystemMemory.unmap(reserved, reservedBytes);
            SystemMemory.unmap(facts, factBytes);
        }
    }

    // ---- checking mode ----

    /**
     * In checking mode, fails unless the range lies inside one live blob.
     *
     * @throws IllegalStateException if it does not
     */
    public void checkRange(long address, int length) {
        if (CHECKING) {
            live.checkRange(address, length);
        }
    }

    /** In checking mode, the references of all blobs not yet freed, in no order. */
    public int[] liveBlobs() {
        Invariant.check(CHECKING, "live blobs are listed in checking mode only");
        return live.all();
    }

    /** In checking mode and with {@code -Dvireo.memory.sites=true}, where in the code a live blob was allocated. */
    public String siteOf(int ref) {
        Invariant.check(CHECKING, "allocation sites are kept in checking mode only");
        return live.site(ref);
    }

    /** Frees the places of dead blobs that have waited long enough to be found in use, or of all. */
    private void releaseDead(boolean all) {
        for (int ref = live.due(all); ref != 0; ref = live.due(all)) {
            int capacity = capacityOf(ref);
            live.releasing(ref, capacity);
            release(ref);
            live.released(ref, capacity);
        }
    }

    /** The address of a reference, dead or alive; 0 is a line of zeros that nothing may write to. */
    long rawAddress(int ref) {
        return base + ((ref & 0xffffffffL) << 3);
    }

    // ---- slabs ----

    private long slabFact(int slab) {
        return slabs + ((long) slab << SLAB_FACT_SHIFT);
    }

    private static long granuleOf(int slab, int granule) {
        return ((long) slab << SLAB_GRANULE_SHIFT) + granule;
    }

    private static int usedOf(long word) {
        return (int) (word >>> USED_SHIFT) & 0xffff;
    }

    private static int listOf(long word) {
        return (int) (word >>> LIST_SHIFT) & 0xff;
    }

    private void setList(int slab, int list) {
        RawMemory.putByte(slabFact(slab) + 1, (byte) list);
    }

    private void addTaken(long bytes) {
        takenBytes += bytes;
        if (takenBytes > peakBytes) {
            peakBytes = Math.max(peakBytes, usedBytes());
        }
    }

    /** Makes the fullest partial slab of a class, or a new one, its current one. */
    private int nextSlab(int sizeClass) {
        for (int list = PARTIAL_LISTS; list > 0; list--) {
            int slab = partial[sizeClass * LISTS + list];
            if (slab != NO_SLAB) {
                unlink(slab, sizeClass, list);
                setList(slab, CURRENT);
                current[sizeClass] = slab;
                return slab;
            }
        }
        int first = pages.takeSlab();
        if (CHECKING && first == 0) {
            releaseDead(true);
            first = pages.takeSlab();
        }
        if (first == 0) {
            throw new ArenaFullException("the arena has no room for another slab");
        }
        int slab = first / PageRuns.SLAB_PAGES;
        RawMemory.putLong(slabFact(slab), (long) NO_BLOB << FREED_SHIFT | sizeClass);
        slabsOf[sizeClass]++;
        current[sizeClass] = slab;
        return slab;
    }

    /** Puts a slab that lost a blob into the list of its fullness, or gives it up when it has none left. */
    private void settle(int slab, int sizeClass, int list, int used) {
        if (used == 0) {
            if (list != FULL) {
                unlink(slab, sizeClass, list);
            }
            releaseSlab(slab, sizeClass);
            return;
        }
        int fitting = 1 + used * PARTIAL_LISTS / SizeClasses.PER_SLAB[sizeClass];
        if (fitting == list) {
            return;
        }
        if (list != FULL) {
            unlink(slab, sizeClass, list);
        }
        link(slab, sizeClass, fitting);
    }

    private void releaseSlab(int slab, int sizeClass) {
        RawMemory.putLong(slabFact(slab), 0);
        slabsOf[sizeClass]--;
        pages.release(slab * PageRuns.SLAB_PAGES);
    }

    private void link(int slab, int sizeClass, int list) {
        int head = partial[sizeClass * LISTS + list];
        long fact = slabFact(slab);
        RawMemory.putInt(fact + 8, head);
        RawMemory.putInt(fact + 12, NO_SLAB);
        if (head != NO_SLAB) {
            RawMemory.putInt(slabFact(head) + 12, slab);
        }
        partial[sizeClass * LISTS + list] = slab;
        setList(slab, list);
    }

    private void unlink(int slab, int sizeClass, int list) {
        int next = RawMemory.getInt(slabFact(slab) + 8);
        int previous = RawMemory.getInt(slabFact(slab) + 12);
        if (next != NO_SLAB) {
            RawMemory.putInt(slabFact(next) + 12, previous);
        }
        if (previous != NO_SLAB) {
            RawMemory.putInt(slabFact(previous) + 8, next);
        } else {
            partial[sizeClass * LISTS + list] = next;
        }
    }

    // ---- large blobs ----

    private static void checkSize(int sizeBytes) {
        Invariant.check(sizeBytes >= 0 && sizeBytes <= MAX_BLOB, "a blob is at least 0 bytes long and below 2 GiB");
    }

    private int allocateRun(int sizeBytes) {
        int capacity = capacityFor(sizeBytes);
        int first = pages.take(runPages(capacity));
        if (CHECKING && first == 0) {
            releaseDead(true);
            first = pages.take(runPages(capacity));
        }
        if (first == 0) {
            throw new ArenaFullException("the arena has no room for a blob of " + capacity + " bytes");
        }
        addTaken(capacity);
        int ref = first << PAGE_GRANULE_SHIFT;
        if (CHECKING) {
            live.born(ref, capacity);
        }
        return ref;
    }

    private void releaseRun(int ref) {
        int first = ref >>> PAGE_GRANULE_SHIFT;
        takenBytes -= runCapacity(pages.length(first));
        pages.release(first);
    }

    private boolean resizeRun(int ref, int capacity, int wanted) {
        int first = ref >>> PAGE_GRANULE_SHIFT;
        if (wanted < capacity) {
            pages.trim(first, runPages(wanted));
        } else if (!pages.extend(first, runPages(wanted))) {
            return false;
        }
        addTaken(wanted - capacity);
        if (CHECKING) {
            live.resized(ref, capacity, wanted);
        }
        return true;
    }

    /** In checking mode a page that belongs to nobody follows each large blob. */
    private static int runPages(int capacity) {
        return (capacity >>> PageRuns.PAGE_SHIFT) + (CHECKING ? 1 : 0);
    }

    private static int runCapacity(int runPages) {
        return runPages - (CHECKING ? 1 : 0) << PageRuns.PAGE_SHIFT;
    }
}
