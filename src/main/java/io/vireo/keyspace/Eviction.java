package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.MaxmemoryPolicy;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps the memory in use within a limit: frees what is waiting to be freed, then deletes keys that the
 * {@link EvictionPolicy} chooses, in slices of limited time.
 *
 * <p>Who is about to run a command calls {@link #makeRoom}, and goes on calling it in later turns while it answers
 * {@link Outcome#GOES_ON}; meanwhile commands run, so that a limit lowered by gigabytes stops nobody.
 */
@RunsOn(Loop.KEYSPACE)
public final class Eviction {
    /** How far it got. */
    public enum Outcome {
        /** Memory is within the limit. */
        FITS,
        /** Time ran out: there is more to do. */
        GOES_ON,
        /** Nothing may go any more, and it is still too much. */
        STUCK
    }

    private static final int KEYS_BETWEEN_LOOKS_AT_THE_CLOCK = 16;
    private static final long FREEING_STEP_NANOS = 50_000;

    /** Up to this tenacity the time grows evenly, and from there on by a factor. */
    private static final int EVEN_UP_TO = 10;

    private static final long NANOS_PER_TENACITY = 50_000;
    private static final double GROWTH = 1.15;
    private static final int WITHOUT_END = 100;

    private final Keyspace keyspace;
    private final EvictionPolicy policy;
    private final Bytes key = new Bytes();

    private LongSupplier countedBytes;
    private EvictionListener listener = (db, evicted) -> {};
    private LongConsumer keyTimes = nanos -> {};
    private LongConsumer cycleTimes = nanos -> {};
    private long limitBytes = Long.MAX_VALUE;
    private long sliceNanos = NANOS_PER_TENACITY * EVEN_UP_TO;

    private long evictedKeys;
    private long exceededNanos;
    /** When the limit was passed, or 0 while memory is within it. */
    private long exceededSince;

    Eviction(Keyspace keyspace) {
        this.keyspace = keyspace;
        this.policy = new EvictionPolicy(keyspace.random());
        this.countedBytes = keyspace::usedBytes;
    }

    // What it obeys.

    /** Sets what counts against the limit, in bytes. */
    public void counting(LongSupplier bytes) {
        countedBytes = bytes;
    }

    /** Sets who is told of a key that is about to go, so that replicas hear of it. */
    public void listener(EvictionListener newListener) {
        listener = newListener;
    }

    /** Sets who hears how long things took, in nanoseconds: the deletion of each key, and each call that had to evict. */
    public void timing(LongConsumer ofKeys, LongConsumer ofCycles) {
        keyTimes = ofKeys;
        cycleTimes = ofCycles;
    }

    /** Sets the limit in bytes, or 0 for none. */
    public void limit(long bytes) {
        limitBytes = bytes == 0 ? Long.MAX_VALUE : bytes;
        if (bytes == 0) {
            noteWithin();
        }
    }

    /** Sets which keys go, and how many are compared to find one. */
    public void choosing(MaxmemoryPolicy newPolicy, int samples) {
        policy.follow(newPolicy, samples);
    }

    /** Sets how long one call may take: 0 is shortest, 10 half a millisecond, 100 as long as it takes. */
    public void tenacity(int tenacity) {
        if (tenacity >= WITHOUT_END) {
            sliceNanos = Long.MAX_VALUE;
        } else {
            double growth = Math.pow(GROWTH, Math.max(0, tenacity - EVEN_UP_TO));
            sliceNanos = (long) (NANOS_PER_TENACITY * Math.min(tenacity, EVEN_UP_TO) * growth);
        }
    }

    /** Whether which key goes depends on the use of each: then Redis shares no values between keys. */
    public boolean needsAccesses() {
        return limitBytes != Long.MAX_VALUE && goesByUse();
    }

    /** Whether the policy looks at the use of each key, be there a limit or not. */
    boolean goesByUse() {
        return policy.policy().isLru() || policy.policy().isLfu();
    }

    // What it does.

    /** Whether what counts is within the limit. */
    public boolean fits() {
        return countedBytes.getAsLong() <= limitBytes;
    }

    /** Evicts until memory is within the limit, time is over or nothing may go. */
    public Outcome makeRoom() {
        if (fits()) {
            noteWithin();
            return Outcome.FITS;
        }
        Outcome outcome = Outcome.STUCK;
        if (policy.policy().evicts()) {
            long began = System.nanoTime();
            outcome = evict(began);
            cycleTimes.accept(System.nanoTime() - began);
        }
        if (outcome == Outcome.FITS) {
            noteWithin();
        } else if (exceededSince == 0) {
            exceededSince = System.nanoTime();
        }
        return outcome;
    }

    private Outcome evict(long began) {
        int keys = 0;
        do {
            boolean look = true;
            if (keyspace.isFreeing()) {
                keyspace.free(FREEING_STEP_NANOS);
            } else if (evictOne()) {
                look = ++keys % KEYS_BETWEEN_LOOKS_AT_THE_CLOCK == 0;
            } else {
                return Outcome.STUCK;
            }
            if (look && System.nanoTime() - began > sliceNanos && !fits()) {
                return Outcome.GOES_ON;
            }
        } while (!fits());
        return Outcome.FITS;
    }

    private boolean evictOne() {
        if (!policy.choose(keyspace)) {
            return false;
        }
        Database db = policy.chosenDb();
        long slot = policy.chosenSlot();
        long began = System.nanoTime();
        Entry.key(db.entries().blobAt(slot), key);
        keyspace.leaves(db.index(), key);
        listener.evicted(db.index(), key);
        db.entries().remove(slot, keyspace.lazyFreeing().eviction);
        evictedKeys++;
        keyTimes.accept(System.nanoTime() - began);
        return true;
    }

    private void noteWithin() {
        if (exceededSince != 0) {
            exceededNanos += System.nanoTime() - exceededSince;
            exceededSince = 0;
        }
    }

    // What it counts.

    public long evictedKeys() {
        return evictedKeys;
    }

    /** For how long memory has been over the limit without a break, in milliseconds; 0 while it is within. */
    public long currentExceededMs() {
        return currentExceededNanos() / 1_000_000;
    }

    /** For how long memory has been over the limit in all, in milliseconds. */
    public long totalExceededMs() {
        return (exceededNanos + currentExceededNanos()) / 1_000_000;
    }

    private long currentExceededNanos() {
        return exceededSince == 0 ? 0 : System.nanoTime() - exceededSince;
    }

    void resetStats() {
        evictedKeys = 0;
        exceededNanos = 0;
        exceededSince = 0;
    }
}
