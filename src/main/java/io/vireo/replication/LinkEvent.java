package io.vireo.replication;

import io.vireo.log.StreamPosition;

/** What can happen to the link to a primary. Events of a connection that was closed are not told any more. */
public sealed interface LinkEvent {

    /** Follow this primary, with data that are a copy of this position: a primary turns into a replica, or starts as one. */
    record Follow(Target primary, StreamPosition position) implements LinkEvent {}

    /** As {@link Follow}, but not before the next tick: the node is still starting. */
    record FollowSoon(Target primary, StreamPosition position) implements LinkEvent {}

    /** As {@link Follow}, but the primary is one of our replicas, and is asked to lead. */
    record FollowHeir(Target heir, StreamPosition position) implements LinkEvent {}

    /** Follow another primary than before, with the data that the former one gave. */
    record Repoint(Target primary) implements LinkEvent {}

    /** Follow nobody any more. */
    record Unfollow() implements LinkEvent {}

    /** Time passes; told several times a second. */
    record Tick() implements LinkEvent {}

    record Connected() implements LinkEvent {}

    /** The connection could not be made, or ended, for this reason in the system's words. */
    record Lost(String why) implements LinkEvent {}

    /** A line without its end came, while lines are expected. */
    record Line(String text) implements LinkEvent {}

    /** A part of the full copy came. */
    record PayloadProgress() implements LinkEvent {}

    /** The last part of the full copy came; whether it is sound is being found out. */
    record PayloadReceived() implements LinkEvent {}

    /** The full copy is there, whole and sound. {@code wipes} if it has no key, and our data have. */
    record PayloadComplete(boolean wipes) implements LinkEvent {}

    /** The full copy cannot be used or kept; our own data are untouched. */
    record PayloadUnusable(String why) implements LinkEvent {}

    /** Our data are the full copy now; its stream stands in this database. */
    record Loaded(int database) implements LinkEvent {}

    /** Our old data are gone, and the full copy did not take their place. */
    record LoadFailed(String why) implements LinkEvent {}

    /** A batch of the stream came, and everything up to this offset is applied. */
    record Applied(long offset) implements LinkEvent {}

    /** Our append-only file has come further on the disk, or is off. */
    record Flushed() implements LinkEvent {}

    /** The primary wants to know how far we are. */
    record AckWanted() implements LinkEvent {}

    /**
     * A command of the stream, just behind the position, is unknown or failed.
     *
     * @param positionLost whether our data are a copy of nothing now: half a transaction took effect, or the bytes are not
     *     those of a stream
     */
    record CommandRefused(String why, boolean positionLost) implements LinkEvent {}
}
