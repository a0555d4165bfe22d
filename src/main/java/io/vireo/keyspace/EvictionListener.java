package io.vireo.keyspace;

import io.vireo.base.Bytes;

/** Is told of keys that are about to be deleted to make room. */
@FunctionalInterface
public interface EvictionListener {
    void evicted(int db, Bytes key);
}
