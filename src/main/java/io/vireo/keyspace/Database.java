package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.StringValue;
import io.vireo.value.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** One database, on the heap until the arena's takes its place. */
@RunsOn(Loop.KEYSPACE)
public final class Database {
    private static final class Item {
        byte[] bytes;
        boolean number;
        long value;
        boolean changed;
        long expireAtMs = -1;
        long accessMs;
        Bytes view;
    }

    private final Keyspace keyspace;
    private final int index;
    private Map<Bytes, Item> items = new HashMap<>();
    private final StringValue shared = new StringValue();

    Database(Keyspace keyspace, int index) {
        this.keyspace = keyspace;
        this.index = index;
    }

    private Item live(Bytes key) {
        Item item = items.get(key);
        if (item == null || item.expireAtMs < 0 || item.expireAtMs > keyspace.nowMs() || keyspace.seesExpired()) {
            return item;
        }
        if (keyspace.deletesExpired()) {
            items.remove(key);
            keyspace.expired(index, key);
        }
        return null;
    }

    private void put(Bytes key, byte[] bytes, long expireAtMs, boolean changed) {
        Item item = new Item();
        item.bytes = bytes;
        item.expireAtMs = expireAtMs;
        item.accessMs = keyspace.nowMs();
        item.changed = changed;
        item.view = Bytes.copyOf(bytes);
        if (!changed && Decimal.isLong(item.view)) {
            item.number = true;
            item.value = Decimal.toLong(item.view);
        }
        Item old = items.get(key);
        if (old != null) {
            items.put(key, item);
        } else {
            items.put(key.copy(), item);
        }
    }

    public StringValue readString(Bytes key) {
        return readString(key, shared);
    }

    public StringValue readString(Bytes key, StringValue into) {
        Item item = live(key);
        if (item == null) {
            keyspace.misses++;
            return null;
        }
        keyspace.hits++;
        item.accessMs = keyspace.nowMs();
        return show(item, into);
    }

    public StringValue peekString(Bytes key, StringValue into) {
        Item item = live(key);
        return item == null ? null : show(item, into);
    }

    public StringValue peekString(Bytes key) {
        return peekString(key, shared);
    }

    private static StringValue show(Item item, StringValue into) {
        return item.number ? into.setNumber(item.value) : into.pointAt(item.view.address(), item.view.length());
    }

    public StringValue readIfString(Bytes key) {
        return readString(key, shared);
    }

    public boolean access(Bytes key) {
        return readString(key, shared) != null;
    }

    public boolean exists(Bytes key) {
        return live(key) != null;
    }

    public ValueType typeOf(Bytes key) {
        return live(key) == null ? null : ValueType.STRING;
    }

    public long expireAtMs(Bytes key) {
        Item item = live(key);
        return item == null ? -2 : item.expireAtMs;
    }

    public String encodingOf(Bytes key) {
        Item item = live(key);
        if (item == null) {
            return null;
        }
        return item.number ? "int" : !item.changed && item.bytes.length <= 44 ? "embstr" : "raw";
    }

    public long idleSeconds(Bytes key) {
        return (keyspace.nowMs() - items.get(key).accessMs) / 1000;
    }

    public long sizeOf(Bytes key) {
        return 64L + key.length() + items.get(key).bytes.length;
    }

    public void setString(Bytes key, Bytes value) {
        put(key, value.toArray(), -1, false);
    }

    public void setString(Bytes key, Bytes value, long expireAtMs) {
        put(key, value.toArray(), expireAtMs, false);
    }

    public void setStringKeepTtl(Bytes key, Bytes value) {
        Item item = live(key);
        put(key, value.toArray(), item == null ? -1 : item.expireAtMs, false);
    }

    public void setLong(Bytes key, long value) {
        Item item = live(key);
        put(
                key,
                Long.toString(value).getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                item == null ? -1 : item.expireAtMs,
                false);
    }

    public long append(Bytes key, Bytes suffix) {
        Item item = live(key);
        byte[] old = item == null ? new byte[0] : item.bytes;
        byte[] grown = java.util.Arrays.copyOf(old, old.length + suffix.length());
        System.arraycopy(suffix.toArray(), 0, grown, old.length, suffix.length());
        put(key, grown, item == null ? -1 : item.expireAtMs, item != null);
        return grown.length;
    }

    public long setRange(Bytes key, long offset, Bytes part) {
        Item item = live(key);
        byte[] old = item == null ? new byte[0] : item.bytes;
        byte[] grown = java.util.Arrays.copyOf(old, (int) Math.max(old.length, offset + part.length()));
        System.arraycopy(part.toArray(), 0, grown, (int) offset, part.length());
        put(key, grown, item == null ? -1 : item.expireAtMs, true);
        return grown.length;
    }

    public boolean delete(Bytes key) {
        return live(key) != null && items.remove(key) != null;
    }

    public boolean setExpireAt(Bytes key, long ms) {
        Item item = live(key);
        if (item == null) {
            return false;
        }
        item.expireAtMs = ms;
        return true;
    }

    public boolean persist(Bytes key) {
        Item item = live(key);
        if (item == null || item.expireAtMs < 0) {
            return false;
        }
        item.expireAtMs = -1;
        return true;
    }

    public void rename(Bytes from, Bytes to) {
        Item item = items.remove(from);
        items.put(to.copy(), item);
    }

    public boolean moveTo(Database other, Bytes key) {
        if (live(key) == null || other.live(key) != null) {
            return false;
        }
        Bytes copy = key.copy();
        other.items.put(copy, items.remove(key));
        return true;
    }

    public boolean copyTo(Database other, Bytes from, Bytes to, boolean replace) {
        Item item = live(from);
        if (item == null || other.live(to) != null && !replace) {
            return false;
        }
        other.put(to, item.bytes, item.expireAtMs, item.changed);
        return true;
    }

    public long size() {
        return items.size();
    }

    public long expiresSize() {
        return items.values().stream().filter(item -> item.expireAtMs >= 0).count();
    }

    public long averageTtlMs(long nowMs) {
        return 0;
    }

    public long scan(long cursor, int count, KeyVisitor visitor) {
        forEachKey(visitor);
        return 0;
    }

    public void forEachKey(KeyVisitor visitor) {
        for (Bytes key : new ArrayList<>(items.keySet())) {
            if (live(key) != null) {
                visitor.visit(key);
            }
        }
    }

    public Bytes randomKey() {
        List<Bytes> keys = new ArrayList<>();
        forEachKey(keys::add);
        return keys.isEmpty() ? null : keys.get(ThreadLocalRandom.current().nextInt(keys.size()));
    }

    boolean holds(Bytes key) {
        return items.containsKey(key);
    }

    public void flush() {
        keyspace.touchAllWatched(index, index);
        items = new HashMap<>();
    }

    public void touch(long hash) {}

    void swapWith(Database other) {
        Map<Bytes, Item> mine = items;
        items = other.items;
        other.items = mine;
    }

    void expireAll() {
        for (Map.Entry<Bytes, Item> entry : new ArrayList<>(items.entrySet())) {
            live(entry.getKey());
        }
    }
}
