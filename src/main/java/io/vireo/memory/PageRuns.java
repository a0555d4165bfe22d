package io.vireo.memory;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;

/**
 * Hands out runs of pages of one reservation, joins free neighbours, and gives idle pages back to the system.
 *
 * <p>Facts live beside the pages, in a mapping of their own that costs memory only where it is touched: an entry of 16
 * bytes per page, meaningful at the first and the last page of a run, and three bit sets.
 *
 * <pre>
 *   entry    +0  int   pages in the run, with FREE as the sign bit
 *            +4  int   next free run of the same bin (first page only)
 *            +8  int   previous one
 *   resident          the page was handed out since it was last given back
 *   free              the page belongs to a free run
 *   idle              the page was already free at the previous pass of {@link #purgeIdle}
 * </pre>
 *
 * <p>Free runs are kept in bins: one for each length below 64 pages, then four to each doubling. A request looks a
 * little into its own bin, then takes from the next bin that has anything, so its cost does not grow with the heap.
 */
@RunsOn(Loop.KEYSPACE)
final class PageRuns {
    static final int PAGE_SHIFT = 12;
    static final int PAGE_BYTES = 1 << PAGE_SHIFT;
    static final int SLAB_PAGES = SizeClasses.SLAB_BYTES / PAGE_BYTES;

    /** How much is made usable at a time. */
    static final int CHUNK_PAGES = (64 << 20) / PAGE_BYTES;

    private static final int FREE = 1 << 31;
    private static final int ENTRY_BYTES = 16;
    private static final int NONE = 0;
    private static final int EXACT_BINS = 64;
    private static final int BINS = EXACT_BINS + 4 * 20;
    private static final int LOOKS_PER_BIN = 8;
    private static final int WORDS_PER_CLOCK_READ = 256;

    private final long base;
    private final int limit;
    private final long entries;
    private final NativeBits resident;
    private final NativeBits free;
    private final NativeBits idle;
    private final int[] bins = new int[BINS];
    private final long[] filledBins = new long[(BINS + 63) / 64];

    private int usable;
    private long residentPages;
    private int purgeWord;

    /**
     * @param base address of page 0, which is never handed out, nor is the rest of the first slab
     * @param limit pages in the reservation
     * @param facts zeroed memory of {@link #factBytes} bytes
     */
    PageRuns(long base, int limit, long facts) {
        this.base = base;
        this.limit = limit;
        this.entries = facts;
        long bits = entries + (long) limit * ENTRY_BYTES;
        this.resident = new NativeBits(bits);
        this.free = new NativeBits(bits + NativeBits.bytesFor(limit));
        this.idle = new NativeBits(bits + 2 * NativeBits.bytesFor(limit));
    }

    static long factBytes(int limit) {
        return (long) limit * ENTRY_BYTES + 3 * NativeBits.bytesFor(limit);
    }

    /** Makes the first chunk usable. Returns false if the system refuses. */
    boolean open() {
        return grow(1);
    }

    long residentPages() {
        return residentPages;
    }

    /** Takes {@code pages} pages. Returns the first, or 0 if there is no room. */
    int take(int pages) {
        int run = find(pages);
        if (run == NONE) {
            if (!grow(pages)) {
                return NONE;
            }
            run = find(pages);
        }
        if (run != NONE) {
            carve(run, run, pages);
        }
        return run;
    }

    /** Takes the pages of a slab, aligned to its length. Returns the first, or 0 if there is no room. */
    int takeSlab() {
        int run = findSlab();
        if (run == NONE) {
            if (!grow(SLAB_PAGES)) {
                return NONE;
            }
            run = findSlab();
        }
        if (run == NONE) {
            return NONE;
        }
        int first = alignToSlab(run);
        carve(run, first, SLAB_PAGES);
        return first;
    }

    /** Pages of the taken run that starts at {@code first}. */
    int length(int first) {
        int length = lengthAt(first);
        Invariant.check(length > 0, "a reference to a large blob names the first page of a taken run");
        return length;
    }

    /** Gives a whole run back, joining it with its free neighbours. */
    void release(int first) {
        release(first, length(first));
    }

    private void release(int first, int pages) {
        free.set(first, first + pages);
        idle.clear(first, first + pages);
        int start = first;
        int end = first + pages;
        if (start > SLAB_PAGES && lengthAt(start - 1) < 0) {
            start -= lengthAt(start - 1) & ~FREE;
            unlink(start);
        }
        if (end < usable && lengthAt(end) < 0) {
            int following = end;
            end += lengthAt(following) & ~FREE;
            unlink(following);
        }
        link(start, end - start);
    }

    /** Shortens a taken run to {@code pages}. */
    void trim(int first, int pages) {
        int length = length(first);
        if (pages < length) {
            setTaken(first, pages);
            setTaken(first + pages, length - pages);
            release(first + pages, length - pages);
        }
    }

    /** Lengthens a taken run in place, if the pages behind it are free. */
    boolean extend(int first, int pages) {
        int length = length(first);
        int following = first + length;
        int more = pages - length;
        if (following >= usable || lengthAt(following) >= 0 || (lengthAt(following) & ~FREE) < more) {
            return false;
        }
        carve(following, following, more);
        setTaken(first, pages);
        return true;
    }

    /** Takes {@code pages} out of the free run at {@code run}, from {@code first} on, and frees what is left over. */
    private void carve(int run, int first, int pages) {
        int end = run + (lengthAt(run) & ~FREE);
        unlink(run);
        if (first > run) {
            link(run, first - run);
        }
        if (first + pages < end) {
            link(first + pages, end - first - pages);
        }
        setTaken(first, pages);
        residentPages += resident.set(first, first + pages);
        free.clear(first, first + pages);
    }

    private int find(int pages) {
        int bin = binOf(pages);
        int run = bins[bin];
        for (int looks = 0; run != NONE && looks < LOOKS_PER_BIN; looks++) {
            if ((lengthAt(run) & ~FREE) >= pages) {
                return run;
            }
            run = nextOf(run);
        }
        int larger = nextFilled(bin + 1);
        return larger < 0 ? NONE : bins[larger];
    }

    private int findSlab() {
        int bin = SLAB_PAGES;
        while (true) {
            bin = nextFilled(bin);
            if (bin < 0) {
                return NONE;
            }
            int run = bins[bin];
            for (int looks = 0; run != NONE && looks < LOOKS_PER_BIN; looks++) {
                if (alignToSlab(run) + SLAB_PAGES <= run + (lengthAt(run) & ~FREE)) {
                    return run;
                }
                run = nextOf(run);
            }
            bin++;
        }
    }

    private static int alignToSlab(int page) {
        return page + SLAB_PAGES - 1 & -SLAB_PAGES;
    }

    /** Makes enough chunks usable for a run of {@code pages}. Returns false if reservation or system have no more. */
    private boolean grow(int pages) {
        int held = usable > 0 && lengthAt(usable - 1) < 0 ? lengthAt(usable - 1) & ~FREE : 0;
        long wanted = Math.max(1, (long) pages - held);
        long grown = Math.min((wanted + CHUNK_PAGES - 1) / CHUNK_PAGES * CHUNK_PAGES, limit - usable);
        if (grown < wanted || !SystemMemory.makeUsable(addressOf(usable), grown << PAGE_SHIFT)) {
            return false;
        }
        int first = Math.max(usable, SLAB_PAGES);
        usable += (int) grown;
        setTaken(first, usable - first);
        release(first, usable - first);
        return true;
    }

    private long addressOf(int page) {
        return base + ((long) page << PAGE_SHIFT);
    }

    // ---- giving back ----

    /** Gives back every free page. Returns the bytes given back. */
    long purgeAll() {
        long given = 0;
        for (int word = 0; word < words(); word++) {
            given += giveBack(word, purgeable(word));
        }
        return given << PAGE_SHIFT;
    }

    /**
     * Gives back pages that were free at the previous pass and still are; a page that is soon taken again would only
     * be faulted in anew. Makes at most one pass, and ends early once {@code budgetNanos} are used up.
     *
     * @return the bytes given back
     */
    long purgeIdle(long budgetNanos) {
        long start = System.nanoTime();
        long given = 0;
        for (int left = words(), sinceClock = 0; left > 0; left--) {
            if (purgeWord >= words()) {
                purgeWord = 0;
            }
            long candidates = purgeable(purgeWord);
            if (candidates != 0) {
                given += giveBack(purgeWord, candidates & idle.word(purgeWord));
                idle.setWord(purgeWord, candidates);
            }
            purgeWord++;
            if ((candidates != 0 || ++sinceClock % WORDS_PER_CLOCK_READ == 0)
                    && System.nanoTime() - start >= budgetNanos) {
                break;
            }
        }
        return given << PAGE_SHIFT;
    }

    private int words() {
        return (usable + 63) / 64;
    }

    private long purgeable(int word) {
        return resident.word(word) & free.word(word);
    }

    /** Gives back the pages of one word whose bits are set in {@code pages}; returns how many. */
    private int giveBack(int word, long pages) {
        long left = pages;
        while (left != 0) {
            int from = Long.numberOfTrailingZeros(left);
            int count = Long.numberOfTrailingZeros(~(left >>> from));
            SystemMemory.giveBack(addressOf(word * 64 + from), (long) count << PAGE_SHIFT);
            left = from + count == 64 ? 0 : left & -1L << from + count;
        }
        resident.setWord(word, resident.word(word) & ~pages);
        residentPages -= Long.bitCount(pages);
        return Long.bitCount(pages);
    }

    // ---- entries and bins ----

    private int lengthAt(int page) {
        return RawMemory.getInt(entry(page));
    }

    private int nextOf(int run) {
        return RawMemory.getInt(entry(run) + 4);
    }

    private void setTaken(int first, int pages) {
        RawMemory.putInt(entry(first), pages);
        RawMemory.putInt(entry(first + pages - 1), pages);
    }

    private void link(int run, int pages) {
        RawMemory.putInt(entry(run), pages | FREE);
        RawMemory.putInt(entry(run + pages - 1), pages | FREE);
        int bin = binOf(pages);
        int head = bins[bin];
        RawMemory.putInt(entry(run) + 4, head);
        RawMemory.putInt(entry(run) + 8, NONE);
        if (head != NONE) {
            RawMemory.putInt(entry(head) + 8, run);
        }
        bins[bin] = run;
        filledBins[bin >>> 6] |= 1L << bin;
    }

    private void unlink(int run) {
        int bin = binOf(lengthAt(run) & ~FREE);
        int next = nextOf(run);
        int previous = RawMemory.getInt(entry(run) + 8);
        if (next != NONE) {
            RawMemory.putInt(entry(next) + 8, previous);
        }
        if (previous != NONE) {
            RawMemory.putInt(entry(previous) + 4, next);
            return;
        }
        bins[bin] = next;
        if (next == NONE) {
            filledBins[bin >>> 6] &= ~(1L << bin);
        }
    }

    private long entry(int page) {
        return entries + (long) page * ENTRY_BYTES;
    }

    /** The bin of runs of this length: bins are in order of length, and each run of a later bin is longer. */
    private static int binOf(int pages) {
        if (pages < EXACT_BINS) {
            return pages;
        }
        int log = 31 - Integer.numberOfLeadingZeros(pages);
        return EXACT_BINS + (log - 6) * 4 + (pages >>> log - 2 & 3);
    }

    private int nextFilled(int fromBin) {
        for (int word = fromBin >>> 6; word < filledBins.length; word++) {
            long bits = filledBins[word];
            if (word == fromBin >>> 6) {
                bits &= -1L << fromBin;
            }
            if (bits != 0) {
                return word * 64 + Long.numberOfTrailingZeros(bits);
            }
        }
        return -1;
    }
}
