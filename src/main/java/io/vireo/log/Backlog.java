package io.vireo.log;

/**
 * The stretch of the stream that is still held for replicas that come back, as it was when asked for.
 *
 * @param first the offset of the first byte held
 * @param next the offset the next byte to be written will have; equal to {@code first} while nothing is held
 */
public record Backlog(long first, long next) {
    /** No backlog: nobody can continue. */
    public static final Backlog NONE = new Backlog(0, -1);

    public boolean exists() {
        return next >= first;
    }

    /** How many bytes are held. */
    public long length() {
        return exists() ? next - first : 0;
    }

    /** Whether everything from this offset on is held; {@link #next} is allowed, and needs nothing. */
    public boolean reaches(long wantedOffset) {
        return wantedOffset >= first && wantedOffset <= next;
    }
}
