package io.vireo.topology;

/**
 * The number of an election. At most one node leads in an epoch, and one that knows of a higher epoch leads in no lower one.
 *
 * @param number 0 before the first election, and never negative
 */
public record Epoch(long number) implements Comparable<Epoch> {
    /** Before the first election. */
    public static final Epoch NONE = new Epoch(0);

    /** @throws IllegalArgumentException if the number is negative */
    public Epoch {
        if (number < 0) {
            throw new IllegalArgumentException("not an epoch: " + number);
        }
    }

    public Epoch next() {
        return new Epoch(Math.addExact(number, 1));
    }

    public boolean isAfter(Epoch other) {
        return number > other.number;
    }

    public boolean isBefore(Epoch other) {
        return number < other.number;
    }

    public static Epoch later(Epoch a, Epoch b) {
        return a.isAfter(b) ? a : b;
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
