package io.vireo.replication;

import io.vireo.log.StreamPosition;

/** What can happen to a replica of ours. */
public sealed interface FeedEvent {

    /** It may continue from this offset on, in the stream that has this id now. */
    record MayContinue(String id, long from) implements FeedEvent {}

    /** It needs a full copy. */
    record NeedsCopy() implements FeedEvent {}

    /** The cut that it will get has begun, or it was joined to one that had; the stream goes on from there. */
    record CutBegan(StreamPosition position, Medium medium) implements FeedEvent {}

    /** A cut for it could not be begun. */
    record CutNotBegun() implements FeedEvent {}

    /** The cut is complete: in a file, or all of it is sent. */
    record CutComplete() implements FeedEvent {}

    /** The cut failed on the way. */
    record CutFailed() implements FeedEvent {}

    /** It has taken a part of its copy. */
    record SendProgress() implements FeedEvent {}

    /** It has taken the whole file. */
    record FileSent() implements FeedEvent {}

    /** It has applied the stream up to this offset, and has it on its disk up to {@code durable}, or 0. */
    record Acked(long offset, long durable) implements FeedEvent {}

    /** It sent a newline: it is alive, and busy. */
    record Newline() implements FeedEvent {}

    /** Time passes; told several times a second. */
    record Tick() implements FeedEvent {}

    /** More of the stream is kept for it than allowed; {@code client} is its line of CLIENT LIST. */
    record OutputLimitPassed(String client) implements FeedEvent {}

    /** It shall come back, since our stream has another id now, or is another one. */
    record Dismissed() implements FeedEvent {}

    /** The connection is gone. */
    record Lost() implements FeedEvent {}
}
