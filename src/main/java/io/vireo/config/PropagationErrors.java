package io.vireo.config;

/** What to do when a command from the stream fails. */
public enum PropagationErrors {
    IGNORE,
    PANIC,
    PANIC_ON_REPLICAS
}
