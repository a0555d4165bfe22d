package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Table;
import io.vireo.resp.ErrorReply;
import io.vireo.value.CollectionType;
import io.vireo.value.CollectionValue;
import io.vireo.value.StringValue;
import io.vireo.value.ValueType;

/**
 * One database: keys with their values and times to expire.
 *
 * <p>A key whose time is over is absent to whoever asks. On a primary the first one to ask deletes it; on a replica it
 * stays until the primary says so, and is there for the primary's stream. Views handed out are good until the next
 * change of any key.
 */
@RunsOn(Loop.KEYSPACE)
public final class Database {
    private static final long ABSENT = Entries.ABSENT;
    private static final long NEVER = Entries.NEVER;
    private static final int MOST_OVERDUE = 512;

    private final Keyspace keyspace;
    private final int index;
    private Entries entries;
    private final StringValue shared = new StringValue();
    private final Bytes keyView = new Bytes();
    private final Bytes visitedKey = new Bytes();
    private final Bytes arrivedKey = new Bytes();
    private final int[] overdue = new int[MOST_OVERDUE];
    private int overdueCount;

    Database(Keyspace keyspace, int index, Entries entries) {
        this.keyspace = keyspace;
        this.index = index;
        entries(entries);
    }

    Entries entries() {
        return entries;
    }

    final void entries(Entries others) {
        entries = others;
        others.owner(this);
    }

    /** An entry has come. */
    void arrived(long blob) {
        if (keyspace.tellsArrivals()) {
            keyspace.arrived(index, Entry.key(blob, arrivedKey));
        }
    }

    /** An entry has come in place of one that was there. */
    void arrivedAgain(Bytes key) {
        keyspace.arrived(index, key);
    }

    public int index() {
        return index;
    }

    // Looking.

    /** The string at a key, or null; counts a hit or a miss and marks the access. */
    public StringValue readString(Bytes key) {
        return readString(key, shared);
    }

    /** The same into a view of the caller's, for commands that look at two values. */
    public StringValue readString(Bytes key, StringValue into) {
        long slot = live(key, key.hash());
        if (slot == ABSENT) {
            keyspace.countMiss(index, key);
            return null;
        }
        keyspace.countHit();
        long blob = entries.blobAt(slot);
        if (!Entry.isString(blob)) {
            throw ErrorReply.WRONG_TYPE.raise();
        }
        keyspace.accesses().used(blob);
        return entries.string(blob, into);
    }

    /** The string at a key, or null, also where it holds another type; counts and marks as {@link #readString}. */
    public StringValue readIfString(Bytes key) {
        long slot = live(key, key.hash());
        if (slot == ABSENT || !Entry.isString(entries.blobAt(slot))) {
            keyspace.countMiss(index, key);
            return null;
        }
        return readString(key, shared);
    }

    /** The string at a key, or null, leaving no trace. */
    public StringValue peekString(Bytes key) {
        return peekString(key, shared);
    }

    /** The string at a key into a view of the caller's, or null, leaving no trace. */
    public StringValue peekString(Bytes key, StringValue into) {
        long slot = live(key, key.hash());
        if (slot == ABSENT) {
            return null;
        }
        checkType(entries.blobAt(slot), ValueType.STRING);
        return entries.string(entries.blobAt(slot), into);
    }

    /** Whether a key is there; leaves no trace. */
    public boolean exists(Bytes key) {
        return live(key, key.hash()) != ABSENT;
    }

    /** The type of a key's value, or null. */
    public ValueType typeOf(Bytes key) {
        long slot = live(key, key.hash());
        return slot == ABSENT ? null : ValueType.ofCode(Entry.type(entries.blobAt(slot)));
    }

    /** When a key expires, in milliseconds since 1970; -1 never, -2 there is no such key. */
    public long expireAtMs(Bytes key) {
        long slot = live(key, key.hash());
        return slot == ABSENT ? -2 : Entry.expireAtMs(entries.blobAt(slot));
    }

    /** What OBJECT ENCODING answers, or null. */
    public String encodingOf(Bytes key) {
        long slot = live(key, key.hash());
        if (slot == ABSENT) {
            return null;
        }
        long blob = entries.blobAt(slot);
        if (Entry.isString(blob)) {
            return Entry.encodingName(blob);
        }
        return collection(slot, key).encoding();
    }

    /** The collection of whatever type at a key, or null; leaves no trace. */
    public CollectionValue peekCollection(Bytes key) {
        long slot = live(key, key.hash());
        return slot == ABSENT || Entry.isString(entries.blobAt(slot)) ? null : collection(slot, key);
    }

    private CollectionValue collection(long slot, Bytes key) {
        CollectionType<?> type = CollectionTypes.of(ValueType.ofCode(Entry.type(entries.blobAt(slot))));
        return keyspace.homes().view(type, 0, entries, slot, key.hash(), key);
    }

    /**
     * Looks a key up as commands do that read something about it: counted as a hit or a miss, but no access.
     *
     * @return whether it is there
     */
    public boolean lookUp(Bytes key) {
        return counted(key, live(key, key.hash())) != ABSENT;
    }

    /** As {@link #lookUp}, but nobody is told of a miss. */
    public boolean lookUpQuietly(Bytes key) {
        if (live(key, key.hash()) == ABSENT) {
            keyspace.countQuietMiss();
            return false;
        }
        keyspace.countHit();
        return true;
    }

    /** Marks an access without reading, counted as a hit or a miss. Returns whether the key is there. */
    public boolean access(Bytes key) {
        long slot = counted(key, live(key, key.hash()));
        markAccess(slot);
        return slot != ABSENT;
    }

    private long counted(Bytes key, long slot) {
        if (slot == ABSENT) {
            keyspace.countMiss(index, key);
        } else {
            keyspace.countHit();
        }
        return slot;
    }

    private void markAccess(long slot) {
        if (slot != ABSENT) {
            keyspace.accesses().used(entries.blobAt(slot));
        }
    }

    /** Seconds since the last access of a key that is there, where accesses are timed. */
    public long idleSeconds(Bytes key) {
        return keyspace.accesses().idleSeconds(accessBits(key));
    }

    /** How often a key that is there is used, from 0 to 255, where accesses are counted. */
    public int frequency(Bytes key) {
        return keyspace.accesses().frequency(accessBits(key));
    }

    /** What is noted of the accesses of a key that is there, 24 bits whose meaning depends on the policy. */
    public int accessBits(Bytes key) {
        long slot = live(key, key.hash());
        Invariant.check(slot != ABSENT, "only of a key that is there accesses are known");
        return Entry.access(entries.blobAt(slot));
    }

    /** Makes a key look as if its last access were so long ago, where accesses are timed; says nothing to replicas. */
    public void idleSeconds(Bytes key, long seconds) {
        long slot = entries.find(key, key.hash());
        if (slot != ABSENT && !keyspace.accesses().countsUses()) {
            Entry.setAccess(entries.blobAt(slot), keyspace.accesses().idleFor(seconds));
        }
    }

    /** Makes a key look as if it were used so often, from 0 to 255, where accesses are counted. */
    public void frequency(Bytes key, int frequency) {
        long slot = entries.find(key, key.hash());
        if (slot != ABSENT && keyspace.accesses().countsUses()) {
            Entry.setAccess(entries.blobAt(slot), keyspace.accesses().usedAsOften(frequency));
        }
    }

    /** Bytes of memory a key takes with its value, or -1. */
    public long sizeOf(Bytes key) {
        long slot = live(key, key.hash());
        return slot == ABSENT ? -1 : entries.memoryOf(slot);
    }

    /** Memory of the table that leads to the keys, in bytes. */
    public long tableBytes() {
        return entries.table().memoryBytes();
    }

    /** How many keys the table has room for as it stands. */
    public long tableRoom() {
        return entries.table().room();
    }

    /** Memory of what leads from times to keys, in bytes: it lies in the entries that expire. */
    public long expiryBytes() {
        return entries.expiry().size() * Entry.EXPIRY_SIZE;
    }

    // Collections.

    /** The collection at a key, or null; counts a hit or a miss and marks the access. Another type is refused. */
    public <V extends CollectionValue> V read(Bytes key, CollectionType<V> type) {
        return read(key, type, 0);
    }

    /**
     * The same through the {@code nth} view of the type, from 0 on, for commands that look at several values at once.
     * Views of one type must be of different keys where one of them is changed.
     */
    public <V extends CollectionValue> V read(Bytes key, CollectionType<V> type, int nth) {
        long hash = key.hash();
        long slot = counted(key, live(key, hash));
        if (slot == ABSENT) {
            return null;
        }
        checkType(entries.blobAt(slot), type.type());
        markAccess(slot);
        return keyspace.homes().view(type, nth, entries, slot, hash, key);
    }

    /** The collection at a key, or null, leaving no trace. */
    public <V extends CollectionValue> V peek(Bytes key, CollectionType<V> type) {
        long hash = key.hash();
        long slot = live(key, hash);
        if (slot == ABSENT) {
            return null;
        }
        checkType(entries.blobAt(slot), type.type());
        return keyspace.homes().view(type, 0, entries, slot, hash, key);
    }

    /** The collection at a key to be changed, or null. Whoever takes its last element says {@link #removeIfEmpty}. */
    public <V extends CollectionValue> V change(Bytes key, CollectionType<V> type) {
        return change(key, type, 0);
    }

    /** The same through the {@code nth} view of the type. */
    public <V extends CollectionValue> V change(Bytes key, CollectionType<V> type, int nth) {
        long hash = key.hash();
        long slot = live(key, hash);
        return slot == ABSENT ? null : changed(slot, hash, key, type, nth);
    }

    /**
     * The collection at a key to be changed, made where there is none: the caller adds an element before anything else
     * happens, or says {@link #removeIfEmpty}.
     */
    public <V extends CollectionValue> V write(Bytes key, CollectionType<V> type) {
        return write(key, type, 0);
    }

    /** The same through the {@code nth} view of the type. */
    public <V extends CollectionValue> V write(Bytes key, CollectionType<V> type, int nth) {
        long hash = key.hash();
        long slot = liveOrCleared(key, hash);
        return slot == ABSENT ? create(slot, hash, key, type, nth) : changed(slot, hash, key, type, nth);
    }

    /** An empty collection in the place of whatever is at a key, without a time to expire; else as {@link #write}. */
    public <V extends CollectionValue> V replace(Bytes key, CollectionType<V> type) {
        long hash = key.hash();
        return create(overwritten(liveOrCleared(key, hash)), hash, key, type, 0);
    }

    /**
     * Stores a collection whose packed bytes are sound, instead of whatever is at a key and without a time to expire. It
     * takes the form that the limits ask for.
     */
    public void putPacked(Bytes key, ValueType type, boolean marked, Bytes packed) {
        long hash = key.hash();
        entries.putPacked(liveOrCleared(key, hash), hash, key, type, marked, packed, keyspace.nowMs());
        keyspace.homes()
                .view(CollectionTypes.of(type), 0, entries, entries.find(key, hash), hash, key)
                .fit();
    }

    private <V extends CollectionValue> V create(long slot, long hash, Bytes key, CollectionType<V> type, int nth) {
        type.writeEmpty().accept(entries.create(slot, hash, key, type, keyspace.nowMs()));
        return keyspace.homes().view(type, nth, entries, entries.find(key, hash), hash, key);
    }

    private <V extends CollectionValue> V changed(long slot, long hash, Bytes key, CollectionType<V> type, int nth) {
        long blob = entries.blobAt(slot);
        checkType(blob, type.type());
        markAccess(slot);
        entries.beforeChange(blob);
        return keyspace.homes().view(type, nth, entries, slot, hash, key);
    }

    /** Deletes a key whose collection has no element any more. Returns whether it had none. */
    public <V extends CollectionValue> boolean removeIfEmpty(Bytes key, CollectionType<V> type) {
        long hash = key.hash();
        long slot = entries.find(key, hash);
        if (slot == ABSENT
                || keyspace.homes().view(type, 0, entries, slot, hash, key).size() > 0) {
            return false;
        }
        entries.remove(slot, keyspace.lazyFreeing().serverDel);
        return true;
    }

    /** Refuses a key that is there with another type. */
    public void checkType(Bytes key, ValueType type) {
        long slot = live(key, key.hash());
        if (slot != ABSENT) {
            checkType(entries.blobAt(slot), type);
        }
    }

    private static void checkType(long blob, ValueType type) {
        if (Entry.type(blob) != type.code()) {
            throw ErrorReply.WRONG_TYPE.raise();
        }
    }

    /** Gives a key with its value to a sink, as a snapshot cut of it alone. Returns whether it is there. */
    public boolean record(Bytes key, CutSink sink) {
        long slot = live(key, key.hash());
        if (slot == ABSENT) {
            return false;
        }
        KeyRecord.write(keyspace.arena(), entries, entries.blobAt(slot), sink);
        return true;
    }

    // Changing strings.

    /** Stores a string; a time to expire that was there is gone. */
    public void setString(Bytes key, Bytes value) {
        setString(key, value, NEVER);
    }

    /** Stores a string that expires at a time, or with -1 never. */
    public void setString(Bytes key, Bytes value, long expireAtMs) {
        long hash = key.hash();
        long slot = entries.find(key, hash);
        if (slot != ABSENT && isOver(entries.blobAt(slot)) && keyspace.deletesExpired()) {
            removeExpired(key, slot); // so that replicas and watchers hear of the end of the old value, as in Redis
            slot = ABSENT;
        }
        entries.put(overwritten(slot), hash, key, value, expireAtMs, keyspace.nowMs());
        noteExpiry(hash, expireAtMs);
    }

    /** Something has said when a key expires: on a replica it may be this node's own to delete. */
    private void noteExpiry(long hash, long expireAtMs) {
        if (expireAtMs != NEVER) {
            keyspace.ownExpiries().note(index, hash, expireAtMs);
        }
    }

    /** Stores a string, keeping a time to expire that is there. */
    public void setStringKeepTtl(Bytes key, Bytes value) {
        long hash = key.hash();
        long slot = live(key, hash);
        long expireAtMs = slot == ABSENT ? NEVER : Entry.expireAtMs(entries.blobAt(slot));
        long place = slot == ABSENT ? entries.find(key, hash) : slot;
        entries.put(overwritten(place), hash, key, value, expireAtMs, keyspace.nowMs());
    }

    /** Stores a number, keeping a time to expire that is there. */
    public void setLong(Bytes key, long value) {
        long hash = key.hash();
        long slot = live(key, hash);
        if (slot == ABSENT) {
            entries.putNumber(overwritten(entries.find(key, hash)), hash, key, value, NEVER, keyspace.nowMs());
        } else if (Entry.encoding(entries.blobAt(slot)) == Entry.INT && Entry.isString(entries.blobAt(slot))) {
            markAccess(slot);
            entries.setNumber(slot, value);
        } else {
            long expireAtMs = Entry.expireAtMs(entries.blobAt(slot));
            entries.putNumber(overwritten(slot), hash, key, value, expireAtMs, keyspace.nowMs());
        }
    }

    /** A slot whose value is about to be replaced: what is put there keeps the access bits. */
    private long overwritten(long slot) {
        if (slot != ABSENT) {
            keyspace.accesses().overwritten(entries.blobAt(slot));
        }
        return slot;
    }

    /** Adds bytes to the end of a string, making it if need be. Returns its length. */
    public long append(Bytes key, Bytes suffix) {
        long hash = key.hash();
        long slot = live(key, hash);
        if (slot == ABSENT) {
            entries.put(overwritten(entries.find(key, hash)), hash, key, suffix, NEVER, keyspace.nowMs());
            return suffix.length();
        }
        checkType(entries.blobAt(slot), ValueType.STRING);
        int length = Entry.textLength(entries.blobAt(slot));
        return write(slot, hash, key, length, suffix);
    }

    /** Writes bytes into a string from an offset on, filling a gap with zeros. Returns its length. */
    public long setRange(Bytes key, long offset, Bytes part) {
        long hash = key.hash();
        long slot = liveOrCleared(key, hash);
        if (slot != ABSENT) {
            checkType(entries.blobAt(slot), ValueType.STRING);
        }
        return write(slot, hash, key, Math.toIntExact(offset), part);
    }

    private long write(long slot, long hash, Bytes key, int from, Bytes part) {
        int length = slot == ABSENT ? 0 : Entry.textLength(entries.blobAt(slot));
        int to = Math.addExact(from, part.length());
        markAccess(slot);
        long at = entries.writable(slot, hash, key, from, to, keyspace.nowMs());
        RawMemory.copy(part.address(), at, part.length());
        return Math.max(length, to);
    }

    // Changing keys.

    /** Deletes a key as DEL does. Returns whether it was there. */
    public boolean delete(Bytes key) {
        return delete(key, keyspace.lazyFreeing().userDel);
    }

    /** Deletes a key. Returns whether it was there; {@code lazily} as {@link LazyFreeing} has it. */
    public boolean delete(Bytes key, boolean lazily) {
        long slot = live(key, key.hash());
        if (slot == ABSENT) {
            return false;
        }
        entries.remove(slot, lazily);
        return true;
    }

    /** Sets when a key expires. Returns whether it is there. */
    public boolean setExpireAt(Bytes key, long ms) {
        long hash = key.hash();
        long slot = live(key, hash);
        if (slot == ABSENT) {
            return false;
        }
        markAccess(slot);
        entries.setExpireAt(slot, key, hash, ms, keyspace.nowMs());
        noteExpiry(hash, ms);
        return true;
    }

    /** Takes a key's time to expire away. Returns whether it had one. */
    public boolean persist(Bytes key) {
        long hash = key.hash();
        long slot = live(key, hash);
        if (slot == ABSENT || !Entry.expires(entries.blobAt(slot))) {
            return false;
        }
        markAccess(slot);
        entries.setExpireAt(slot, key, hash, NEVER, keyspace.nowMs());
        return true;
    }

    /** Gives a value that is there another key, which goes if it is there. */
    public void rename(Bytes from, Bytes to) {
        if (from.contentEquals(to)) {
            return;
        }
        long hash = from.hash();
        long slot = entries.find(from, hash);
        Invariant.check(slot != ABSENT, "only a key that is there is renamed");
        markAccess(slot);
        long expireAtMs = Entry.expireAtMs(entries.blobAt(slot));
        boolean replaces = entries.find(to, to.hash()) != ABSENT;
        entries.transfer(from, hash, entries, to, to.hash(), keyspace.nowMs());
        noteExpiry(to.hash(), expireAtMs);
        if (replaces) {
            arrivedAgain(to);
        }
    }

    /** Gives a value that is there to a key of another database, instead of whatever that has. */
    void transfer(Bytes from, Database other, Bytes to) {
        entries.transfer(from, from.hash(), other.entries, to, to.hash(), keyspace.nowMs());
    }

    /** Moves a key to another database, unless it is there already. Returns whether it moved. */
    public boolean moveTo(Database other, Bytes key) {
        long hash = key.hash();
        long slot = live(key, hash);
        if (other == this || slot == ABSENT || other.live(key, hash) != ABSENT) {
            return false;
        }
        markAccess(slot);
        long expireAtMs = Entry.expireAtMs(entries.blobAt(slot));
        entries.transfer(key, hash, other.entries, key, hash, keyspace.nowMs());
        other.noteExpiry(hash, expireAtMs);
        return true;
    }

    /** Copies a value to another key, here or elsewhere. Returns whether it did; not over a key that must stay. */
    public boolean copyTo(Database other, Bytes from, Bytes to, boolean replace) {
        long slot = live(from, from.hash());
        if (slot == ABSENT) {
            return false;
        }
        long toHash = to.hash();
        long target = other.live(to, toHash);
        if (target != ABSENT && !replace) {
            return false;
        }
        long blob = entries.blobAt(slot);
        long expireAtMs = Entry.expireAtMs(blob);
        long place = other.entries.find(to, toHash);
        if (place != ABSENT) { // the copy is a new value, whatever was there
            Entry.setAccess(other.entries.blobAt(place), keyspace.accesses().fresh());
            other.arrivedAgain(to);
        }
        if (Entry.isString(blob)) {
            Bytes value = entries.string(blob, shared).bytes();
            other.entries.put(place, toHash, to, value, expireAtMs, keyspace.nowMs());
        } else {
            other.entries.copyCollection(blob, place, toHash, to, expireAtMs, keyspace.nowMs());
        }
        other.noteExpiry(toHash, expireAtMs);
        return true;
    }

    /** Deletes all keys as FLUSHDB does. */
    public void flush() {
        flush(keyspace.lazyFreeing().userFlush);
    }

    /**
     * Deletes all keys; their memory is freed little by little.
     *
     * @param lazily whether they count as freed lazily
     */
    public void flush(boolean lazily) {
        keyspace.flushed();
        empty(lazily);
    }

    void empty(boolean lazily) {
        Entries old = entries;
        entries(keyspace.newEntries());
        keyspace.emptied(index, old, lazily);
    }

    // All keys.

    /** How many keys there are, those whose time is over and that nobody has looked at yet included. */
    public long size() {
        return entries.size();
    }

    /** How many keys have a time to expire. */
    public long expiresSize() {
        return entries.expiry().size();
    }

    public long averageTtlMs(long nowMs) {
        return entries.expiry().averageTtlMs(nowMs);
    }

    /**
     * Shows about so many keys from a cursor on. The visitor may look at their values and must change nothing.
     *
     * @param cursor 0 to begin
     * @return the cursor to go on from, 0 at the end
     */
    public long scan(long cursor, int count, KeyVisitor visitor) {
        overdueCount = 0;
        long next = entries.table().scan(cursor, count, ref -> visitIfLive(ref, visitor));
        removeOverdue();
        return next;
    }

    /** Shows all keys. The visitor may look at their values and must change nothing. */
    public void forEachKey(KeyVisitor visitor) {
        overdueCount = 0;
        Table table = entries.table();
        for (long at = 0; at < Table.END; ) {
            int segment = table.segmentAt(at);
            table.forEachInSegment(segment, ref -> visitIfLive(ref, visitor));
            at = table.positionAfter(segment);
        }
        removeOverdue();
    }

    private void visitIfLive(int ref, KeyVisitor visitor) {
        long blob = keyspace.arena().address(ref);
        if (!isOver(blob)) {
            visitor.visit(Entry.key(blob, visitedKey));
        } else if (overdueCount < overdue.length && keyspace.deletesExpired()) {
            overdue[overdueCount++] = ref;
        }
    }

    /** Deletes what a visit met and passed over. If that is very much, the rest is left to the expiry cycle. */
    private void removeOverdue() {
        for (int i = 0; i < overdueCount; i++) {
            Entry.key(keyspace.arena().address(overdue[i]), keyView);
            removeExpired(keyView, entries.find(keyView, keyView.hash()));
        }
        overdueCount = 0;
    }

    /** A key chosen by chance, or null. The view is good until the next change. */
    public Bytes randomKey() {
        while (entries.size() > 0) {
            int ref = entries.table().random(keyspace.random());
            Entry.key(keyspace.arena().address(ref), keyView);
            if (live(keyView, keyView.hash()) != ABSENT) {
                return keyView;
            }
            if (!keyspace.deletesExpired()) {
                return randomLiveKey();
            }
        }
        return null;
    }

    /** On a replica, where keys whose time is over stay: gives up after some tries, as Redis does. */
    private Bytes randomLiveKey() {
        for (int tries = 0; tries < 100; tries++) {
            int ref = entries.table().random(keyspace.random());
            long blob = keyspace.arena().address(ref);
            if (!isOver(blob) || tries == 99) {
                return Entry.key(blob, keyView);
            }
        }
        return null;
    }

    /** Reads where a key would be found, so that the cache misses of several commands overlap. */
    public void prefetch(long hash) {
        entries.table().touch(hash);
    }

    /** Reads where an entry probably lies, once {@link #prefetch} has fetched the line that says so. */
    public void prefetchEntry(long hash) {
        entries.table().touchBlob(hash);
    }

    // Time.

    /** Deletes keys whose time is over, until a moment of the monotonic clock. Returns whether it got through. */
    boolean expire(long nowMs, long untilNanos, int steps) {
        while (true) {
            int ref = entries.expiry().due(nowMs, steps);
            if (ref == 0) {
                if (!entries.expiry().isBehind()) {
                    return true;
                }
            } else {
                Entry.key(keyspace.arena().address(ref), keyView);
                removeExpired(keyView, entries.find(keyView, keyView.hash()));
            }
            if (System.nanoTime() > untilNanos) {
                return false;
            }
        }
    }

    private long live(Bytes key, long hash) {
        long slot = entries.find(key, hash);
        if (slot == ABSENT || !isOver(entries.blobAt(slot))) {
            return slot;
        }
        if (keyspace.deletesExpired()) {
            removeExpired(key, slot);
        }
        return ABSENT;
    }

    /** The slot of a key that is there; one whose time is over is deleted, also on a replica that is written to. */
    private long liveOrCleared(Bytes key, long hash) {
        long slot = live(key, hash);
        if (slot == ABSENT) {
            removeIfThere(key, hash);
        }
        return slot;
    }

    private void removeIfThere(Bytes key, long hash) {
        long slot = entries.find(key, hash);
        if (slot != ABSENT) {
            entries.remove(slot, keyspace.lazyFreeing().expire);
        }
    }

    private boolean isOver(long blob) {
        return Entry.expires(blob) && Entry.expireAtMs(blob) < keyspace.nowMs() && !keyspace.seesExpired();
    }

    private void removeExpired(Bytes key, long slot) {
        keyspace.expired(index, key);
        entries.remove(slot, keyspace.lazyFreeing().expire);
    }
}
