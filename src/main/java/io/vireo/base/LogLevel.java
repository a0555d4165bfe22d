package io.vireo.base;

/** Redis's four levels, with the sign each shows in a log line. */
public enum LogLevel {
    DEBUG('.'),
    VERBOSE('-'),
    NOTICE('*'),
    WARNING('#');

    private final char sign;

    LogLevel(char sign) {
        this.sign = sign;
    }

    public char sign() {
        return sign;
    }
}
