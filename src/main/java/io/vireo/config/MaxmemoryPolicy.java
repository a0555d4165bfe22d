package io.vireo.config;

/** Which keys make room when the memory limit is reached. */
public enum MaxmemoryPolicy {
    VOLATILE_LRU,
    VOLATILE_LFU,
    VOLATILE_RANDOM,
    VOLATILE_TTL,
    ALLKEYS_LRU,
    ALLKEYS_LFU,
    ALLKEYS_RANDOM,
    NOEVICTION;

    /** Whether any key may go at all. */
    public boolean evicts() {
        return this != NOEVICTION;
    }

    /** Whether only keys with a time to expire may go. */
    public boolean isVolatile() {
        return this == VOLATILE_LRU || this == VOLATILE_LFU || this == VOLATILE_RANDOM || this == VOLATILE_TTL;
    }

    /** Whether chance alone decides. */
    public boolean isRandom() {
        return this == VOLATILE_RANDOM || this == ALLKEYS_RANDOM;
    }

    /** Whether the key used the longest time ago goes first. */
    public boolean isLru() {
        return this == VOLATILE_LRU || this == ALLKEYS_LRU;
    }

    /** Whether the key used least often goes first. */
    public boolean isLfu() {
        return this == VOLATILE_LFU || this == ALLKEYS_LFU;
    }
}
