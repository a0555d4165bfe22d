package io.vireo.persist;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;
import io.vireo.value.HashValue;
import io.vireo.value.ListValue;
import io.vireo.value.SetValue;
import io.vireo.value.SortedSetValue;
import io.vireo.value.StreamConsumer;
import io.vireo.value.StreamGroup;
import io.vireo.value.StreamId;
import io.vireo.value.StreamValue;
import io.vireo.value.ValueType;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Loads into a keyspace as it stands; whoever wants it empty flushes it before.
 *
 * <p>Nothing is counted as a change, and nobody's watch is touched: loading is not a command.
 */
@RunsOn(Loop.KEYSPACE)
public final class KeyspaceTarget implements RdbTarget {
    private final IntFunction<Database> databases;
    private final int count;
    private final LongSupplier usedBytes;
    private final Consumer<byte[]> functions;
    private Database longDatabase;
    private Bytes longKey;
    private long longExpiry;
    private long longAt;
    private long longLength;

    /** The collection that is being filled; the views are the keyspace's, and follow it. */
    private ValueType current;

    private ListValue list;
    private SetValue set;
    private SortedSetValue sortedSet;
    private HashValue hash;
    private StreamValue stream;

    public KeyspaceTarget(Keyspace keyspace) {
        this(keyspace::db, keyspace.databases(), keyspace::usedBytes, keyspace.functions()::add);
    }

    private KeyspaceTarget(
            IntFunction<Database> databases, int count, LongSupplier usedBytes, Consumer<byte[]> functions) {
        this.databases = databases;
        this.count = count;
        this.usedBytes = usedBytes;
        this.functions = functions;
    }

    /** A target that is one database, of whose memory nobody asks, for values alone. */
    static KeyspaceTarget of(Database database) {
        return new KeyspaceTarget(index -> database, 1, () -> 0, source -> {});
    }

    @Override
    public int databases() {
        return count;
    }

    @Override
    public long usedBytes() {
        return usedBytes.getAsLong();
    }

    @Override
    public void function(byte[] source) {
        functions.accept(source);
    }

    @Override
    public void touch(int database, Bytes key) {
        databases.apply(database).prefetch(key.hash());
    }

    @Override
    public boolean put(int database, Bytes key, Bytes value, long expireAtMs) {
        Database db = databases.apply(database);
        if (db.exists(key)) {
            return false;
        }
        db.setString(key, value, expireAtMs);
        return true;
    }

    @Override
    public boolean putNumber(int database, Bytes key, long value, long expireAtMs) {
        Database db = databases.apply(database);
        if (db.exists(key)) {
            return false;
        }
        db.setLong(key, value);
        if (expireAtMs >= 0) {
            db.setExpireAt(key, expireAtMs);
        }
        return true;
    }

    @Override
    public boolean beginLong(int database, Bytes key, long length, long expireAtMs) {
        longDatabase = databases.apply(database);
        longKey = key.copy();
        longExpiry = expireAtMs;
        longAt = 0;
        longLength = length;
        return !longDatabase.exists(key);
    }

    @Override
    public void append(Bytes piece) {
        longDatabase.setRange(longKey, longAt, piece);
        longAt += piece.length();
        if (longAt == longLength && longExpiry >= 0) { // not before: it might expire between two pieces
            longDatabase.setExpireAt(longKey, longExpiry);
        }
    }

    @Override
    public boolean putPacked(int database, Bytes key, PackedForm form, Bytes packed, long expireAtMs) {
        Database db = databases.apply(database);
        if (db.exists(key)) {
            return false;
        }
        db.putPacked(key, form.type(), form.marked(), packed);
        if (expireAtMs >= 0) {
            db.setExpireAt(key, expireAtMs);
        }
        return true;
    }

    @Override
    public boolean beginCollection(int database, Bytes key, ValueType type, long expireAtMs) {
        longDatabase = databases.apply(database);
        longKey = key.copy();
        longExpiry = expireAtMs;
        if (longDatabase.exists(key)) {
            return false;
        }
        switch (type) {
            case LIST -> list = longDatabase.write(longKey, ListValue.TYPE);
            case SET -> set = longDatabase.write(longKey, SetValue.TYPE);
            case ZSET -> sortedSet = longDatabase.write(longKey, SortedSetValue.TYPE);
            case HASH -> hash = longDatabase.write(longKey, HashValue.TYPE);
            case STREAM -> stream = longDatabase.write(longKey, StreamValue.TYPE);
            default -> throw new IllegalArgumentException(type.word());
        }
        current = type;
        return true;
    }

    @Override
    public boolean add(Bytes word) {
        if (current == ValueType.SET) {
            return set.add(word);
        }
        list.push(false, word);
        return true;
    }

    @Override
    public boolean add(Bytes field, Bytes value) {
        return hash.put(field, value);
    }

    @Override
    public boolean add(Bytes member, double score) {
        return sortedSet.put(member, score);
    }

    @Override
    public void addNode(Bytes packedList, int count) {
        list.appendNode(packedList, count);
    }

    @Override
    public void used(int database, Bytes key, long idleSeconds, int frequency) {
        Database db = databases.apply(database);
        if (idleSeconds >= 0) {
            db.idleSeconds(key, idleSeconds);
        }
        if (frequency >= 0) {
            db.frequency(key, frequency);
        }
    }

    @Override
    public boolean endCollection() {
        boolean empty = switch (current) {
            case LIST -> longDatabase.removeIfEmpty(longKey, ListValue.TYPE);
            case SET -> longDatabase.removeIfEmpty(longKey, SetValue.TYPE);
            case ZSET -> longDatabase.removeIfEmpty(longKey, SortedSetValue.TYPE);
            case STREAM -> false; // one without entries is a value too
            default -> longDatabase.removeIfEmpty(longKey, HashValue.TYPE);
        };
        if (!empty && longExpiry >= 0) { // not before: it might expire between two elements
            longDatabase.setExpireAt(longKey, longExpiry);
        }
        return !empty;
    }

    @Override
    public Stream stream() {
        return filling;
    }

    private final Stream filling = new Stream() {
        private StreamGroup group;
        private StreamConsumer consumer;

        @Override
        public void node(StreamId firstId, Bytes packedList, long entries) {
            stream.appendNode(firstId, packedList, entries);
        }

        @Override
        public void head(StreamId last, StreamId maxDeleted, long added) {
            stream.lastId(last);
            stream.maxDeletedId(maxDeleted);
            stream.entriesAdded(added);
        }

        @Override
        public void group(byte[] name, StreamId last, long entriesRead) {
            group = stream.addGroup(name, last, entriesRead);
        }

        @Override
        public void consumer(byte[] name, long seenMs, long activeMs) {
            consumer = group.addConsumer(name, seenMs, activeMs);
        }

        @Override
        public void pending(StreamId id, long deliveredMs, long deliveries) {
            group.deliver(id, consumer, deliveredMs, deliveries);
        }
    };
}
