package io.vireo.resp;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The words of one command, as views of the buffer they arrived in.
 *
 * <p>Word 0 is the command's name. Words are kept as offsets from one base address, so that a half-received command
 * survives its buffer growing. {@link #get} hands out one reused view per position: nothing is allocated, nothing may be
 * kept after the command.
 */
public final class Args {
    private static final int FIRST_CAPACITY = 16;

    private long base;
    private int count;
    private int[] offsets = new int[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];
    private Bytes[] views = new Bytes[FIRST_CAPACITY];
    private int frameLength;
    private boolean canonical;
    private MemorySegment owned;

    public Args() {
        for (int i = 0; i < views.length; i++) {
            views[i] = new Bytes();
        }
    }

    /**
     * Words with memory of their own, for commands that do not come from a socket. Allocates. The memory lasts as long as
     * these words are reachable; their views do not keep it.
     */
    public static Args of(byte[]... words) {
        Args args = new Args();
        int size = 0;
        for (byte[] word : words) {
            size += word.length;
        }
        args.owned = Arena.ofAuto().allocate(Math.max(1, size));
        args.begin(args.owned.address());
        int at = 0;
        for (byte[] word : words) {
            RawMemory.copyIn(word, 0, args.base + at, word.length);
            args.add(at, word.length);
            at += word.length;
        }
        args.finish(0, false);
        return args;
    }

    /** Words with memory of their own, from text. Allocates. */
    public static Args of(String... words) {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return of(bytes);
    }

    /** A lasting copy of these words, for a queue. */
    public Args copy() {
        return copyFrom(0);
    }

    /** A lasting copy of the words from an index on. */
    public Args copyFrom(int first) {
        long size = 0;
        for (int i = first; i < count; i++) {
            size += lengths[i];
        }
        Args copy = new Args();
        copy.owned = Arena.ofAuto().allocate(Math.max(1, size)); // outside the heap, since words may be large
        copy.begin(copy.owned.address());
        int at = 0;
        for (int i = first; i < count; i++) {
            RawMemory.copy(base + offsets[i], copy.base + at, lengths[i]);
            copy.add(at, lengths[i]);
            at += lengths[i];
        }
        copy.finish(0, false);
        return copy;
    }

    public int count() {
        return count;
    }

    /** The word at an index, as this position's view: valid until the command ends. */
    public Bytes get(int index) {
        return views[index].set(base + offsets[index], lengths[index]);
    }

    public int length(int index) {
        return lengths[index];
    }

    /** The word at an index as a whole number of 64 bits; any other word is refused. */
    public long integer(int index) {
        long address = base + offsets[index];
        if (!Decimal.isLong(address, lengths[index])) {
            throw ErrorReply.NOT_AN_INTEGER.raise();
        }
        return Decimal.toLong(address, lengths[index]);
    }

    /** The words' total length in bytes. */
    public long totalLength() {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += lengths[i];
        }
        return total;
    }

    /** Whether the frame the words came in is byte for byte how this command would be written again. */
    public boolean isCanonical() {
        return canonical;
    }

    /** Where the frame begins; meaningful if {@link #isCanonical}. */
    public long frameAddress() {
        return base;
    }

    public int frameLength() {
        return frameLength;
    }

    /** Starts a command whose bytes begin at an address. */
    void begin(long newBase) {
        base = newBase;
        count = 0;
        frameLength = 0;
        canonical = false;
    }

    /** Follows a half-received command to the address where its buffer now lies. */
    void rebase(long newBase) {
        base = newBase;
    }

    void add(int offset, int length) {
        if (count == offsets.length) {
            widen(count * 2);
        }
        offsets[count] = offset;
        lengths[count] = length;
        count++;
    }

    void finish(int length, boolean isCanonical) {
        frameLength = length;
        canonical = isCanonical;
    }

    /** Takes over the words of another, as it stands. */
    void takeFrom(Args other) {
        if (other.count > offsets.length) {
            widen(other.count);
        }
        base = other.base;
        count = other.count;
        System.arraycopy(other.offsets, 0, offsets, 0, count);
        System.arraycopy(other.lengths, 0, lengths, 0, count);
        frameLength = other.frameLength;
        canonical = other.canonical;
    }

    private void widen(int capacity) {
        offsets = Arrays.copyOf(offsets, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        int had = views.length;
        views = Arrays.copyOf(views, capacity);
        for (int i = had; i < capacity; i++) {
            views[i] = new Bytes();
        }
    }
}
