package io.vireo.keyspace;

import io.vireo.base.Bytes;

/** Is told of keys that were deleted because their time was over. */
@FunctionalInterface
public interface ExpiryListener {
    void expired(int db, Bytes key);
}
