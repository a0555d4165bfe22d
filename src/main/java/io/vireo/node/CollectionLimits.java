package io.vireo.node;

import io.vireo.config.CollectionOptions;
import io.vireo.config.Config;
import io.vireo.config.Option;
import io.vireo.value.ValueLimits;
import java.util.function.Consumer;

/** Lets the options say up to which size collections are packed. */
final class CollectionLimits {
    private final Config config;

    private CollectionLimits(Config config) {
        this.config = config;
    }

    static void follow(Config config, ValueLimits limits) {
        CollectionLimits these = new CollectionLimits(config);
        these.follow(CollectionOptions.HASH_MAX_LISTPACK_ENTRIES, now -> limits.hashMaxListpackEntries = now);
        these.follow(CollectionOptions.HASH_MAX_LISTPACK_VALUE, now -> limits.hashMaxListpackValue = now);
        these.follow(CollectionOptions.LIST_MAX_LISTPACK_SIZE, now -> limits.listMaxListpackSize = now);
        these.follow(CollectionOptions.SET_MAX_INTSET_ENTRIES, now -> limits.setMaxIntsetEntries = now);
        these.follow(CollectionOptions.ZSET_MAX_LISTPACK_ENTRIES, now -> limits.zsetMaxListpackEntries = now);
        these.follow(CollectionOptions.ZSET_MAX_LISTPACK_VALUE, now -> limits.zsetMaxListpackValue = now);
        these.follow(CollectionOptions.STREAM_NODE_MAX_BYTES, now -> limits.streamNodeMaxBytes = now);
        these.follow(CollectionOptions.STREAM_NODE_MAX_ENTRIES, now -> limits.streamNodeMaxEntries = now);
        these.follow(CollectionOptions.HLL_SPARSE_MAX_BYTES, now -> limits.hllSparseMaxBytes = now);
    }

    private <T> void follow(Option<T> option, Consumer<T> limit) {
        limit.accept(config.get(option));
        config.onChange(option, limit);
    }
}
