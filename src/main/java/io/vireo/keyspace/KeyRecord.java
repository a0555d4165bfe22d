package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;

/** One key as a snapshot cut of it alone: the same records ({@link SnapshotRecords}), all at once. */
@RunsOn(Loop.KEYSPACE)
final class KeyRecord {
    private KeyRecord() {}

    /** Writes an entry, without its expiry where its value comes in pieces. */
    static void write(Arena arena, Entries entries, long blob, CutSink sink) {
        CutChunks chunks = new CutChunks(sink, new long[1], new long[1]);
        boolean isString = Entry.isString(blob);
        int encoding = Entry.encoding(blob);
        if (encoding == Entry.LARGE || encoding == Entry.OUTLINED && isString) {
            writeHeld(held(arena, entries, blob, isString), chunks);
        } else if (isString) {
            chunks.entry(0, blob);
        } else {
            chunks.packed(0, blob, entries.packed(blob));
        }
        chunks.end();
    }

    private static HeldEntry held(Arena arena, Entries entries, long blob, boolean isString) {
        byte[] key = new byte[Entry.keyLength(blob)];
        RawMemory.copyOut(Entry.keyAddress(blob), key, 0, key.length);
        return isString
                ? new HeldValue(arena, 0, key, Entries.NEVER, Entry.outlined(blob), Entry.valueLength(blob))
                : HeldCollection.atOnce(0, key, Entry.type(blob), entries.large(blob));
    }

    private static void writeHeld(HeldEntry entry, CutChunks chunks) {
        boolean more = true;
        while (more) {
            more = entry.write(chunks);
        }
    }
}
