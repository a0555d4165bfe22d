package io.vireo.replication;

/** The link's states in the words of ROLE. */
final class LinkWords {
    private LinkWords() {}

    static String ofRole(LinkState state) {
        return switch (state) {
            case LinkState.Unlinked s -> "none";
            case LinkState.Waiting s -> "connect";
            case LinkState.Connecting s -> "connecting";
            case LinkState.Handshake s -> "handshake";
            case LinkState.FullSync s -> "sync";
            case LinkState.Streaming s -> "connected";
            case LinkState.Linked s -> "unknown";
        };
    }
}
