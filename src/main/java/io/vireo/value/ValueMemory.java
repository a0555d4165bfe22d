package io.vireo.value;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import java.util.Arrays;

/**
 * What the values of one keyspace share: the arena, the limits, and the large values by the number under which an entry
 * names each. These are the only objects that data have on the heap: a few for each large value, none for a key.
 */
@RunsOn(Loop.KEYSPACE)
public final class ValueMemory {
    private final Arena arena;
    private ValueLimits limits;
    private LargeValue[] values = new LargeValue[16];
    private int[] free = new int[16];
    private int freeCount;
    private int used = 1;

    public ValueMemory(Arena arena, ValueLimits limits) {
        this.arena = arena;
        this.limits = limits;
    }

    public Arena arena() {
        return arena;
    }

    public ValueLimits limits() {
        return limits;
    }

    /** Sets others, when these values go to another keyspace. */
    public void limits(ValueLimits newLimits) {
        limits = newLimits;
    }

    /** Gives a large value a number, never 0. */
    public int add(LargeValue value) {
        int number;
        if (freeCount > 0) {
            number = free[--freeCount];
        } else {
            if (used == values.length) {
                values = Arrays.copyOf(values, 2 * used);
            }
            number = used++;
        }
        values[number] = value;
        return number;
    }

    /** The large value of a number. */
    public LargeValue at(int number) {
        LargeValue value = values[number];
        Invariant.check(value != null, "an entry names a large value that is there");
        return value;
    }

    /** Forgets a large value. Its memory is the caller's to free. */
    public LargeValue remove(int number) {
        LargeValue value = at(number);
        values[number] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = number;
        return value;
    }

    /** How many large values there are. */
    public int count() {
        return used - 1 - freeCount;
    }
}
