package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.OwnerThread;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.ArenaFullException;
import io.vireo.memory.Table;
import io.vireo.value.ValueLimits;
import io.vireo.value.ValueMemory;
import io.vireo.value.ValueType;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * All databases of a node in one arena, with what concerns them together: time, watches, the snapshot cut, and memory
 * given back little by little.
 *
 * <p>Only the thread that holds {@link #owner} may touch it. The time that commands see is set once a turn.
 */
@RunsOn(Loop.KEYSPACE)
public final class Keyspace implements AutoCloseable {
    private static final int EXPIRY_STEPS = 64;
    private static final long PURGE_BUDGET_NANOS = 1_000_000;

    private final OwnerThread owner = new OwnerThread();
    private Arena arena;
    private ValueMemory values;
    private LazyFree lazyFree = new LazyFree();
    private SnapshotCuts cuts;
    private final Database[] databases;
    private final Workbench workbench;
    private final ValueLimits valueLimits = new ValueLimits();
    private final EntryHomes homes = new EntryHomes(this);
    private final Watches watches = new Watches();
    private final BlockedClients blockedClients = new BlockedClients((db, key) -> db(db).typeOf(key));
    private final RandomGenerator random = new SplittableRandom();
    private final Bytes movedKey = new Bytes();

    private ExpiryListener expiryListener = (db, key) -> {};
    private long nowMs = System.currentTimeMillis();
    private final AccessClock accesses = new AccessClock(random, nowMs);
    private final LazyFreeing lazyFreeing = new LazyFreeing();
    private final FunctionLibraries functions = new FunctionLibraries();
    private final Eviction eviction = new Eviction(this);
    private final OwnExpiries ownExpiries = new OwnExpiries(this);
    private boolean activeExpire = true;
    private boolean isReplica;
    private boolean paused;
    private boolean asPrimaryStream;
    private int nextToExpire;
    private int nextToDefragment;
    private long defragmentAt;
    private final BackgroundCounts background = new BackgroundCounts();

    private KeyPlaceVisitor changeListener;
    private Runnable flushListener = () -> {};
    private KeyPlaceVisitor arrivalListener;
    private KeyPlaceVisitor missListener;

    private long dirty;
    private long hits;
    private long misses;
    private long expiredKeys;

    /** Empty databases in an arena of their own, of up to 32 GiB. */
    public Keyspace(int databases) {
        this(databases, Arena.MAX_BYTES);
    }

    /** Empty databases in an arena of their own, of up to this size. */
    public Keyspace(int databases, long limitBytes) {
        this.arena = Arena.reserve(limitBytes);
        this.values = new ValueMemory(arena, valueLimits);
        this.cuts = new SnapshotCuts(arena, lazyFree);
        this.databases = new Database[databases];
        for (int i = 0; i < databases; i++) {
            this.databases[i] = new Database(this, i, newEntries());
        }
        this.workbench = new Workbench(this, newEntries());
    }

    public OwnerThread owner() {
        return owner;
    }

    public Database db(int index) {
        return databases[index];
    }

    public Workbench workbench() {
        return workbench;
    }

    public int databases() {
        return databases.length;
    }

    /** Keys of all databases together. */
    public long size() {
        long size = 0;
        for (Database db : databases) {
            size += db.size();
        }
        return size;
    }

    Arena arena() {
        return arena;
    }

    /** Chance, for commands that choose. */
    public RandomGenerator random() {
        return random;
    }

    Entries newEntries() {
        return new Entries(values, cuts, lazyFree, accesses, lazyFreeing);
    }

    /** Up to which size collections are packed; whoever changes it does so for what comes. */
    public ValueLimits valueLimits() {
        return valueLimits;
    }

    ValueMemory values() {
        return values;
    }

    EntryHomes homes() {
        return homes;
    }

    // Time.

    /** The time of this turn, in milliseconds since 1970. */
    public long nowMs() {
        return nowMs;
    }

    /** Begins a turn: what follows happens at this time. */
    public void newTurn(long newNowMs) {
        if (newNowMs != nowMs) {
            nowMs = newNowMs;
            accesses.at(newNowMs);
        }
    }

    // Use of keys.

    AccessClock accesses() {
        return accesses;
    }

    /**
     * Chooses what is noted when a key is used.
     *
     * @param counted how often it is, for LFU, instead of when it last was
     * @param logFactor how slowly the counter grows
     * @param decayMinutes after how many minutes it falls by one; 0 for never
     */
    public void noteAccesses(boolean counted, int logFactor, int decayMinutes) {
        accesses.follow(counted, logFactor, decayMinutes);
    }

    /** Notes the use of keys in the same way as another keyspace. */
    public void noteAccessesAs(Keyspace other) {
        accesses.follow(other.accesses);
    }

    /** Whether accesses are counted instead of timed. */
    public boolean countsAccesses() {
        return accesses.countsUses();
    }

    /** Whether what follows leaves keys as if it had not used them. */
    public void leavesNoTrace(boolean on) {
        accesses.leavesNoTrace(on);
    }

    // Expiry.

    /** Who is told of a key that is about to be deleted because its time is over. */
    public void expiryListener(ExpiryListener listener) {
        expiryListener = listener;
    }

    /** Whether keys whose time is over are deleted here, or stay until the primary says so. */
    public void replica(boolean isOne) {
        isReplica = isOne;
    }

    /** Whether somebody else decides when a key is over. */
    public boolean isReplica() {
        return isReplica;
    }

    /** Whether what follows is the primary's stream, to which keys exist until it deletes them. */
    public void viewAsPrimaryStream(boolean on) {
        asPrimaryStream = on;
    }

    boolean seesExpired() {
        return asPrimaryStream;
    }

    /** Whether clients are paused: then nothing is deleted that no command deletes. */
    public void paused(boolean now) {
        paused = now;
    }

    /** Whether clients are paused: neither time nor want of memory may change the data. */
    public boolean isPaused() {
        return paused;
    }

    /** Whether a key whose time is over is deleted by whoever asks for it. */
    public boolean deletesExpired() {
        return !isReplica && !paused;
    }

    void expired(int db, Bytes key) {
        expiredKeys++;
        watches.expired(db, key);
        if (!blockedClients.isEmpty()) {
            blockedClients.changed(db, key, null);
        }
        expiryListener.expired(db, key);
    }

    /** What a replica has to expire by itself. */
    public OwnExpiries ownExpiries() {
        return ownExpiries;
    }

    // Eviction.

    /** Keeps memory within a limit. */
    public Eviction eviction() {
        return eviction;
    }

    /** A key is about to be deleted though nobody has asked for it. */
    void leaves(int db, Bytes key) {
        if (!watches.isEmpty()) {
            watches.changed(db, key);
        }
        if (!blockedClients.isEmpty()) {
            blockedClients.changed(db, key, null);
        }
    }

    /** The function libraries that belong to the data. */
    public FunctionLibraries functions() {
        return functions;
    }

    /** Which deletions are lazy; whoever changes it does so for what comes. */
    public LazyFreeing lazyFreeing() {
        return lazyFreeing;
    }

    /** Whether what nobody can reach any more is still to be freed. */
    boolean isFreeing() {
        return !lazyFree.isEmpty();
    }

    /** Frees what nobody can reach any more, for about so long. */
    void free(long budgetNanos) {
        lazyFree.step(budgetNanos);
    }

    /**
     * Bytes that the running snapshot cut alone keeps from being freed: about as much, where it keeps whole databases
     * that were flushed.
     */
    public long bytesKeptByCut() {
        return cuts.keptNowBytes();
    }

    public void setActiveExpire(boolean on) {
        activeExpire = on;
    }

    /**
     * Deletes keys whose time is over, for about so long; a database that was not finished is gone on with next time.
     *
     * @return whether there is more to do
     */
    public boolean expireCycle(long atMs, long budgetNanos) {
        if (activeExpire && isReplica && !paused) {
            return ownExpiries.expire(atMs, System.nanoTime() + budgetNanos);
        }
        if (!activeExpire || !deletesExpired()) {
            return false;
        }
        long began = System.nanoTime();
        long expiring = expiring();
        long expiredBefore = expiredKeys;
        boolean finished = expireUntil(atMs, began + budgetNanos);
        background.expireCycle(System.nanoTime() - began, finished, expiredKeys - expiredBefore, expiring);
        return !finished;
    }

    private long expiring() {
        long expiring = 0;
        for (Database db : databases) {
            expiring += db.expiresSize();
        }
        return expiring;
    }

    private boolean expireUntil(long atMs, long untilNanos) {
        for (int i = 0; i < databases.length; i++) {
            if (!databases[nextToExpire].expire(atMs, untilNanos, EXPIRY_STEPS)) {
                return false;
            }
            nextToExpire = (nextToExpire + 1) % databases.length;
        }
        return true;
    }

    // All of it at once.

    /** Lets two databases change places. */
    public void swap(int a, int b) {
        if (a == b) {
            return;
        }
        Entries entriesOfA = databases[a].entries();
        Entries entriesOfB = databases[b].entries();
        if (!watches.isEmpty()) {
            watches.replaced(a, key -> presence(entriesOfA, key), key -> presence(entriesOfB, key));
            watches.replaced(b, key -> presence(entriesOfB, key), key -> presence(entriesOfA, key));
        }
        databases[a].entries(entriesOfB);
        databases[b].entries(entriesOfA);
        offerAll(a);
        offerAll(b);
    }

    /** Lets the entries of a database go. */
    void emptied(int db, Entries entries, boolean lazily) {
        if (lazily) {
            lazyFree.countFreed(entries.size());
        }
        if (!watches.isEmpty()) {
            watches.replaced(db, key -> presence(entries, key), key -> Watches.Presence.ABSENT);
        }
        offerAll(db);
        cuts.detach(entries);
    }

    /** Empties all databases as FLUSHALL does. */
    public void flushAll() {
        flushAll(lazyFreeing.userFlush);
    }

    /** Empties all databases, see {@link Database#flush(boolean)}. */
    public void flushAll(boolean lazily) {
        ownExpiries.clear();
        flushed();
        for (Database db : databases) {
            db.empty(lazily);
        }
    }

    /**
     * Exchanges all databases with those of another keyspace, each with its memory: so that content which was filled
     * beside this one takes its place in a moment, however large both are. No cut may be running.
     */
    public void exchange(Keyspace other) {
        Invariant.check(databases.length == other.databases.length, "exchanged keyspaces have as many databases");
        Invariant.check(!cuts.isRunning() && !other.cuts.isRunning(), "a cut keeps the databases it walks");
        Arena otherArena = other.arena;
        ValueMemory otherValues = other.values;
        LazyFree otherLazyFree = other.lazyFree;
        SnapshotCuts otherCuts = other.cuts;
        other.arena = arena;
        other.values = values;
        other.lazyFree = lazyFree;
        other.cuts = cuts;
        arena = otherArena;
        values = otherValues;
        values.limits(valueLimits);
        other.values.limits(other.valueLimits);
        lazyFree = otherLazyFree;
        cuts = otherCuts;
        for (int i = 0; i < databases.length; i++) {
            Entries now = databases[i].entries();
            Entries then = other.databases[i].entries();
            if (!watches.isEmpty()) {
                watches.replaced(i, key -> presence(now, key), key -> presence(then, key));
            }
            then.movedTo(accesses, lazyFreeing);
            now.movedTo(other.accesses, other.lazyFreeing);
            databases[i].entries(then);
            other.databases[i].entries(now);
            offerAll(i);
        }
        Entries made = workbench.database().entries();
        workbench.database().entries(other.workbench.database().entries());
        functions.exchange(other.functions);
        other.workbench.database().entries(made);
        ownExpiries.clear();
        flushed();
        defragmentAt = 0;
        other.defragmentAt = 0;
    }

    // Watches.

    /** Begins to watch a key. Returns whether this client did not watch it yet. */
    public boolean watch(Watcher watcher, int db, Bytes key) {
        return watches.add(watcher, db, key, isOver(db, key));
    }

    private boolean isOver(int db, Bytes key) {
        return presence(databases[db].entries(), key) == Watches.Presence.OVER;
    }

    private Watches.Presence presence(Entries entries, Bytes key) {
        long slot = entries.find(key, key.hash());
        if (slot == Entries.ABSENT) {
            return Watches.Presence.ABSENT;
        }
        long blob = entries.blobAt(slot);
        boolean isOver = Entry.expires(blob) && Entry.expireAtMs(blob) < nowMs;
        return isOver ? Watches.Presence.OVER : Watches.Presence.LIVE;
    }

    public void unwatchAll(Watcher watcher) {
        watches.removeAll(watcher);
    }

    /** Whether a key that this client watches has expired since, deleted or not. */
    public boolean hasExpiredWatched(Watcher watcher) {
        return watches.hasExpired(watcher, this::isOver);
    }

    /** A key has changed: tells who watches it, and notes it for who waits for it. */
    public void keyChanged(int db, Bytes key) {
        if (!watches.isEmpty()) {
            watches.changed(db, key);
        }
        if (!blockedClients.isEmpty()) {
            blockedClients.changed(db, key, storedType(db, key));
        }
        if (changeListener != null) {
            changeListener.accept(db, key);
        }
    }

    /** Sets who is told of each key that a command has changed; null for nobody. */
    public void changes(KeyPlaceVisitor listener) {
        changeListener = listener;
    }

    /**
     * Sets who is told that all keys of a database, or of all, go or are replaced. It is told on the thread that holds
     * the keyspace just then.
     */
    public void flushes(Runnable listener) {
        flushListener = listener;
    }

    void flushed() {
        flushListener.run();
    }

    // Clients that wait for keys.

    /** Who waits for keys of whatever database. */
    public BlockedClients blockedClients() {
        return blockedClients;
    }

    private void offerAll(int db) {
        if (!blockedClients.isEmpty()) {
            blockedClients.replaced(db, this::storedType);
        }
    }

    /** The type of what lies at a key, be its time over or not, or null. */
    private ValueType storedType(int db, Bytes key) {
        Entries entries = databases[db].entries();
        long slot = entries.find(key, key.hash());
        return slot == Entries.ABSENT ? null : ValueType.ofCode(Entry.type(entries.blobAt(slot)));
    }

    // The cut, and work in slices.

    /** Begins a cut of all databases as they are now; none may be running. */
    public void beginCut(CutSink sink) {
        cuts.begin(databases, sink, eviction.goesByUse() ? AccessNote.by(accesses) : AccessNote.NONE);
    }

    public SnapshotCuts cuts() {
        return cuts;
    }

    /**
     * Frees what flushes left behind and gives empty memory back, for about so long. Returns whether there may be
     * more to do at once.
     */
    public boolean freeStep(long budgetNanos) {
        if (lazyFree.step(budgetNanos) || cuts.forgetStep(budgetNanos)) {
            return true;
        }
        return arena.purge(budgetNanos) > 0;
    }

    /** Gives memory that is free back with the next steps, also what would be kept a little longer for its next use. */
    public void purgeSoon() {
        arena.releaseEmptySlabs();
        arena.purge(PURGE_BUDGET_NANOS); // marks what is free now, so that the next pass gives it back
        arena.purge(PURGE_BUDGET_NANOS);
    }

    /** Shows how many blobs of each size the data have. */
    public void forEachBlobSize(Arena.SizeVisitor visitor) {
        arena.forEachSize(visitor);
    }

    /** Moves blobs out of sparse memory, for about so long. */
    public void defragmentStep(long budgetNanos) {
        long began = System.nanoTime();
        long movedBefore = background.moved();
        try {
            defragmentUntil(began + budgetNanos);
        } catch (ArenaFullException e) {
            // Moving needs a little room first; without it blobs stay where they are, which is no error.
        }
        background.defragmentStep(System.nanoTime() - began, background.moved() > movedBefore);
    }

    /** No blobs are moved any more: for what is told. */
    public void defragmentOff() {
        background.defragmentOff();
    }

    private void defragmentUntil(long untilNanos) {
        int visited = 0;
        do {
            Entries entries = databases[nextToDefragment].entries();
            Table table = entries.table();
            int segment = table.segmentAt(defragmentAt);
            entries.defragment(segment, movedKey, background);
            defragmentAt = table.positionAfter(segment);
            if (defragmentAt >= Table.END) {
                defragmentAt = 0;
                nextToDefragment = (nextToDefragment + 1) % databases.length;
                visited++;
            }
        } while (visited < databases.length && System.nanoTime() - untilNanos < 0);
    }

    // Counters.

    /** What is counted of work in the background. */
    public BackgroundCounts background() {
        return background;
    }

    public void addDirty(long changes) {
        dirty += changes;
    }

    /** Changes since the start. */
    public long dirty() {
        return dirty;
    }

    void countHit() {
        hits++;
    }

    void countMiss(int db, Bytes key) {
        misses++;
        if (missListener != null) {
            missListener.accept(db, key);
        }
    }

    void countQuietMiss() {
        misses++;
    }

    /** A key has come into a database; it is good during the call. */
    void arrived(int db, Bytes key) {
        if (arrivalListener != null && db >= 0) {
            arrivalListener.accept(db, key);
        }
    }

    boolean tellsArrivals() {
        return arrivalListener != null;
    }

    /** Sets who is told of each new key, of whatever database; null for nobody. */
    public void arrivals(KeyPlaceVisitor listener) {
        arrivalListener = listener;
    }

    /** Sets who is told of each key that was looked for to be read and is not there; null for nobody. */
    public void misses(KeyPlaceVisitor listener) {
        missListener = listener;
    }

    public long hits() {
        return hits;
    }

    public long misses() {
        return misses;
    }

    public long expiredKeys() {
        return expiredKeys;
    }

    public void resetStats() {
        hits = 0;
        misses = 0;
        expiredKeys = 0;
        eviction.resetStats();
        lazyFree.resetStats();
        background.reset();
    }

    /** Memory handed out, exactly, in bytes: what {@code used_memory} tells. */
    public long usedBytes() {
        return arena.usedBytes();
    }

    public long peakBytes() {
        return arena.peakBytes();
    }

    public long residentBytes() {
        return arena.residentBytes();
    }

    public double fragmentation() {
        return arena.fragmentation();
    }

    public long lazyFreePending() {
        return lazyFree.pending();
    }

    public long lazyFreed() {
        return lazyFree.freed();
    }

    @Override
    public void close() {
        arena.close();
    }
}
