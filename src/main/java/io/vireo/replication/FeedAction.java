package io.vireo.replication;

/** What a primary has to do for a replica; a {@link Say} too. */
public sealed interface FeedAction permits Say, FeedAction.Wire {

    /** What is done on the replica's connection. */
    sealed interface Wire extends FeedAction {}

    /** Send this line, and its end. */
    record Reply(String line) implements Wire {}

    /** Send a newline, which means only that we live. */
    record SendNewline() implements Wire {}

    /** Keep the stream from this offset on for the replica; nothing of it is sent yet. */
    record KeepStream(long from) implements Wire {}

    /** Take part in the cut that is sent as it is made. */
    record JoinPipe() implements Wire {}

    /** Send the length and the bytes of the file of the cut; {@code FileSent} will follow. */
    record SendFile() implements Wire {}

    /** From now on send the stream that is kept, and all that comes. */
    record SendStream() implements Wire {}

    /** Close the connection; what was sent before still leaves. */
    record Close() implements Wire {}
}
