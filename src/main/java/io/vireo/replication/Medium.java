package io.vireo.replication;

/** Where a cut for replicas is written to. */
public enum Medium {
    DISK("disk"),
    SOCKETS("replicas sockets");

    private final String words;

    Medium(String words) {
        this.words = words;
    }

    /** As the log says it. */
    public String words() {
        return words;
    }
}
