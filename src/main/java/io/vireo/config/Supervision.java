package io.vireo.config;

/** Who has started the server and wants to hear how that goes. */
public enum Supervision {
    /** Nobody is told anything: Redis stops itself there once, and Vireo does not. */
    UPSTART,
    SYSTEMD,
    /** systemd, where its socket is named in the environment; else nobody. */
    AUTO,
    NO;

    /** As in the configuration. */
    public String word() {
        return TextTypes.word(this);
    }
}
