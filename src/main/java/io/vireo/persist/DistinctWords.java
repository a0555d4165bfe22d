package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.Arrays;

/** Finds out whether words of one value are all different. Words are copied, into memory that serves the next value too. */
@RunsOn(Loop.WORKER)
final class DistinctWords {
    private static final int FREE = -1;

    private int[] slots = new int[0];
    private int[] offsets = new int[0];
    private byte[] text = new byte[256];
    private int mask;
    private int count;
    private int used;

    /** Forgets all words, and makes room for so many. */
    void begin(int words) {
        int wanted = Integer.highestOneBit(Math.max(8, words)) << 2;
        if (slots.length < wanted) {
            slots = new int[wanted];
        }
        if (offsets.length < words + 1) {
            offsets = new int[words + 1];
        }
        Arrays.fill(slots, 0, wanted, FREE);
        mask = wanted - 1;
        count = 0;
        used = 0;
    }

    /** Adds a word. Returns whether it is new. */
    boolean add(RdbString word) {
        int from = word.offset();
        int to = from + word.length();
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = (hash ^ word.array()[i]) * 0x0100_0193;
        }
        int slot = (hash ^ hash >>> 15) & mask;
        for (; slots[slot] != FREE; slot = slot + 1 & mask) {
            int there = slots[slot];
            if (Arrays.equals(word.array(), from, to, text, offsets[there], offsets[there + 1])) {
                return false;
            }
        }
        if (text.length - used < word.length()) {
            text = Arrays.copyOf(text, Math.max(2 * text.length, used + word.length()));
        }
        System.arraycopy(word.array(), from, text, used, word.length());
        used += word.length();
        slots[slot] = count;
        offsets[++count] = used;
        return true;
    }
}
