package io.vireo.value;

import io.vireo.base.IntSet;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.RefVisitor;
import io.vireo.memory.Table;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The elements of a table as they were at one moment, in no particular order:
 *
 * <pre>
 *   hash:         i32 length, field, i32 length, value
 *   set:          i32 length, member
 *   sorted set:   f64 score, i32 length, member
 * </pre>
 *
 * <p>The walk goes through the table by positions. An element ahead of it that is about to change is copied out first; an
 * element that is new ahead of it is noted, to be passed over. A long element is not copied: its blob is kept until it is
 * written, piece by piece.
 */
@RunsOn(Loop.KEYSPACE)
final class HeldElements implements HeldContent {
    private static final int PART_BYTES = 64 * 1024;
    /** Elements in blobs larger than this are written in pieces, from their blob. */
    private static final int LONG_OVER = 4096;

    /** A long element to be written, and its score as it was. */
    private record Waiting(int ref, long score) {}

    private final ElementTable elements;
    private final Arena arena;
    private final long size;
    private final RefVisitor each = this::visit;

    /** Blobs ahead of the walk that it passes over: they are new, or saved. */
    private final IntSet passed = new IntSet();

    private long position;
    private byte[] saved = {};
    private int savedBytes;

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private final IntSet waitingRefs = new IntSet();
    /** Those of the waiting ones that nobody else needs any more. */
    private final IntSet orphans = new IntSet();

    private int writtenOfFirst;

    private ContentSink sink;
    private int partBytes;

    HeldElements(ElementTable elements) {
        this.elements = elements;
        this.arena = elements.arena();
        this.size = elements.size();
    }

    @Override
    public long size() {
        return size;
    }

    // What the table tells.

    /** An element is about to change or to go. */
    void beforeChange(int ref, long hash) {
        if (isAhead(hash) && passed.add(ref)) {
            if (isLong(ref)) {
                waitFor(ref);
            } else {
                save(arena.address(ref));
            }
        }
    }

    /** A blob has come into the table. */
    void born(int ref, long hash) {
        if (isAhead(hash)) {
            passed.add(ref);
        } else {
            passed.remove(ref);
        }
    }

    /** A blob has left the table. Whether it is freed here later. */
    boolean keeps(int ref) {
        passed.remove(ref);
        return waitingRefs.contains(ref) && orphans.add(ref);
    }

    /** Whether a blob must stay as it is, since it is still to be written. */
    boolean isWaiting(int ref) {
        return waitingRefs.contains(ref);
    }

    private boolean isAhead(long hash) {
        return Table.positionOf(hash) >= position;
    }

    private boolean isLong(int ref) {
        return arena.capacity(ref) > LONG_OVER;
    }

    private void waitFor(int ref) {
        boolean scored = elements.rest() == ElementTable.Rest.SCORE;
        long score = scored ? RawMemory.getLong(Element.restAddress(arena.address(ref))) : 0;
        waiting.add(new Waiting(ref, score));
        waitingRefs.add(ref);
    }

    // Writing.

    @Override
    public boolean writeNext(ContentSink to) {
        sink = to;
        partBytes = 0;
        if (writtenOfFirst > 0) {
            writeLong();
        } else if (savedBytes > 0) {
            to.putBytes(saved, 0, savedBytes);
            savedBytes = 0;
        } else if (!waiting.isEmpty()) {
            writeLong();
        } else if (position < Table.END) {
            walk();
        }
        return savedBytes > 0 || !waiting.isEmpty() || position < Table.END;
    }

    private void walk() {
        Table table = elements.table();
        while (partBytes < PART_BYTES && position < Table.END) {
            int segment = table.segmentAt(position);
            table.forEachInSegment(segment, each);
            position = table.positionAfter(segment);
        }
    }

    private void visit(int ref) {
        if (passed.contains(ref)) {
            return;
        }
        if (isLong(ref)) {
            waitFor(ref);
        } else {
            writeElement(arena.address(ref), sink);
        }
    }

    private void writeElement(long blob, ContentSink to) {
        int fieldLength = Element.fieldLength(blob);
        partBytes += 16 + fieldLength;
        if (elements.rest() == ElementTable.Rest.SCORE) {
            to.putLong(RawMemory.getLong(Element.restAddress(blob)));
        }
        to.putInt(fieldLength);
        to.putBytes(Element.fieldAddress(blob), fieldLength);
        if (elements.rest() == ElementTable.Rest.VALUE) {
            int valueLength = Element.valueLength(blob);
            partBytes += valueLength;
            to.putInt(valueLength);
            to.putBytes(Element.valueAddress(blob), valueLength);
        }
    }

    /** Writes the next piece of the first long element: its heads where they come due, and a part of what follows. */
    private void writeLong() {
        int ref = waiting.peek().ref;
        long blob = arena.address(ref);
        int fieldLength = Element.fieldLength(blob);
        boolean valued = elements.rest() == ElementTable.Rest.VALUE;
        int all = fieldLength + (valued ? Element.valueLength(blob) : 0);
        if (writtenOfFirst == 0) {
            if (elements.rest() == ElementTable.Rest.SCORE) {
                sink.putLong(waiting.peek().score);
            }
            sink.putInt(fieldLength);
            if (fieldLength == 0) {
                sink.putInt(Element.valueLength(blob));
            }
        }
        if (writtenOfFirst < fieldLength) {
            int part = Math.min(PART_BYTES, fieldLength - writtenOfFirst);
            sink.putBytes(Element.fieldAddress(blob) + writtenOfFirst, part);
            writtenOfFirst += part;
            if (writtenOfFirst == fieldLength && valued) {
                sink.putInt(Element.valueLength(blob));
            }
        } else {
            int from = writtenOfFirst - fieldLength;
            int part = Math.min(PART_BYTES, all - writtenOfFirst);
            sink.putBytes(Element.valueAddress(blob) + from, part);
            writtenOfFirst += part;
        }
        if (writtenOfFirst == all) {
            writtenOfFirst = 0;
            waiting.remove();
            waitingRefs.remove(ref);
            if (orphans.remove(ref)) {
                arena.free(ref);
            }
        }
    }

    private void save(long blob) {
        writeElement(blob, new ContentSink() {
            @Override
            public void putInt(int number) {
                room(Integer.BYTES);
                for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                    saved[savedBytes++] = (byte) (number >>> shift);
                }
            }

            @Override
            public void putLong(long number) {
                putInt((int) number);
                putInt((int) (number >>> Integer.SIZE));
            }

            @Override
            public void putBytes(long address, int length) {
                room(length);
                RawMemory.copyOut(address, saved, savedBytes, length);
                savedBytes += length;
            }

            @Override
            public void putBytes(byte[] bytes, int from, int length) {
                room(length);
                System.arraycopy(bytes, from, saved, savedBytes, length);
                savedBytes += length;
            }
        });
    }

    private void room(int more) {
        if (saved.length - savedBytes < more) {
            saved = Arrays.copyOf(saved, Math.max(saved.length * 2, savedBytes + more + 1024));
        }
    }

    @Override
    public void end() {
        for (Waiting element : waiting) {
            if (orphans.contains(element.ref)) {
                arena.free(element.ref);
            }
        }
        waiting.clear();
        elements.released();
    }
}
