package io.vireo.base;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;

/**
 * A byte string: a view of {@code length} bytes of native memory, in the arena, in a network buffer, or its own.
 *
 * <p>A view owns nothing unless made by {@link #copyOf}. Commands are handed views that are pointed at the input buffer
 * or at a blob for the length of one command; whoever needs the bytes longer copies them. Equality is by content, and
 * since a view can be pointed elsewhere, only a {@link #copyOf} copy may be a key of a heap map.
 */
public final class Bytes implements Comparable<Bytes> {
    // The hash's seed and its multipliers are secret: a factor that a client knows can be made zero by a key of its
    // choice, and all keys that do so collide whatever the seed.
    private static final SecureRandom SECRETS = new SecureRandom();
    private static final long SEED = SECRETS.nextLong();
    private static final long P1 = SECRETS.nextLong();
    private static final long P2 = SECRETS.nextLong();

    private long address;
    private int length;
    private final MemorySegment owned;

    /** An empty view, to be pointed somewhere. */
    public Bytes() {
        this.owned = null;
    }

    private Bytes(MemorySegment owned, int length) {
        this.owned = owned;
        this.address = owned.address();
        this.length = length;
    }

    /**
     * A lasting copy of the bytes, freed by the garbage collector. Costs a native allocation: not for hot paths.
     *
     * <p>An address does not keep the memory. A copy that is no field and no constant needs a {@code
     * Reference.reachabilityFence} behind its last use by address, which is any use outside this class.
     */
    public static Bytes copyOf(byte[] bytes) {
        Bytes copy = new Bytes(Arena.ofAuto().allocate(Math.max(1, bytes.length)), bytes.length);
        RawMemory.copyIn(bytes, 0, copy.address, bytes.length);
        return copy;
    }

    /** A lasting copy of this text in UTF-8; a {@link ByteText} gives the bytes that it was made of. */
    public static Bytes copyOf(String text) {
        return copyOf(ByteText.bytes(text));
    }

    /** A lasting copy of what this view shows now. */
    public Bytes copy() {
        Bytes copy = new Bytes(Arena.ofAuto().allocate(Math.max(1, length)), length);
        RawMemory.copy(address, copy.address, length);
        return copy;
    }

    /** Points this view at other memory. Not for copies, which own theirs. */
    public Bytes set(long newAddress, int newLength) {
        this.address = newAddress;
        this.length = newLength;
        return this;
    }

    public long address() {
        return address;
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Whether these bytes are this object's own and last as long as it does. */
    public boolean isOwned() {
        return owned != null;
    }

    public byte at(int index) {
        return RawMemory.getByte(address + index);
    }

    public byte[] toArray() {
        byte[] out = new byte[length];
        RawMemory.copyOut(address, out, 0, length);
        return out;
    }

    /** Whether these bytes are this ASCII word, in any case. {@code lowerWord} must be in lower case. */
    public boolean isWord(String lowerWord) {
        if (lowerWord.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int c = at(i);
            if (c >= 'A' && c <= 'Z') {
                c += 'a' - 'A';
            }
            if (c != lowerWord.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    public boolean contentEquals(Bytes other) {
        return length == other.length && RawMemory.equal(address, other.address, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && contentEquals(that);
    }

    @Override
    public int hashCode() {
        long hash = hash();
        return (int) (hash ^ hash >>> 32);
    }

    /** A hash of 64 good bits, seeded once per process so that clients cannot aim for collisions. */
    public long hash() {
        return hash(address, length);
    }

    /** The hash of a range, equal to {@link #hash()} of a view of it. */
    public static long hash(long address, int length) {
        long state = SEED;
        long a;
        long b;
        if (length <= 16) {
            if (length >= 8) {
                a = RawMemory.getLong(address);
                b = RawMemory.getLong(address + length - 8);
            } else if (length >= 4) {
                a = RawMemory.getInt(address) & 0xffffffffL;
                b = RawMemory.getInt(address + length - 4) & 0xffffffffL;
            } else if (length > 0) {
                a = (RawMemory.getByte(address) & 0xffL) << 16
                        | (RawMemory.getByte(address + (length >>> 1)) & 0xffL) << 8
                        | RawMemory.getByte(address + length - 1) & 0xffL;
                b = 0;
            } else {
                a = 0;
                b = 0;
            }
        } else {
            int i = 0;
            for (; length - i > 16; i += 16) {
                state = mix(RawMemory.getLong(address + i) ^ P1, RawMemory.getLong(address + i + 8) ^ state);
            }
            a = RawMemory.getLong(address + length - 16);
            b = RawMemory.getLong(address + length - 8);
        }
        return mix(P1 ^ length, mix(a ^ P1, b ^ state) ^ P2);
    }

    private static long mix(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }

    /** Orders as {@code memcmp}. */
    @Override
    public int compareTo(Bytes other) {
        return RawMemory.compare(address, length, other.address, other.length);
    }

    /** The bytes as a {@link ByteText}, from which the same bytes can be made again. */
    @Override
    public String toString() {
        return ByteText.of(toArray());
    }
}
