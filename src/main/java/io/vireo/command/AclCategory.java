package io.vireo.command;

import java.util.Locale;

/** The ACL categories of Redis, in its order. */
public enum AclCategory {
    KEYSPACE,
    READ,
    WRITE,
    SET,
    SORTEDSET,
    LIST,
    HASH,
    STRING,
    BITMAP,
    HYPERLOGLOG,
    GEO,
    STREAM,
    PUBSUB,
    ADMIN,
    FAST,
    SLOW,
    BLOCKING,
    DANGEROUS,
    CONNECTION,
    TRANSACTION,
    SCRIPTING;

    private final String wireName = "@" + name().toLowerCase(Locale.ROOT);

    /** The name with its at sign, as COMMAND INFO shows it. */
    public String wireName() {
        return wireName;
    }
}
