package io.vireo.persist;

import java.io.Serial;

/**
 * An RDB that cannot be loaded, with a text that says what is wrong and where.
 *
 * <p>It is about the content; that bytes could not be had at all is an {@link java.io.IOException}.
 */
public final class RdbException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What is wrong, for those who decide what to do next. */
    public enum Fault {
        /** Not an RDB, or one of a version we do not read. */
        FORMAT,
        /** It ends too early. */
        SHORT,
        /** It contradicts itself, or its checksum. */
        CORRUPT,
        /** It is sound, but holds what this server cannot. */
        UNSUPPORTED,
        /** There is no memory for it. */
        MEMORY,
        /** The loading was called off. */
        ABORTED
    }

    private final Fault fault;

    public RdbException(Fault fault, String text) {
        super(text);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
