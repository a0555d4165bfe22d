package io.vireo.command;

import io.vireo.base.Bytes;

/** Is told what happens to keys, by the names that keyspace notifications have. */
@FunctionalInterface
public interface KeyEventListener {
    /**
     * Something has happened to a key.
     *
     * @param key a view, good during the call
     */
    void event(int db, Bytes key, String event);
}
