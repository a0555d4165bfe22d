package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.RefVisitor;
import io.vireo.memory.Table;
import java.util.random.RandomGenerator;

/**
 * The elements of a large hash, set or sorted set in a table of their own, one blob each ({@link Element}).
 *
 * <p>A slot is the table's handle of an element, good until an element is added or removed.
 */
@RunsOn(Loop.KEYSPACE)
final class ElementTable implements LargeValue {
    static final long ABSENT = Table.ABSENT;

    /** What an element has besides its field. */
    enum Rest {
        NOTHING,
        VALUE,
        SCORE
    }

    private final Arena arena;
    private final Rest rest;
    private final Table table;
    private final Bytes field = new Bytes();
    private HeldElements held;
    private long blobBytes;

    ElementTable(Arena arena, Rest rest) {
        this.arena = arena;
        this.rest = rest;
        this.table = new Table(arena, Element.FIELDS);
    }

    Arena arena() {
        return arena;
    }

    Table table() {
        return table;
    }

    Rest rest() {
        return rest;
    }

    @Override
    public long size() {
        return table.size();
    }

    @Override
    public long memoryBytes() {
        return table.memoryBytes() + blobBytes;
    }

    // Looking.

    /** The slot of a field, or {@link #ABSENT}. */
    long find(Bytes name) {
        return table.find(name.hash(), name.address(), name.length());
    }

    int refAt(long slot) {
        return table.refAt(slot);
    }

    /** Address of the {@link Element} in a slot. */
    long blobAt(long slot) {
        return arena.address(table.refAt(slot));
    }

    /** Address of an element chosen by chance; there must be one. */
    long random(RandomGenerator random) {
        return arena.address(table.random(random));
    }

    /** Shows the addresses of some elements from a cursor on, as {@link Table#scan} does. */
    long scan(long cursor, int atLeast, BlobVisitor visitor) {
        return table.scan(cursor, atLeast, ref -> visitor.visit(arena.address(ref)));
    }

    /** Shows the addresses of all elements; nothing may change meanwhile. */
    void forEach(BlobVisitor visitor) {
        RefVisitor each = ref -> visitor.visit(arena.address(ref));
        for (long at = 0; at < Table.END; ) {
            int segment = table.segmentAt(at);
            table.forEachInSegment(segment, each);
            at = table.positionAfter(segment);
        }
    }

    /** Is shown the address of an element. */
    interface BlobVisitor {
        void visit(long blob);
    }

    // Changing.

    /** Sets the value of a field. Returns whether the field is new. */
    boolean put(Bytes name, Bytes value) {
        long hash = name.hash();
        int size = Element.size(name.length(), value.length());
        long slot = table.find(hash, name.address(), name.length());
        if (slot == ABSENT) {
            int ref = allocate(size);
            long blob = arena.address(ref);
            Element.writeField(blob, name);
            Element.writeValue(blob, value);
            insert(hash, ref);
            return true;
        }
        int old = table.refAt(slot);
        beforeChange(old, hash);
        if (Arena.capacityFor(size) == arena.capacity(old) && !isHeldWhole(old)) {
            Element.writeValue(arena.address(old), value);
            return false;
        }
        int ref = allocate(size);
        long blob = arena.address(ref);
        Element.writeField(blob, name);
        Element.writeValue(blob, value);
        table.setRef(slot, ref);
        born(ref, hash);
        letGo(old);
        return false;
    }

    /** Adds a field without a value. Returns whether it is new. */
    boolean add(Bytes name) {
        long hash = name.hash();
        if (table.find(hash, name.address(), name.length()) != ABSENT) {
            return false;
        }
        int ref = allocate(Element.size(name.length()));
        Element.writeField(arena.address(ref), name);
        insert(hash, ref);
        return true;
    }

    /** Adds a field that is known to be absent, with a score. Returns the reference of its blob. */
    int add(Bytes name, double score) {
        int ref = allocate(Element.size(name.length()) + Element.SCORE_BYTES);
        long blob = arena.address(ref);
        Element.writeField(blob, name);
        Element.writeScore(blob, score);
        insert(name.hash(), ref);
        return ref;
    }

    /** Changes the score of an element where it lies. */
    void setScore(int ref, double score) {
        long blob = arena.address(ref);
        if (held != null) {
            beforeChange(ref, Element.FIELDS.hash(blob));
        }
        Element.writeScore(blob, score);
    }

    /** Removes a field. Returns whether it was there. */
    boolean remove(Bytes name) {
        long slot = find(name);
        if (slot == ABSENT) {
            return false;
        }
        removeAt(slot);
        return true;
    }

    /** Removes the element in a slot. */
    void removeAt(long slot) {
        int ref = table.refAt(slot);
        if (held != null) {
            beforeChange(ref, Element.FIELDS.hash(arena.address(ref)));
        }
        letGo(table.remove(slot));
    }

    private int allocate(int size) {
        int ref = arena.allocate(size);
        blobBytes += arena.capacity(ref);
        return ref;
    }

    private void insert(long hash, int ref) {
        try {
            table.insert(hash, ref);
        } catch (RuntimeException e) {
            free(ref);
            throw e;
        }
        born(ref, hash);
    }

    private void letGo(int ref) {
        if (held != null && held.keeps(ref)) {
            blobBytes -= arena.capacity(ref);
            return;
        }
        free(ref);
    }

    private void free(int ref) {
        blobBytes -= arena.capacity(ref);
        arena.free(ref);
    }

    // What a snapshot needs.

    private void beforeChange(int ref, long hash) {
        if (held != null) {
            held.beforeChange(ref, hash);
        }
    }

    private void born(int ref, long hash) {
        if (held != null) {
            held.born(ref, hash);
        }
    }

    private boolean isHeldWhole(int ref) {
        return held != null && held.isWaiting(ref);
    }

    @Override
    public HeldContent hold() {
        held = new HeldElements(this);
        table.neverMerges(true);
        return held;
    }

    @Override
    public HeldContent content() {
        return new HeldElements(this);
    }

    @Override
    public boolean isHeld() {
        return held != null;
    }

    void released() {
        held = null;
        table.neverMerges(false);
    }

    // Whole values.

    @Override
    public boolean drain(int steps) {
        int segments = Math.max(1, steps / 64);
        return table.drain(segments, this::free);
    }

    /** Frees all of it at once: what was being made and could not be finished. */
    void discard() {
        while (!drain(Integer.MAX_VALUE)) {
            // A drain of so many steps takes one turn or two.
        }
    }

    @Override
    public LargeValue copy() {
        ElementTable copy = new ElementTable(arena, rest);
        try {
            forEach(blob -> {
                int size = sizeOf(blob);
                int ref = copy.allocate(size);
                RawMemory.copy(blob, arena.address(ref), size);
                copy.insert(Element.FIELDS.hash(blob), ref);
            });
        } catch (RuntimeException e) {
            copy.discard();
            throw e;
        }
        return copy;
    }

    private int sizeOf(long blob) {
        int fieldLength = Element.fieldLength(blob);
        return switch (rest) {
            case NOTHING -> Element.size(fieldLength);
            case VALUE -> Element.size(fieldLength, Element.valueLength(blob));
            case SCORE -> Element.size(fieldLength) + Element.SCORE_BYTES;
        };
    }

    @Override
    public void defragment() {
        if (held != null) {
            return;
        }
        for (long at = 0; at < Table.END; ) {
            int segment = table.segmentAt(at);
            table.forEachInSegment(segment, this::moveIfSparse);
            table.defragment(segment);
            at = table.positionAfter(segment);
        }
    }

    private void moveIfSparse(int ref) {
        if (arena.shouldMove(ref)) {
            long blob = arena.address(ref);
            int moved = arena.allocate(arena.capacity(ref));
            RawMemory.copy(blob, arena.address(moved), sizeOf(blob));
            table.setRef(find(Element.field(blob, field)), moved);
            arena.free(ref);
        }
    }
}
