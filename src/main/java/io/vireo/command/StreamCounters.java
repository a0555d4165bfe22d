package io.vireo.command;

import io.vireo.value.StreamGroup;
import io.vireo.value.StreamId;
import io.vireo.value.StreamValue;

/** How far a group has read, counted from the first entry that a stream ever had. */
final class StreamCounters {
    private StreamCounters() {}

    /** Whether entries between an id and the end may have been deleted, so that they cannot be counted by numbers. */
    static boolean mayLack(StreamValue stream, StreamId from) {
        StreamId deleted = stream.maxDeletedId();
        return stream.size() > 0
                && !deleted.isMin()
                && from.compareTo(deleted) <= 0
                && stream.firstId().compareTo(deleted) <= 0;
    }

    /** How many entries there ever were up to an id; {@link StreamGroup#UNKNOWN} where that cannot be told. */
    static long upTo(StreamValue stream, StreamId id) {
        if (stream.entriesAdded() == 0) {
            return 0;
        }
        if (stream.size() == 0 && id.compareTo(stream.lastId()) <= 0) {
            return stream.entriesAdded();
        }
        if (!id.isMin() && id.compareTo(stream.maxDeletedId()) < 0) {
            return StreamGroup.UNKNOWN;
        }
        int toLast = id.compareTo(stream.lastId());
        if (toLast >= 0) {
            return toLast == 0 ? stream.entriesAdded() : StreamGroup.UNKNOWN;
        }
        StreamId first = stream.firstId();
        if (stream.maxDeletedId().isMin() || stream.maxDeletedId().compareTo(first) < 0) {
            int toFirst = id.compareTo(first);
            if (toFirst <= 0) {
                return stream.entriesAdded() - stream.size() + (toFirst == 0 ? 1 : 0);
            }
        }
        return StreamGroup.UNKNOWN;
    }

    /** How many entries a group has still to read; {@link StreamGroup#UNKNOWN} where that cannot be told. */
    static long lag(StreamValue stream, StreamGroup group) {
        if (stream.entriesAdded() == 0) {
            return 0;
        }
        long read = group.entriesRead();
        if (read == StreamGroup.UNKNOWN || mayLack(stream, group.lastId())) {
            read = upTo(stream, group.lastId());
        }
        return read == StreamGroup.UNKNOWN ? StreamGroup.UNKNOWN : stream.entriesAdded() - read;
    }

    /** A group goes on to an entry that was not yet delivered. */
    static void advance(StreamValue stream, StreamGroup group, StreamId id) {
        if (group.entriesRead() != StreamGroup.UNKNOWN && !mayLack(stream, id)) {
            group.entriesRead(group.entriesRead() + 1);
        } else if (stream.entriesAdded() > 0) {
            group.entriesRead(upTo(stream, id));
        }
        group.lastId(id);
    }
}
