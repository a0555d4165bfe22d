package io.vireo.config;

/** When the append-only file is flushed to the disk. */
public enum AppendFsync {
    EVERYSEC,
    ALWAYS,
    NO
}
