package io.vireo.command;

import java.util.Locale;

/** What the server obeys about a command, in the order and with the names of COMMAND INFO. */
public enum CommandFlag {
    WRITE,
    READONLY,
    DENYOOM,
    ADMIN,
    PUBSUB,
    NOSCRIPT,
    BLOCKING,
    LOADING,
    STALE,
    SKIP_MONITOR,
    SKIP_SLOWLOG,
    ASKING,
    FAST,
    NO_AUTH,
    MAY_REPLICATE,
    NO_ASYNC_LOADING,
    NO_MULTI,
    MOVABLEKEYS,
    ALLOW_BUSY;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name that COMMAND INFO shows. */
    public String wireName() {
        return wireName;
    }
}
