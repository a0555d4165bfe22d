package io.vireo.config;

/** How a replica takes a full copy: by way of a file, straight where it is empty, or beside its old data. */
public enum DisklessLoad {
    DISABLED,
    ON_EMPTY_DB,
    SWAPDB
}
