package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** Up to which size collections are packed. The options of the same names set these while the server runs. */
@RunsOn(Loop.KEYSPACE)
public final class ValueLimits {
    public long hashMaxListpackEntries = 512;
    public long hashMaxListpackValue = 64;
    public int listMaxListpackSize = -2;
    public long setMaxIntsetEntries = 512;
    public long zsetMaxListpackEntries = 128;
    public long zsetMaxListpackValue = 64;
    public long streamNodeMaxBytes = 4096;
    public long streamNodeMaxEntries = 100;
    public long hllSparseMaxBytes = 3000;

    /** Takes over all of another's limits. */
    public void copyFrom(ValueLimits other) {
        hashMaxListpackEntries = other.hashMaxListpackEntries;
        hashMaxListpackValue = other.hashMaxListpackValue;
        listMaxListpackSize = other.listMaxListpackSize;
        setMaxIntsetEntries = other.setMaxIntsetEntries;
        zsetMaxListpackEntries = other.zsetMaxListpackEntries;
        zsetMaxListpackValue = other.zsetMaxListpackValue;
        streamNodeMaxBytes = other.streamNodeMaxBytes;
        streamNodeMaxEntries = other.streamNodeMaxEntries;
        hllSparseMaxBytes = other.hllSparseMaxBytes;
    }
}
