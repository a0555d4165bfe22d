package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** The types a key's value may have. The order is that of the type codes in an entry's header. */
@RunsOn(Loop.ANY)
public enum ValueType {
    STRING("string"),
    LIST("list"),
    SET("set"),
    ZSET("zset"),
    HASH("hash"),
    STREAM("stream");

    private static final ValueType[] BY_CODE = values();

    private final String word;

    ValueType(String word) {
        this.word = word;
    }

    /** The name that TYPE answers and SCAN's TYPE option takes. */
    public String word() {
        return word;
    }

    /** The small number that stands for this type in memory; not the one of RDB files. */
    public int code() {
        return ordinal();
    }

    public static ValueType ofCode(int code) {
        return BY_CODE[code];
    }
}
