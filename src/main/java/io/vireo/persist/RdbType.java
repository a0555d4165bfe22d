package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** The value types of an RDB, in every encoding that versions 1 to 11 know. */
@RunsOn(Loop.ANY)
public enum RdbType {
    STRING(0, "string", "strings"),
    LIST(1, "list", "lists"),
    SET(2, "set", "sets"),
    SORTED_SET(3, "sorted set", "sorted sets"),
    HASH(4, "hash", "hashes"),
    SORTED_SET_2(5, "sorted set", "sorted sets"),
    MODULE(6, "module value", "module values"),
    MODULE_2(7, "module value", "module values"),
    HASH_ZIPMAP(9, "hash", "hashes"),
    LIST_ZIPLIST(10, "list", "lists"),
    SET_INTSET(11, "set", "sets"),
    SORTED_SET_ZIPLIST(12, "sorted set", "sorted sets"),
    HASH_ZIPLIST(13, "hash", "hashes"),
    LIST_QUICKLIST(14, "list", "lists"),
    STREAM_LISTPACKS(15, "stream", "streams"),
    HASH_LISTPACK(16, "hash", "hashes"),
    SORTED_SET_LISTPACK(17, "sorted set", "sorted sets"),
    LIST_QUICKLIST_2(18, "list", "lists"),
    STREAM_LISTPACKS_2(19, "stream", "streams"),
    SET_LISTPACK(20, "set", "sets"),
    STREAM_LISTPACKS_3(21, "stream", "streams");

    private static final RdbType[] BY_CODE = new RdbType[STREAM_LISTPACKS_3.code + 1];

    static {
        for (RdbType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final String noun;
    private final String plural;

    RdbType(int code, String noun, String plural) {
        this.code = code;
        this.noun = noun;
        this.plural = plural;
    }

    /** The byte that stands for it. */
    public int code() {
        return code;
    }

    /** What a value of it is called, as "sorted set". */
    public String noun() {
        return noun;
    }

    public String plural() {
        return plural;
    }

    /** The type of this byte, or null if no version knows it. */
    static RdbType of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
