package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.ArenaFullException;
import io.vireo.memory.Table;
import io.vireo.value.CollectionType;
import io.vireo.value.LargeValue;
import io.vireo.value.StringValue;
import io.vireo.value.ValueMemory;
import io.vireo.value.ValueType;

/**
 * The entries of one database: their table, their expiry index, and the one place where entries are made, changed and
 * let go. A database points at its entries; SWAPDB and FLUSHDB give it others.
 *
 * <p>Every method that changes an entry, whatever the change, first shows it to the running snapshot cut
 * ({@link SnapshotCuts#beforeChange}). Memory that a change needs is taken before anything is changed, so that a full
 * arena leaves all as it was. Nothing here knows clients, statistics or which entries have expired.
 *
 * <p>A slot is the table's handle of an entry, good until the table changes; {@link #ABSENT} where there is none.
 */
@RunsOn(Loop.KEYSPACE)
final class Entries {
    static final long ABSENT = -1;
    static final long NEVER = SnapshotRecords.NO_EXPIRY;

    private static final int NO_REF = 0;
    private static final int STRING = ValueType.STRING.code();
    /** The payload is not copied from memory. */
    private static final long NOWHERE = 0;

    /** Strings that grow get as much room again up to this many bytes, and this many more beyond, as in Redis. */
    private static final int GROWTH_LIMIT = 1024 * 1024;

    private final Arena arena;
    private final ValueMemory values;
    private final SnapshotCuts cuts;
    private final LazyFree lazyFree;
    private AccessClock accesses;
    private LazyFreeing lazy;
    private final Table table;
    private final ExpiryIndex expiry;
    private final Bytes scratch = Bytes.copyOf(new byte[Decimal.MAX_LENGTH]);

    /** What {@link #open} has replaced and {@link #close} lets go, so that a new value may be read from the old one. */
    private int replacedEntry;

    private int replacedValue;
    private int replacedLarge;
    private int cutDb;
    private Database owner;

    Entries(ValueMemory values, SnapshotCuts cuts, LazyFree lazyFree, AccessClock accesses, LazyFreeing lazy) {
        this.arena = values.arena();
        this.values = values;
        this.cuts = cuts;
        this.lazyFree = lazyFree;
        this.accesses = accesses;
        this.lazy = lazy;
        this.table = new Table(arena, Entry.KEYS);
        this.expiry = new ExpiryIndex(arena);
    }

    /** The database these entries belonged to when the running cut began. */
    int cutDb() {
        return cutDb;
    }

    void cutDb(int db) {
        cutDb = db;
    }

    /** These entries are another keyspace's from now on. */
    void movedTo(AccessClock itsAccesses, LazyFreeing itsLazy) {
        accesses = itsAccesses;
        lazy = itsLazy;
    }

    /** Says whose entries these are now. */
    void owner(Database newOwner) {
        owner = newOwner;
    }

    Table table() {
        return table;
    }

    ExpiryIndex expiry() {
        return expiry;
    }

    long size() {
        return table.size();
    }

    long find(Bytes key, long hash) {
        return table.find(hash, key.address(), key.length());
    }

    /** The slot of a key of which only the hash is known. */
    long find(long hash) {
        return table.find(hash);
    }

    int refAt(long slot) {
        return table.refAt(slot);
    }

    /** Address of the entry in a slot. */
    long blobAt(long slot) {
        return arena.address(table.refAt(slot));
    }

    ValueMemory values() {
        return values;
    }

    StringValue string(long blob, StringValue into) {
        return Entry.string(arena, blob, into);
    }

    /** Bytes of memory an entry takes with its value and its share of the table. */
    long memoryOf(long slot) {
        int ref = table.refAt(slot);
        long blob = arena.address(ref);
        long bytes = arena.capacity(ref) + Long.BYTES;
        return switch (Entry.encoding(blob)) {
            case Entry.OUTLINED -> bytes + arena.capacity(Entry.outlined(blob));
            case Entry.LARGE -> bytes + values.at(Entry.large(blob)).memoryBytes();
            default -> bytes;
        };
    }

    // Whole values.

    /** Stores a string instead of what is in the slot, or anew; a canonical integer is kept as a number. */
    void put(long slot, long hash, Bytes key, Bytes value, long expireAtMs, long nowMs) {
        if (Decimal.isLong(value)) {
            putNumber(slot, hash, key, Decimal.toLong(value), expireAtMs, nowMs);
        } else if (value.length() <= Entry.OUTLINE_OVER) {
            int length = value.length();
            long from = value.address();
            long payload = open(slot, hash, key, STRING, Entry.RAW, 0, length, length, from, expireAtMs, nowMs);
            RawMemory.copy(from, payload, length);
            close();
        } else {
            int outlined = outline(slot, value.length());
            openOutlined(slot, hash, key, STRING, 0, outlined, value.length(), expireAtMs, nowMs);
            RawMemory.copy(value.address(), arena.address(outlined), value.length());
            close();
        }
    }

    /** Stores a number instead of what is in the slot, or anew. */
    void putNumber(long slot, long hash, Bytes key, long number, long expireAtMs, long nowMs) {
        long payload = open(slot, hash, key, STRING, Entry.INT, 0, Long.BYTES, Long.BYTES, NOWHERE, expireAtMs, nowMs);
        RawMemory.putLong(payload, number);
        close();
    }

    /** Changes a number where it lies; the entry must hold one. Its expiry stays. */
    void setNumber(long slot, long number) {
        long blob = blobAt(slot);
        cuts.beforeChange(this, blob);
        RawMemory.putLong(Entry.payloadAddress(blob), number);
    }

    // Collections.

    /**
     * Makes an empty collection, instead of what is in the slot or anew; its packed bytes are still to be written.
     *
     * @return where they lie
     */
    long create(long slot, long hash, Bytes key, CollectionType<?> type, long nowMs) {
        int length = type.emptyBytes();
        int code = type.type().code();
        long payload = open(slot, hash, key, code, Entry.RAW, 0, length, length, NOWHERE, NEVER, nowMs);
        close();
        return payload;
    }

    /** Says that the inside of a collection is about to change. */
    void beforeChange(long blob) {
        cuts.beforeChange(this, blob);
    }

    /** The large value of an entry, or null where its bytes are packed. */
    LargeValue large(long blob) {
        return Entry.encoding(blob) == Entry.LARGE ? values.at(Entry.large(blob)) : null;
    }

    /** Where the packed bytes of a collection lie. */
    long packed(long blob) {
        return Entry.encoding(blob) == Entry.OUTLINED
                ? arena.address(Entry.outlined(blob))
                : Entry.payloadAddress(blob);
    }

    /** Gives the packed bytes of a collection another length; they keep what fits. Returns where they lie then. */
    long resize(long slot, long hash, Bytes key, int newLength, long nowMs) {
        int ref = table.refAt(slot);
        long blob = arena.address(ref);
        int length = Entry.valueLength(blob);
        int flags = Entry.flags(blob);
        if (Entry.encoding(blob) == Entry.OUTLINED) {
            return resizeOutlined(blob, length, newLength);
        }
        long payload = Entry.payloadAddress(blob);
        long head = payload - blob;
        int widest = (flags & Entry.WIDE_VALUE) != 0 ? Entry.OUTLINE_OVER : Entry.NARROW_MAX;
        if (newLength <= widest && Arena.capacityFor((int) head + newLength) == arena.capacity(ref)) {
            cuts.beforeChange(this, blob);
            Entry.setValueLength(blob, newLength);
            return payload;
        }
        try {
            return move(slot, hash, key, blob, length, newLength, nowMs);
        } catch (ArenaFullException e) {
            if (newLength > length) {
                throw e;
            }
            Entry.setValueLength(blob, newLength); // a shorter value may stay where it is
            return payload;
        }
    }

    private long move(long slot, long hash, Bytes key, long blob, int length, int newLength, long nowMs) {
        int type = Entry.type(blob);
        int mark = Entry.flags(blob) & Entry.MARKED;
        long payload = Entry.payloadAddress(blob);
        long expireAtMs = Entry.expireAtMs(blob);
        long to;
        if (newLength <= Entry.OUTLINE_OVER) {
            to = open(slot, hash, key, type, Entry.RAW, mark, newLength, newLength, payload, expireAtMs, nowMs);
            RawMemory.copy(payload, to, Math.min(length, newLength));
        } else {
            int outlined = arena.allocate(newLength);
            to = arena.address(outlined);
            RawMemory.copy(payload, to, Math.min(length, newLength));
            openOutlined(slot, hash, key, type, mark, outlined, newLength, expireAtMs, nowMs);
        }
        close();
        return to;
    }

    private long resizeOutlined(long blob, int length, int newLength) {
        cuts.beforeChange(this, blob);
        int outlined = Entry.outlined(blob);
        if (Arena.capacityFor(newLength) != arena.capacity(outlined)) {
            outlined = arena.resize(outlined, Math.min(length, newLength), newLength);
            Entry.setOutlined(blob, outlined);
        }
        Entry.setValueLength(blob, newLength);
        return arena.address(outlined);
    }

    /** Puts a large value in the place of a collection's packed bytes. */
    void enlarge(long slot, long hash, Bytes key, LargeValue value, long nowMs) {
        long blob = blobAt(slot);
        int number = values.add(value);
        int type = Entry.type(blob);
        int bytes = Integer.BYTES;
        long expireAtMs = Entry.expireAtMs(blob);
        long payload;
        try {
            payload = open(slot, hash, key, type, Entry.LARGE, 0, bytes, bytes, NOWHERE, expireAtMs, nowMs);
        } catch (RuntimeException e) {
            values.remove(number);
            throw e;
        }
        RawMemory.putInt(payload, number);
        close();
    }

    /** Puts packed bytes, still to be written, in the place of a large value. Returns where they lie. */
    long pack(long slot, long hash, Bytes key, int length, long nowMs) {
        long blob = blobAt(slot);
        int type = Entry.type(blob);
        long expireAtMs = Entry.expireAtMs(blob);
        long payload;
        if (length <= Entry.OUTLINE_OVER) {
            payload = open(slot, hash, key, type, Entry.RAW, 0, length, length, NOWHERE, expireAtMs, nowMs);
        } else {
            int outlined = arena.allocate(length);
            payload = arena.address(outlined);
            openOutlined(slot, hash, key, type, 0, outlined, length, expireAtMs, nowMs);
        }
        close();
        return payload;
    }

    /** Makes an entry with a copy of a collection, instead of what is in the slot or anew. */
    void copyCollection(long from, long slot, long hash, Bytes key, long expireAtMs, long nowMs) {
        int type = Entry.type(from);
        LargeValue large = large(from);
        if (large != null) {
            int number = values.add(large.copy());
            int bytes = Integer.BYTES;
            long payload = open(slot, hash, key, type, Entry.LARGE, 0, bytes, bytes, NOWHERE, expireAtMs, nowMs);
            RawMemory.putInt(payload, number);
        } else {
            int mark = Entry.flags(from) & Entry.MARKED;
            openPacked(slot, hash, key, type, mark, packed(from), Entry.valueLength(from), expireAtMs, nowMs);
        }
        close();
    }

    /** Makes an entry of packed bytes that come from outside, instead of what is in the slot or anew. */
    void putPacked(long slot, long hash, Bytes key, ValueType type, boolean marked, Bytes packed, long nowMs) {
        int mark = marked ? Entry.MARKED : 0;
        openPacked(slot, hash, key, type.code(), mark, packed.address(), packed.length(), NEVER, nowMs);
        close();
    }

    private void openPacked(
            long slot, long hash, Bytes key, int type, int mark, long bytes, int length, long expireAtMs, long nowMs) {
        if (length <= Entry.OUTLINE_OVER) {
            long to = open(slot, hash, key, type, Entry.RAW, mark, length, length, bytes, expireAtMs, nowMs);
            RawMemory.copy(bytes, to, length);
        } else {
            int outlined = arena.allocate(length);
            RawMemory.copy(bytes, arena.address(outlined), length);
            openOutlined(slot, hash, key, type, mark, outlined, length, expireAtMs, nowMs);
        }
    }

    // Strings changed in place.

    /**
     * Makes a string of at least {@code from} bytes ready for new bytes in a range: what lies before the range and after
     * it stays, what lies between the old end and the range becomes zero, the string is raw from now on.
     *
     * @param slot the entry, or {@link #ABSENT} for a new one
     * @return the address of the range, to be written at once
     */
    long writable(long slot, long hash, Bytes key, int from, int to, long nowMs) {
        int length;
        long range;
        if (slot == ABSENT) {
            length = 0;
            range = grown(slot, hash, key, scratch.address(), 0, to, NEVER, nowMs);
        } else {
            long blob = blobAt(slot);
            length = Entry.valueLength(blob);
            range = switch (Entry.encoding(blob)) {
                case Entry.INT -> {
                    length = Decimal.write(scratch.address(), RawMemory.getLong(Entry.payloadAddress(blob)));
                    int newLength = Math.max(length, to);
                    yield grown(slot, hash, key, scratch.address(), length, newLength, Entry.expireAtMs(blob), nowMs);
                }
                case Entry.OUTLINED -> writableOutlined(blob, length, from, to);
                default -> writableRaw(slot, blob, hash, key, length, to, nowMs);
            };
        }
        if (from > length) {
            RawMemory.fill(range + length, from - length, (byte) 0);
        }
        return range + from;
    }

    private long writableRaw(long slot, long blob, long hash, Bytes key, int length, int to, long nowMs) {
        long payload = Entry.payloadAddress(blob);
        int newLength = Math.max(length, to);
        long room = arena.capacity(table.refAt(slot)) - (payload - blob);
        int widest = (Entry.flags(blob) & Entry.WIDE_VALUE) != 0 ? Entry.OUTLINE_OVER : Entry.NARROW_MAX;
        if (newLength > Math.min(room, widest)) {
            return grown(slot, hash, key, payload, length, newLength, Entry.expireAtMs(blob), nowMs);
        }
        cuts.beforeChange(this, blob);
        Entry.setValueLength(blob, newLength);
        Entry.setFlags(blob, Entry.flags(blob) | Entry.CHANGED);
        return payload;
    }

    private long writableOutlined(long blob, int length, int from, int to) {
        int newLength = Math.max(length, to);
        int outlined = Entry.outlined(blob);
        if (newLength > arena.capacity(outlined)) {
            cuts.beforeChange(this, blob);
            outlined = enlarged(outlined, length, roomFor(newLength));
            Entry.setOutlined(blob, outlined);
        } else {
            cuts.beforeChange(this, blob);
            cuts.beforeValueWrite(outlined, from, to);
        }
        Entry.setValueLength(blob, newLength);
        Entry.setFlags(blob, Entry.flags(blob) | Entry.CHANGED);
        return arena.address(outlined);
    }

    /** A blob of this room with the bytes of an outlined value: the same one, where it can grow in place. */
    private int enlarged(int outlined, int length, int room) {
        if (!cuts.isHeld(outlined)) {
            return arena.resize(outlined, length, room);
        }
        int larger = arena.allocate(room);
        RawMemory.copy(arena.address(outlined), arena.address(larger), length);
        releaseValue(outlined);
        return larger;
    }

    /** Moves a string to where it has room to grow, or makes it as long as asked; returns the address of its first byte. */
    private long grown(
            long slot, long hash, Bytes key, long bytes, int length, int newLength, long expireAtMs, long nowMs) {
        int room = slot == ABSENT ? newLength : roomFor(newLength);
        long payload;
        if (room <= Entry.OUTLINE_OVER) {
            payload =
                    open(slot, hash, key, STRING, Entry.RAW, Entry.CHANGED, newLength, room, bytes, expireAtMs, nowMs);
            RawMemory.copy(bytes, payload, length);
        } else {
            int outlined = arena.allocate(room);
            payload = arena.address(outlined);
            RawMemory.copy(bytes, payload, length);
            openOutlined(slot, hash, key, STRING, Entry.CHANGED, outlined, newLength, expireAtMs, nowMs);
        }
        close();
        return payload;
    }

    private static int roomFor(int length) {
        long room = length < GROWTH_LIMIT ? 2L * length : (long) length + GROWTH_LIMIT;
        return (int) Math.min(room, Integer.MAX_VALUE - GROWTH_LIMIT);
    }

    // Making an entry.

    /** A blob for the bytes of a large value: the one already there if it is as large as one made anew, and free. */
    private int outline(long slot, int length) {
        if (slot != ABSENT) {
            long blob = blobAt(slot);
            if (Entry.encoding(blob) == Entry.OUTLINED) {
                int outlined = Entry.outlined(blob);
                if (arena.capacity(outlined) == Arena.capacityFor(length) && !cuts.needsValue(blob)) {
                    return outlined;
                }
            }
        }
        return arena.allocate(length);
    }

    private void openOutlined(
            long slot,
            long hash,
            Bytes key,
            int type,
            int flags,
            int outlined,
            int length,
            long expireAtMs,
            long nowMs) {
        long payload;
        try {
            payload = open(slot, hash, key, type, Entry.OUTLINED, flags, length, length, NOWHERE, expireAtMs, nowMs);
        } catch (RuntimeException e) {
            if (slot == ABSENT || !isOutlinedAt(slot, outlined)) {
                arena.free(outlined);
            }
            throw e;
        }
        RawMemory.putInt(payload, outlined);
        if (replacedValue == outlined) {
            replacedValue = NO_REF;
        }
    }

    private boolean isOutlinedAt(long slot, int outlined) {
        long blob = blobAt(slot);
        return Entry.encoding(blob) == Entry.OUTLINED && Entry.outlined(blob) == outlined;
    }

    /**
     * Makes an entry, in the blob of the old one if a new one would be as large; what it replaces is let go by
     * {@link #close}, so that the payload may be copied from it. Key and payload may lie in the old blob: it is then not
     * written over, since the new entry may have them at other places. It keeps the access bits of what it replaces.
     *
     * @param room bytes of payload to have room for; with OUTLINED, only to tell how wide the length is
     * @param from where the payload will be copied from, or {@link #NOWHERE}
     * @return address of the payload, to be written before {@link #close}
     */
    private long open(
            long slot,
            long hash,
            Bytes key,
            int type,
            int encoding,
            int flags,
            int length,
            int room,
            long from,
            long expireAtMs,
            long nowMs) {
        int shape = Entry.shape(key.length(), room, expireAtMs != NEVER) | flags;
        int payloadAt = Entry.keyOffset(shape) + key.length();
        int size = payloadAt + Entry.payloadLength(encoding, room);
        int ref;
        if (slot == ABSENT) {
            ref = arena.allocate(size);
            writeHead(ref, type, encoding, shape, accesses.fresh(), key, length);
            if (expireAtMs != NEVER) {
                Entry.setExpireAtMs(arena.address(ref), expireAtMs);
            }
            insert(hash, ref);
        } else {
            int old = table.refAt(slot);
            long blob = arena.address(old);
            int capacity = arena.capacity(old);
            boolean inPlace = Arena.capacityFor(size) == capacity
                    && !isWithin(key.address(), blob, capacity)
                    && !isWithin(from, blob, capacity);
            ref = inPlace ? old : arena.allocate(size);
            cuts.beforeChange(this, blob);
            if (Entry.expires(blob)) {
                expiry.remove(old);
            }
            if (Entry.encoding(blob) == Entry.OUTLINED) {
                replacedValue = Entry.outlined(blob);
            } else if (Entry.encoding(blob) == Entry.LARGE) {
                replacedLarge = Entry.large(blob);
            }
            writeHead(ref, type, encoding, shape, Entry.access(blob), key, length);
            if (expireAtMs != NEVER) {
                Entry.setExpireAtMs(arena.address(ref), expireAtMs);
            }
            if (!inPlace) {
                table.setRef(slot, ref);
                replacedEntry = old;
            }
        }
        if (expireAtMs != NEVER) {
            expiry.add(ref, nowMs);
        }
        return arena.address(ref) + payloadAt;
    }

    /** Lets go what the new entry has replaced. */
    private void close() {
        if (replacedEntry != NO_REF) {
            arena.free(replacedEntry);
            replacedEntry = NO_REF;
        }
        if (replacedValue != NO_REF) {
            releaseValue(replacedValue);
            replacedValue = NO_REF;
        }
        if (replacedLarge != NO_REF) {
            releaseLarge(replacedLarge, lazy.serverDel);
            replacedLarge = NO_REF;
        }
    }

    private void writeHead(int ref, int type, int encoding, int shape, int access, Bytes key, int length) {
        Entry.writeHead(
                arena.address(ref), type, encoding, shape, cuts.number(), access, key.address(), key.length(), length);
    }

    private void insert(long hash, int ref) {
        try {
            table.insert(hash, ref);
        } catch (RuntimeException e) {
            arena.free(ref);
            throw e;
        }
        owner.arrived(arena.address(ref));
    }

    private static boolean isWithin(long address, long blob, int capacity) {
        return address - blob >= 0 && address - blob < capacity;
    }

    // Whole entries.

    /**
     * Removes an entry and frees what it held.
     *
     * @param lazily whether a large value counts as freed lazily
     */
    void remove(long slot, boolean lazily) {
        long blob = blobAt(slot);
        cuts.beforeChange(this, blob);
        letGo(table.remove(slot), blob, lazily);
    }

    /** Frees an entry that the table no longer names, and its value. */
    private void letGo(int ref, long blob, boolean lazily) {
        if (Entry.expires(blob)) {
            expiry.remove(ref);
        }
        releasePayload(blob, lazily);
        arena.free(ref);
    }

    /** Gives an entry a time to expire at, or with {@link #NEVER} none. */
    void setExpireAt(long slot, Bytes key, long hash, long expireAtMs, long nowMs) {
        int ref = table.refAt(slot);
        long blob = arena.address(ref);
        if (Entry.expires(blob) && expireAtMs != NEVER) {
            cuts.beforeChange(this, blob);
            expiry.remove(ref);
            Entry.setExpireAtMs(blob, expireAtMs);
            expiry.add(ref, nowMs);
        } else if (Entry.expires(blob) != (expireAtMs != NEVER)) {
            reshape(slot, key, expireAtMs, nowMs);
        }
    }

    /** Makes the same entry anew, with or without the fields of an expiry. The outlined value stays where it is. */
    private void reshape(long slot, Bytes key, long expireAtMs, long nowMs) {
        int old = table.refAt(slot);
        long blob = arena.address(old);
        int kept = Entry.flags(blob) & (Entry.WIDE_KEY | Entry.WIDE_VALUE | Entry.CHANGED);
        int shape = kept | (expireAtMs != NEVER ? Entry.EXPIRES : 0);
        int ref = copyAs(blob, shape, key, expireAtMs);
        cuts.beforeChange(this, blob);
        if (Entry.expires(blob)) {
            expiry.remove(old);
        }
        table.setRef(slot, ref);
        arena.free(old);
        if (expireAtMs != NEVER) {
            expiry.add(ref, nowMs);
        }
    }

    /**
     * Moves an entry to another key, here or in other entries, instead of what is there. The value is not copied if it
     * is outlined.
     */
    void transfer(Bytes key, long hash, Entries to, Bytes newKey, long newHash, long nowMs) {
        long blob = blobAt(find(key, hash));
        long expireAtMs = Entry.expireAtMs(blob);
        int kept = Entry.flags(blob) & (Entry.WIDE_VALUE | Entry.CHANGED);
        int shape = kept | Entry.shape(newKey.length(), 0, expireAtMs != NEVER);
        int ref = copyAs(blob, shape, newKey, expireAtMs);
        cuts.beforeChange(this, blob);
        to.place(newKey, newHash, ref);
        // Nothing fails from here on. The slot is looked up only now, since the new key may have moved it.
        int old = table.remove(find(key, hash));
        if (expireAtMs != NEVER) {
            expiry.remove(old);
            to.expiry.add(ref, nowMs);
        }
        arena.free(old);
    }

    private void place(Bytes key, long hash, int ref) {
        long slot = find(key, hash);
        if (slot == ABSENT) {
            insert(hash, ref);
            return;
        }
        int old = table.refAt(slot);
        long blob = arena.address(old);
        cuts.beforeChange(this, blob);
        table.setRef(slot, ref);
        letGo(old, blob, lazy.serverDel);
    }

    private int copyAs(long blob, int shape, Bytes key, long expireAtMs) {
        int payloadAt = Entry.keyOffset(shape) + key.length();
        int payloadLength = Entry.payloadLength(blob);
        int ref = arena.allocate(payloadAt + payloadLength);
        long copy = arena.address(ref);
        Entry.writeHead(
                copy,
                Entry.type(blob),
                Entry.encoding(blob),
                shape,
                cuts.number(),
                Entry.access(blob),
                key.address(),
                key.length(),
                Entry.valueLength(blob));
        if (expireAtMs != NEVER) {
            Entry.setExpireAtMs(copy, expireAtMs);
        }
        RawMemory.copy(Entry.payloadAddress(blob), copy + payloadAt, payloadLength);
        return ref;
    }

    /** Frees what an entry holds outside its own blob. */
    private void releasePayload(long blob, boolean lazily) {
        if (Entry.encoding(blob) == Entry.OUTLINED) {
            releaseValue(Entry.outlined(blob));
        } else if (Entry.encoding(blob) == Entry.LARGE) {
            releaseLarge(Entry.large(blob), lazily);
        }
    }

    /** Frees a large value little by little, or leaves that to the running cut, if it still needs it. */
    private void releaseLarge(int number, boolean lazily) {
        LargeValue value = values.remove(number);
        if (lazily && value.size() > LazyFree.SMALL) {
            lazyFree.countFreed(1);
        }
        if (!cuts.keep(value)) {
            lazyFree.add(value);
        }
    }

    /** Frees the bytes of an outlined value, unless a running cut still needs them: then it frees them itself. */
    private void releaseValue(int outlined) {
        if (!cuts.keep(outlined)) {
            arena.free(outlined);
        }
    }

    // Background work.

    /** Takes entries apart and frees them, some segments at a time; nothing else may be done with them meanwhile. */
    boolean drain(int segments) {
        return table.drain(segments, ref -> {
            long blob = arena.address(ref);
            releasePayload(blob, false); // its key was counted
            arena.free(ref);
        });
    }

    /** Moves the blobs of one segment that lie in sparse memory. A move changes no content: cuts need not see it. */
    void defragment(int segment, Bytes keyView, BackgroundCounts counts) {
        table.forEachInSegment(segment, ref -> {
            long blob = arena.address(ref);
            boolean valueMoves = false;
            if (Entry.encoding(blob) == Entry.OUTLINED) {
                valueMoves = defragmentValue(blob);
                counts.seen(valueMoves);
            } else if (Entry.encoding(blob) == Entry.LARGE) {
                values.at(Entry.large(blob)).defragment();
            }
            boolean moves = arena.shouldMove(ref);
            counts.seen(moves);
            counts.keySeen(moves || valueMoves);
            if (moves) {
                Entry.key(blob, keyView);
                move(ref, blob, table.find(keyView.hash(), keyView.address(), keyView.length()));
            }
        });
        table.defragment(segment);
    }

    private boolean defragmentValue(long blob) {
        int outlined = Entry.outlined(blob);
        boolean moves = arena.shouldMove(outlined) && !cuts.isHeld(outlined);
        if (moves) {
            int moved = arena.allocate(arena.capacity(outlined));
            RawMemory.copy(arena.address(outlined), arena.address(moved), Entry.valueLength(blob));
            Entry.setOutlined(blob, moved);
            arena.free(outlined);
        }
        return moves;
    }

    private void move(int ref, long blob, long slot) {
        int moved = arena.allocate(arena.capacity(ref));
        RawMemory.copy(blob, arena.address(moved), Entry.size(blob));
        if (Entry.expires(blob)) {
            expiry.moved(ref, moved);
        }
        table.setRef(slot, moved);
        arena.free(ref);
    }
}
