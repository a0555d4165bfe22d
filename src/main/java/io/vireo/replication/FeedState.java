package io.vireo.replication;

/** The states of a replica in its primary's eyes; {@link ReplicaFeed} draws how they follow one another. */
public sealed interface FeedState {

    /** The word of INFO; empty for one that is not shown. */
    default String word() {
        return "wait_bgsave";
    }

    /** Connected, but has not asked for our data yet. */
    record Arrived() implements FeedState {
        @Override
        public String word() {
            return "";
        }
    }

    /** Waits for a cut to begin. */
    record Queued(long sinceMs, long newlineAtMs) implements FeedState {}

    /** The cut that it gets is being written to disk; the stream since the cut is kept for it. */
    record Saving(long newlineAtMs) implements FeedState {}

    /** The cut is being sent to it as it is made; when it last took a part. */
    record Piping(long progressMs) implements FeedState {}

    /** The file of the cut is being sent to it; when it last took a part. */
    record Sending(long progressMs) implements FeedState {
        @Override
        public String word() {
            return "send_bulk";
        }
    }

    /**
     * It has been sent a copy whose length it did not know; the stream begins once it has found the end, and says so.
     */
    record Settling(long heardMs) implements FeedState {
        @Override
        public String word() {
            return "online";
        }
    }

    /**
     * It gets the stream.
     *
     * @param acked the offset up to which it has applied the stream, as far as it has told
     * @param durable the offset up to which it has the stream on its disk, as far as it has told
     * @param heardMs when it was last heard of
     */
    record Online(long acked, long durable, long heardMs) implements FeedState {
        @Override
        public String word() {
            return "online";
        }
    }

    /** Its connection is gone. */
    record Closed() implements FeedState {
        @Override
        public String word() {
            return "";
        }
    }
}
