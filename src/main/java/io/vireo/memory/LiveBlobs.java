package io.vireo.memory;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import java.util.TreeMap;

/** Checking mode's book of live blobs. Far too slow for anything but tests. */
@RunsOn(Loop.KEYSPACE)
final class LiveBlobs {
    private static final byte POISON = (byte) 0xdb;

    private final TreeMap<Long, Integer> capacityByGranule = new TreeMap<>();

    void born(Arena arena, int ref) {
        long granule = ref & 0xffffffffL;
        Invariant.check(!capacityByGranule.containsKey(granule), "a new blob was not live before");
        capacityByGranule.put(granule, 0);
        capacityByGranule.put(granule, arena.capacity(ref));
    }

    void dies(Arena arena, int ref) {
        Integer capacity = capacityByGranule.remove(ref & 0xffffffffL);
        Invariant.check(capacity != null, "a blob is freed once");
        RawMemory.fill(arena.rawAddress(ref), capacity, POISON);
    }

    void check(int ref) {
        Invariant.check(capacityByGranule.containsKey(ref & 0xffffffffL), "a reference names a live blob");
    }

    void checkRange(Arena arena, long address, int length) {
        long offset = address - arena.base();
        var blob = capacityByGranule.floorEntry(offset >>> 3);
        Invariant.check(
                blob != null && length >= 0 && offset + length <= (blob.getKey() << 3) + blob.getValue(),
                "a range lies inside one live blob");
    }

    int[] all() {
        return capacityByGranule.keySet().stream().mapToInt(Long::intValue).toArray();
    }
}
