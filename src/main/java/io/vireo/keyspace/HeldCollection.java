package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.HeldContent;
import io.vireo.value.LargeValue;

/** A large collection that a cut copies out in parts. What changes meanwhile, its {@link HeldContent} takes care of. */
@RunsOn(Loop.KEYSPACE)
final class HeldCollection extends HeldEntry {
    final int type;
    final LargeValue value;
    final HeldContent content;
    private final LazyFree lazyFree;

    HeldCollection(LazyFree lazyFree, int db, byte[] key, long expireAtMs, int type, LargeValue value) {
        this(lazyFree, db, key, expireAtMs, type, value, value.hold());
    }

    private HeldCollection(
            LazyFree lazyFree, int db, byte[] key, long expireAtMs, int type, LargeValue value, HeldContent content) {
        super(db, key, expireAtMs);
        this.lazyFree = lazyFree;
        this.type = type;
        this.value = value;
        this.content = content;
    }

    /** One that is written out at once, before anything changes: the value need not know of it. */
    static HeldCollection atOnce(int db, byte[] key, int type, LargeValue value) {
        return new HeldCollection(null, db, key, SnapshotRecords.NO_EXPIRY, type, value, value.content());
    }

    @Override
    void writeHead(CutChunks to) {
        to.largeHead(this);
    }

    @Override
    boolean writeNext(CutChunks to) {
        return to.part(content);
    }

    @Override
    void end() {
        content.end();
        if (isOrphaned()) {
            lazyFree.add(value);
        }
    }
}
