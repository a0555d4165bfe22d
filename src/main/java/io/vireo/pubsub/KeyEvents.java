package io.vireo.pubsub;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.command.KeyEventListener;
import io.vireo.config.KeyspaceEvents;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Publishes what happens to keys: on {@code __keyspace@<db>__:<key>} the event, on {@code __keyevent@<db>__:<event>} the
 * key. Only the classes that {@code notify-keyspace-events} names.
 */
@RunsOn(Loop.KEYSPACE)
public final class KeyEvents implements KeyEventListener {
    private static final Map<String, Integer> CLASSES = new HashMap<>();

    static {
        put(KeyspaceEvents.GENERIC, "del rename_from rename_to move_from move_to copy_to restore expire persist");
        put(KeyspaceEvents.STRING, "set setrange append incrby incrbyfloat setbit pfadd");
        put(KeyspaceEvents.LIST, "lpush rpush linsert lset lrem ltrim lpop rpop sortstore");
        put(KeyspaceEvents.SET, "sadd srem spop sinterstore sunionstore sdiffstore");
        put(KeyspaceEvents.HASH, "hset hdel hincrby hincrbyfloat");
        put(
                KeyspaceEvents.SORTED_SET,
                "zadd zincr zrem zremrangebyscore zremrangebyrank zremrangebylex zdiffstore zinterstore zunionstore"
                        + " zrangestore zpopmin zpopmax geosearchstore georadiusstore");
        put(
                KeyspaceEvents.STREAM,
                "xadd xtrim xdel xsetid xgroup-create xgroup-setid xgroup-destroy xgroup-createconsumer"
                        + " xgroup-delconsumer");
        put(KeyspaceEvents.EXPIRED, "expired");
        put(KeyspaceEvents.EVICTED, "evicted");
        put(KeyspaceEvents.KEY_MISS, "keymiss");
        put(KeyspaceEvents.NEW_KEY, "new");
    }

    private final Channels channels;
    private final Map<String, Bytes> names = new HashMap<>();
    private final Bytes channel = new Bytes();
    private MemorySegment memory = Arena.ofAuto().allocate(256);
    private KeyspaceEvents wanted = KeyspaceEvents.NONE;

    public KeyEvents(Channels channels) {
        this.channels = channels;
    }

    private static void put(int eventClass, String events) {
        for (String event : events.split(" ")) {
            CLASSES.put(event, eventClass);
        }
    }

    /** Sets what is published. */
    public void publish(KeyspaceEvents newWanted) {
        wanted = newWanted;
    }

    /** Whether anything would be published. */
    public boolean isOn() {
        return (wanted.has(KeyspaceEvents.KEYSPACE) || wanted.has(KeyspaceEvents.KEYEVENT))
                && wanted.flags() != (wanted.flags() & (KeyspaceEvents.KEYSPACE | KeyspaceEvents.KEYEVENT));
    }

    @Override
    public void event(int db, Bytes key, String event) {
        if (channels.isEmpty() || !wanted.has(CLASSES.getOrDefault(event, 0))) {
            return;
        }
        Bytes name = names.computeIfAbsent(event, Bytes::copyOf);
        if (wanted.has(KeyspaceEvents.KEYSPACE)) {
            channels.publish(channel("__keyspace@", db, key), name);
        }
        if (wanted.has(KeyspaceEvents.KEYEVENT)) {
            channels.publish(channel("__keyevent@", db, name), key);
        }
    }

    private Bytes channel(String prefix, int db, Bytes what) {
        byte[] head = (prefix + db + "__:").getBytes(StandardCharsets.US_ASCII);
        int length = head.length + what.length();
        if (memory.byteSize() < length) {
            memory = Arena.ofAuto().allocate(2L * length);
        }
        RawMemory.copyIn(head, 0, memory.address(), head.length);
        RawMemory.copy(what.address(), memory.address() + head.length, what.length());
        return channel.set(memory.address(), length);
    }
}
