package io.vireo.testkit.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A disk in memory that knows what of it would survive a loss of power.
 *
 * <p>It promises what POSIX does and no more. A file's bytes are safe once its channel was forced, and only those that it
 * had then. A name is safe once the directory in which it was made, changed or removed was forced: forcing the file does
 * not do it. A rename happens as a whole or not at all. Of everything else {@link #crash} keeps what it likes: some sectors
 * of what was written and not others, zeros where a file grew, some of the names.
 *
 * <p>A test names what it does before each change ({@link #beforeEachChange}), and there asks for disks as they might be
 * after a loss of power at this moment. Such a disk is a new one, on which everything is safe.
 */
public final class PowerLossDisk {
    /** The unit that is there or not, small so that small files have many. */
    static final int SECTOR_BYTES = 32;

    /** The seed of a loss of power that leaves only what is safe. */
    public static final long LOSING_ALL = 0;

    /** The seed of one that takes nothing. */
    public static final long KEEPING_ALL = 1;

    static final String FULL = "No space left on device";
    private static final String FAULT = "Input/output error";
    private static final long NEVER = Long.MAX_VALUE;

    private final DiskFileSystem fileSystem = new DiskFileSystem(this);
    private final DiskNames names;

    private Runnable beforeChange = () -> {};
    private boolean inHook;
    private long changes;

    private long writesUntilFull = NEVER;
    private boolean isFull;
    private long flushesUntilFault = NEVER;
    private boolean refusesTruncation;

    /** An empty disk. */
    public PowerLossDisk() {
        this(new DiskNames());
    }

    private PowerLossDisk(DiskNames names) {
        this.names = names;
    }

    /** The directory above all. */
    public Path root() {
        return fileSystem.getPath(DiskNames.ROOT);
    }

    /** Sets what is run before each change that the disk is asked for; changes that it makes itself are not told. */
    public synchronized void beforeEachChange(Runnable hook) {
        beforeChange = hook;
    }

    /** How many changes were asked for: writes, truncations, flushes, and changes of names. */
    public synchronized long changes() {
        return changes;
    }

    /** Makes everything safe, as if long ago. */
    public synchronized void settle() {
        names.settle();
    }

    /**
     * A disk as this one may be after a loss of power now.
     *
     * @param seed what becomes of that which is not safe
     */
    public synchronized PowerLossDisk crash(long seed) {
        return new PowerLossDisk(names.crash(Fate.of(seed)));
    }

    /** Another disk with the same on it, all of it safe. */
    public synchronized PowerLossDisk copy() {
        return crash(KEEPING_ALL);
    }

    /** What a loss of power does to that which is not safe. */
    enum Fate {
        LOSES,
        KEEPS,
        /** What came first is there, up to some moment. */
        CUTS,
        /** Sizes are there, and zeros for bytes. */
        ZEROES,
        /** Each sector, each size and each name is there or not. */
        MIXES;

        /** Picks a fate for each file, and for the names. */
        interface Dice {
            Fate next();

            Random random();
        }

        static Dice of(long seed) {
            Random random = new Random(seed);
            return new Dice() {
                @Override
                public Fate next() {
                    if (seed == LOSING_ALL) {
                        return LOSES;
                    }
                    return seed == KEEPING_ALL ? KEEPS : values()[random.nextInt(values().length)];
                }

                @Override
                public Random random() {
                    return random;
                }
            };
        }
    }

    // What goes wrong while there is power.

    /** Has the disk be full at the n-th write from now, counted from 1: of that one only a part fits. */
    public synchronized void fillAtWrite(long n) {
        writesUntilFull = n;
    }

    /** Gives the disk room again. */
    public synchronized void makeRoom() {
        writesUntilFull = NEVER;
        isFull = false;
    }

    /**
     * Has the n-th flush from now fail, counted from 1. As with a real kernel, what it should have made safe is never
     * tried again: a later flush says that all is well, and these bytes may be there or not.
     */
    public synchronized void failFlush(long n) {
        flushesUntilFault = n;
    }

    /** Whether files cannot be made shorter. */
    public synchronized void refuseTruncation(boolean refuses) {
        refusesTruncation = refuses;
    }

    // For the file system; the caller holds the lock.

    DiskNames names() {
        return names;
    }

    /** A change is about to be made. */
    void changing() {
        if (inHook) {
            return;
        }
        changes++;
        inHook = true;
        try {
            beforeChange.run();
        } finally {
            inHook = false;
        }
    }

    /**
     * How many of some bytes can be written.
     *
     * @throws IOException if none can
     */
    int roomFor(int bytes) throws IOException {
        if (isFull) {
            throw new IOException(FULL);
        }
        if (writesUntilFull != NEVER && --writesUntilFull == 0) {
            isFull = true;
            return bytes / 2;
        }
        return bytes;
    }

    /** Whether the flush that is asked for now is to fail. */
    boolean flushFails() {
        if (flushesUntilFault == NEVER || --flushesUntilFault > 0) {
            return false;
        }
        flushesUntilFault = NEVER;
        return true;
    }

    static IOException fault() {
        return new IOException(FAULT);
    }

    void checkTruncation() throws IOException {
        if (refusesTruncation) {
            throw fault();
        }
    }

    /** The names that there are now, for messages of tests. */
    public synchronized List<String> paths() {
        return names.all();
    }
}
