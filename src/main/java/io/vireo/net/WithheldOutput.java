package io.vireo.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundInvoker;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayDeque;

/** Output of one connection that may not leave yet, in order, each piece with the offset that it waits for. */
@RunsOn(Loop.KEYSPACE)
final class WithheldOutput {
    private static final long UNKNOWN = Long.MAX_VALUE;

    private static final class Piece {
        private final ByteBuf bytes;
        private long offset = UNKNOWN;
        private long sinceMs;

        private Piece(ByteBuf bytes) {
            this.bytes = bytes;
        }
    }

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long bytes;

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    /** Takes a piece that was made in this turn. */
    void add(ByteBuf piece) {
        bytes += piece.readableBytes();
        pieces.add(new Piece(piece));
    }

    /** How long the oldest piece has waited, in milliseconds; 0 where none has. */
    long waitedMs(long nowMs) {
        Piece oldest = pieces.peek();
        return oldest == null || oldest.offset == UNKNOWN ? 0 : nowMs - oldest.sinceMs;
    }

    /**
     * The turn ends at an offset, which is what the pieces of this turn wait for.
     *
     * @param nowMs a monotonic clock
     */
    void waitFor(long offset, long nowMs) {
        for (var latest = pieces.descendingIterator(); latest.hasNext(); ) {
            Piece piece = latest.next();
            if (piece.offset != UNKNOWN) {
                return;
            }
            piece.offset = offset;
            piece.sinceMs = nowMs;
        }
    }

    /**
     * Writes what may leave by now to a channel, without flushing it.
     *
     * @return how many bytes these are
     */
    long release(long offset, ChannelOutboundInvoker channel) {
        long released = 0;
        while (!pieces.isEmpty() && pieces.peek().offset <= offset) {
            ByteBuf next = pieces.remove().bytes;
            released += next.readableBytes();
            channel.write(next);
        }
        bytes -= released;
        return released;
    }

    void clear() {
        pieces.forEach(piece -> piece.bytes.release());
        pieces.clear();
        bytes = 0;
    }
}
