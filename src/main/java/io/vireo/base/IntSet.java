package io.vireo.base;

import java.util.Arrays;

/** A set of ints other than 0, in an array. */
public final class IntSet {
    private static final int NONE = 0;
    private static final int LEAST_SLOTS = 16;

    private int[] slots;
    private int size;

    public IntSet() {
        this(0);
    }

    /** A set with room for so many numbers: it grows when there are more. */
    public IntSet(int numbers) {
        slots = new int[Math.max(LEAST_SLOTS, Integer.highestOneBit(numbers) << 2)];
    }

    public int size() {
        return size;
    }

    /** Adds a number. Returns whether it was new. */
    public boolean add(int number) {
        Invariant.check(number != NONE, "0 stands for no number");
        int at = slotOf(number);
        if (slots[at] == number) {
            return false;
        }
        slots[at] = number;
        if (++size > slots.length / 2) {
            grow();
        }
        return true;
    }

    public boolean contains(int number) {
        return size > 0 && slots[slotOf(number)] == number;
    }

    /** Takes a number out. Returns whether it was there. */
    public boolean remove(int number) {
        int at = slotOf(number);
        if (slots[at] != number) {
            return false;
        }
        size--;
        // What was pushed on by this number moves back, so that no search ends at the gap.
        int mask = slots.length - 1;
        for (int next = at + 1 & mask; slots[next] != NONE; next = next + 1 & mask) {
            int home = home(slots[next]);
            if ((next - home & mask) >= (next - at & mask)) {
                slots[at] = slots[next];
                at = next;
            }
        }
        slots[at] = NONE;
        return true;
    }

    public void clear() {
        Arrays.fill(slots, NONE);
        size = 0;
    }

    private int home(int number) {
        int mixed = number * 0x9e3779b1;
        return (mixed ^ mixed >>> 15) & slots.length - 1;
    }

    /** Where a number is, or would be. */
    private int slotOf(int number) {
        int at = home(number);
        while (slots[at] != NONE && slots[at] != number) {
            at = at + 1 & slots.length - 1;
        }
        return at;
    }

    private void grow() {
        int[] old = slots;
        slots = new int[old.length * 2];
        for (int number : old) {
            if (number != NONE) {
                slots[slotOf(number)] = number;
            }
        }
    }
}
