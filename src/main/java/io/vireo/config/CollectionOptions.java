package io.vireo.config;

import static io.vireo.config.Access.SETTABLE;
import static io.vireo.config.NumberTypes.bytes;
import static io.vireo.config.NumberTypes.large;
import static io.vireo.config.NumberTypes.whole;

/** Up to which size collections are packed: a part of the table of {@link Options}. */
public final class CollectionOptions {
    static final OptionSection SECTION = new OptionSection("Collections");

    public static final Option<Long> HASH_MAX_LISTPACK_ENTRIES = SECTION.option(
            "hash-max-listpack-entries",
            large(0, Long.MAX_VALUE),
            512L,
            SETTABLE,
            "Fields that a packed hash may have.",
            "hash-max-ziplist-entries");

    public static final Option<Long> HASH_MAX_LISTPACK_VALUE = SECTION.option(
            "hash-max-listpack-value",
            bytes(0),
            64L,
            SETTABLE,
            "Bytes that a field or value of a packed hash may have.",
            "hash-max-ziplist-value");

    public static final Option<Integer> LIST_MAX_LISTPACK_SIZE = SECTION.option(
            "list-max-listpack-size",
            whole(Integer.MIN_VALUE, Integer.MAX_VALUE),
            -2,
            SETTABLE,
            "Elements of one node of a list, or as -1 to -5 its bytes: 4, 8, 16, 32 or 64 KB.",
            "list-max-ziplist-size");

    public static final Option<Long> SET_MAX_INTSET_ENTRIES = SECTION.option(
            "set-max-intset-entries",
            large(0, Long.MAX_VALUE),
            512L,
            SETTABLE,
            "Members that a packed set of integers may have.");

    public static final Option<Long> ZSET_MAX_LISTPACK_ENTRIES = SECTION.option(
            "zset-max-listpack-entries",
            large(0, Long.MAX_VALUE),
            128L,
            SETTABLE,
            "Members that a packed sorted set may have.",
            "zset-max-ziplist-entries");

    public static final Option<Long> ZSET_MAX_LISTPACK_VALUE = SECTION.option(
            "zset-max-listpack-value",
            bytes(0),
            64L,
            SETTABLE,
            "Bytes that a member of a packed sorted set may have.",
            "zset-max-ziplist-value");

    public static final Option<Long> STREAM_NODE_MAX_BYTES = SECTION.option(
            "stream-node-max-bytes", bytes(0), 4_096L, SETTABLE, "Bytes of one node of a stream; 0: no limit.");

    public static final Option<Long> STREAM_NODE_MAX_ENTRIES = SECTION.option(
            "stream-node-max-entries",
            large(0, Long.MAX_VALUE),
            100L,
            SETTABLE,
            "Entries of one node of a stream; 0: no limit.");

    public static final Option<Long> HLL_SPARSE_MAX_BYTES = SECTION.option(
            "hll-sparse-max-bytes", bytes(0), 3_000L, SETTABLE, "Bytes that a sparse HyperLogLog may have.");

    private CollectionOptions() {}
}
