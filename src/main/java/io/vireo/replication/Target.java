package io.vireo.replication;

/** Where a primary listens, as REPLICAOF named it. */
public record Target(String host, int port) {
    /** Whether a REPLICAOF with this host and port would change nothing. */
    public boolean isSame(String otherHost, int otherPort) {
        return host.equalsIgnoreCase(otherHost) && port == otherPort;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
