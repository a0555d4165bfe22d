package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;

/**
 * Records of one size in the order of the {@link StreamId} each begins with, in blocks:
 *
 * <pre>
 *   i32 records | record ...         record: i64 ms | i64 seq | whatever follows
 * </pre>
 *
 * <p>A place is the number of a block and of a record in it; it is good until the next change.
 */
@RunsOn(Loop.KEYSPACE)
final class IdBlocks {
    static final long NONE = -1;

    private static final int HEAD = 4;
    private static final int MOST_RECORDS = 64;
    private static final int FIRST_RECORDS = 2;

    private final BlobSequence blocks;
    private final int recordBytes;
    private long size;

    IdBlocks(Arena arena, int recordBytes) {
        this.blocks = new BlobSequence(arena);
        this.recordBytes = recordBytes;
    }

    long size() {
        return size;
    }

    BlobSequence blocks() {
        return blocks;
    }

    int recordBytes() {
        return recordBytes;
    }

    private static int records(long block) {
        return RawMemory.getInt(block);
    }

    private long recordAt(long block, int index) {
        return block + HEAD + (long) index * recordBytes;
    }

    private static int compare(long record, long ms, long seq) {
        return StreamId.compare(RawMemory.getLong(record), RawMemory.getLong(record + Long.BYTES), ms, seq);
    }

    private static long place(int block, int index) {
        return (long) block << Integer.SIZE | index;
    }

    /** Address of the record at a place. */
    long record(long place) {
        return recordAt(blocks.address((int) (place >>> Integer.SIZE)), (int) place);
    }

    /** The record at a place, to be changed behind its id. */
    long recordToChange(long place) {
        int block = (int) (place >>> Integer.SIZE);
        int used = HEAD + records(blocks.address(block)) * recordBytes;
        return recordAt(blocks.toChange(block, used), (int) place);
    }

    /** The place of the first record from an id on, or {@link #NONE}. */
    long ceiling(long ms, long seq) {
        int block = lastBlockFrom(ms, seq);
        if (block < 0) {
            return blocks.count() > 0 ? place(0, 0) : NONE;
        }
        int index = firstIndexFrom(blocks.address(block), ms, seq);
        if (index < records(blocks.address(block))) {
            return place(block, index);
        }
        return block + 1 < blocks.count() ? place(block + 1, 0) : NONE;
    }

    /** The place of the record of an id, or {@link #NONE}. */
    long find(long ms, long seq) {
        long place = ceiling(ms, seq);
        return place != NONE && compare(record(place), ms, seq) == 0 ? place : NONE;
    }

    long first() {
        return blocks.count() > 0 ? place(0, 0) : NONE;
    }

    long last() {
        int block = blocks.count() - 1;
        return block < 0 ? NONE : place(block, records(blocks.address(block)) - 1);
    }

    long next(long place) {
        int block = (int) (place >>> Integer.SIZE);
        int index = (int) place + 1;
        if (index < records(blocks.address(block))) {
            return place(block, index);
        }
        return block + 1 < blocks.count() ? place(block + 1, 0) : NONE;
    }

    /** The last block whose first record is not behind an id; -1 where there is none. */
    private int lastBlockFrom(long ms, long seq) {
        int low = 0;
        int high = blocks.count() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (compare(recordAt(blocks.address(middle), 0), ms, seq) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    private int firstIndexFrom(long block, long ms, long seq) {
        int low = 0;
        int high = records(block) - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (compare(recordAt(block, middle), ms, seq) < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Makes a record for an id that is not there. Returns its address; all behind the id is to be written at once. */
    long insert(long ms, long seq) {
        int block = Math.max(0, lastBlockFrom(ms, seq));
        if (blocks.count() == 0) {
            RawMemory.putInt(blocks.insert(0, HEAD + FIRST_RECORDS * recordBytes), 0);
        }
        int count = records(blocks.address(block));
        int index = firstIndexFrom(blocks.address(block), ms, seq);
        if (count == MOST_RECORDS) {
            if (index == count && block == blocks.count() - 1) {
                block++;
                RawMemory.putInt(blocks.insert(block, HEAD + FIRST_RECORDS * recordBytes), 0);
                count = 0;
                index = 0;
            } else {
                split(block);
                count = MOST_RECORDS / 2;
                if (index > count) {
                    block++;
                    index -= count;
                }
            }
        }
        int used = HEAD + count * recordBytes;
        long address = blocks.toChange(block, used);
        if (used + recordBytes > blocks.capacity(block)) {
            int records = Math.min(MOST_RECORDS, Math.max(count + 1, 2 * count));
            address = blocks.resize(block, used, HEAD + records * recordBytes);
        }
        long record = recordAt(address, index);
        RawMemory.copy(record, record + recordBytes, (long) (count - index) * recordBytes);
        RawMemory.putInt(address, count + 1);
        RawMemory.putLong(record, ms);
        RawMemory.putLong(record + Long.BYTES, seq);
        size++;
        return record;
    }

    /** Moves the upper half of a full block into a new one behind it. */
    private void split(int block) {
        int half = MOST_RECORDS / 2;
        long to = blocks.insert(block + 1, HEAD + MOST_RECORDS * recordBytes);
        long from = blocks.toChange(block, HEAD + MOST_RECORDS * recordBytes);
        RawMemory.copy(recordAt(from, half), to + HEAD, (long) half * recordBytes);
        RawMemory.putInt(to, half);
        RawMemory.putInt(from, half);
    }

    /** Removes the record at a place. */
    void remove(long place) {
        int block = (int) (place >>> Integer.SIZE);
        int index = (int) place;
        int count = records(blocks.address(block));
        size--;
        if (count == 1) {
            blocks.remove(block);
            return;
        }
        long address = blocks.toChange(block, HEAD + count * recordBytes);
        long record = recordAt(address, index);
        RawMemory.copy(record + recordBytes, record, (long) (count - 1 - index) * recordBytes);
        RawMemory.putInt(address, count - 1);
    }

    /** Bytes in use of a block. */
    long usedBytes(long block) {
        return HEAD + (long) records(block) * recordBytes;
    }

    IdBlocks copy(Arena arena) {
        IdBlocks copy = new IdBlocks(arena, recordBytes);
        for (int i = 0; i < blocks.count(); i++) {
            long from = blocks.address(i);
            int used = (int) usedBytes(from);
            RawMemory.copy(from, copy.blocks.insert(i, used), used);
        }
        copy.size = size;
        return copy;
    }
}
