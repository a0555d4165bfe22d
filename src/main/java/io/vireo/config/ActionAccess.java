package io.vireo.config;

/** Who may use a guarded command or option: nobody, everybody, or local connections. */
public enum ActionAccess {
    NO,
    YES,
    LOCAL
}
