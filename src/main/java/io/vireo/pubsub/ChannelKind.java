package io.vireo.pubsub;

import java.nio.charset.StandardCharsets;

/** The three ways to listen, with the words of their replies and messages. */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes into the words
enum ChannelKind {
    CHANNEL("subscribe", "unsubscribe", "message"),
    PATTERN("psubscribe", "punsubscribe", "pmessage"),
    SHARD("ssubscribe", "sunsubscribe", "smessage");

    private final byte[] subscribed;
    private final byte[] unsubscribed;
    private final byte[] message;

    ChannelKind(String subscribed, String unsubscribed, String message) {
        this.subscribed = ascii(subscribed);
        this.unsubscribed = ascii(unsubscribed);
        this.message = ascii(message);
    }

    private static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] subscribed() {
        return subscribed;
    }

    byte[] unsubscribed() {
        return unsubscribed;
    }

    byte[] message() {
        return message;
    }
}
