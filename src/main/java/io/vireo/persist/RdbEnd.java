package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * How an RDB ended.
 *
 * @param version of the format
 * @param bytes from its first to its last
 * @param checksum what became of the checksum
 * @param followed whether the source has more bytes behind it, as an append-only file with an RDB base does
 */
@RunsOn(Loop.ANY)
public record RdbEnd(int version, long bytes, Checksum checksum, boolean followed) {
    /** What became of the checksum. */
    public enum Checksum {
        RIGHT,
        /** It was not looked at, or the version has none. */
        NOT_ASKED,
        /** The writer had computed none. */
        ABSENT
    }
}
