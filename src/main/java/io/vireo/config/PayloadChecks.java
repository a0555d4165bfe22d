package io.vireo.config;

/** Whose RDB and RESTORE payloads are checked deeply. */
public enum PayloadChecks {
    NO,
    YES,
    CLIENTS
}
