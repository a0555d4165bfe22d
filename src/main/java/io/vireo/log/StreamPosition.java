package io.vireo.log;

/**
 * What a data set is a copy of: the stream with this id, up to and including the byte at this offset.
 *
 * @param id 40 hexadecimal digits, or {@code "?"} where the data belong to no stream we could continue
 * @param offset bytes of the stream that are in the data; the first byte of a stream has offset 1
 */
public record StreamPosition(String id, long offset) {
    /** Of no stream: asks for a full copy, which on the wire is {@code PSYNC ? -1}. */
    public static final StreamPosition UNKNOWN = new StreamPosition("?", -2);

    public boolean isKnown() {
        return offset >= 0;
    }

    /** The first byte that is missing, as PSYNC asks for it. */
    public long next() {
        return offset + 1;
    }

    public StreamPosition at(long newOffset) {
        return new StreamPosition(id, newOffset);
    }

    @Override
    public String toString() {
        return id + ":" + next();
    }
}
