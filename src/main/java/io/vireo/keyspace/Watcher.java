package io.vireo.keyspace;

/** Who watches keys: told once any of them has changed. */
public interface Watcher {
    void keyChanged();
}
