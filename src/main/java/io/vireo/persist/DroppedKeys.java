package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys that a loading has left out since their time was over. A replica that goes on from where it was has them still, and
 * deletes nothing by itself: it has to be told. So many as the backlog could tell of are kept; beyond that replicas need
 * a full copy anyway.
 */
@RunsOn(Loop.ANY)
public final class DroppedKeys {
    /** Bytes of a DEL in the stream besides the key, about. */
    private static final int FRAME_BYTES = 30;

    /** Of a loading that has left nothing out. */
    public static final DroppedKeys NONE = new DroppedKeys(0);

    private final long mostBytes;
    private final List<Key> keys = new ArrayList<>();
    private long bytes;
    private boolean isComplete = true;

    /** A key's name, and where it was. */
    public record Key(int database, byte[] name) {}

    /** @param mostBytes of the stream that telling of them may take; 0 to note none */
    DroppedKeys(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    void add(int database, RdbString name) {
        bytes += FRAME_BYTES + name.length();
        if (bytes <= mostBytes) {
            keys.add(new Key(database, name.toArray()));
        } else {
            isComplete = false;
            keys.clear();
        }
    }

    /** Whether all keys are known that were left out; otherwise none is. */
    public boolean isComplete() {
        return isComplete;
    }

    public List<Key> keys() {
        return keys;
    }
}
