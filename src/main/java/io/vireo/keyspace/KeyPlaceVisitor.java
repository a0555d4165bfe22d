package io.vireo.keyspace;

import io.vireo.base.Bytes;

/** Is shown keys of all databases. */
@FunctionalInterface
public interface KeyPlaceVisitor {
    /**
     * Is shown a key.
     *
     * @param key a view, good during the call
     */
    void accept(int db, Bytes key);
}
