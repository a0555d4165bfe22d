package io.vireo.config;

/** Who may change an option while the server runs, and whether a pattern shows it. */
public enum Access {
    /** CONFIG SET may change it. */
    SETTABLE,
    /** CONFIG SET may change it, but not while the data set is being loaded. */
    SETTABLE_ONCE_LOADED,
    /** CONFIG SET may change it where {@code enable-protected-configs} allows that. */
    PROTECTED,
    /** As {@link #PROTECTED}, and not while the data set is being loaded. */
    PROTECTED_ONCE_LOADED,
    /** Only the file and the command line set it. */
    FIXED,
    /**
     * As {@link #FIXED}, but CONFIG SET takes the value that it has: for Vireo's own, so that who writes all that CONFIG
     * GET has shown back, knowing which of Redis's options are fixed, meets none that is refused.
     */
    FIXED_AS_IT_IS,
    /** Settable, and shown by CONFIG GET only when asked by its full name: for debugging. */
    HIDDEN,
    /** As {@link #HIDDEN}, but only the file and the command line set it. */
    HIDDEN_FIXED;

    boolean isFixed() {
        return this == FIXED || this == FIXED_AS_IT_IS || this == HIDDEN_FIXED;
    }

    boolean isProtected() {
        return this == PROTECTED || this == PROTECTED_ONCE_LOADED;
    }

    boolean waitsForLoading() {
        return this == SETTABLE_ONCE_LOADED || this == PROTECTED_ONCE_LOADED;
    }

    boolean isHidden() {
        return this == HIDDEN || this == HIDDEN_FIXED;
    }
}
