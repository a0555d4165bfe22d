package io.vireo.backlog;

import io.vireo.backlog.SegmentFormat.Head;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A segment that was found, as far as it is whole.
 *
 * @param nextOffset the first offset behind the last piece that counts; equal to {@code firstOffset} where there is none
 * @param damage what is wrong behind it, or null
 */
@RunsOn(Loop.ANY)
record Segment(Path file, long sequence, String id, long firstOffset, long nextOffset, String damage) {

    /** Is shown pieces; the array is used again. */
    interface Pieces {
        void piece(long offset, byte[] bytes, int length);
    }

    /** Looks a file through. An {@link IOException} says why it cannot be used at all. */
    static Segment scan(Path file, long sequence) throws IOException {
        long[] next = {0};
        String[] damage = {null};
        Head head = walk(file, (offset, bytes, length) -> next[0] = offset + length, damage);
        if (head.sequence() != sequence) {
            throw new IOException("it was written as number " + head.sequence());
        }
        return new Segment(
                file, sequence, head.id(), head.firstOffset(), Math.max(next[0], head.firstOffset()), damage[0]);
    }

    /** Shows the pieces again. */
    void forEach(Pieces pieces) throws IOException {
        walk(file, pieces, new String[1]);
    }

    /** The same without what lies at this offset or behind it. */
    Segment before(long offset) {
        return new Segment(file, sequence, id, firstOffset, Math.clamp(offset, firstOffset, nextOffset), damage);
    }

    long length() {
        return nextOffset - firstOffset;
    }

    /** Whether the data of this stream, up to and including this offset, are those that the segment stands at or passes. */
    boolean passes(String otherId, long offset) {
        return id.equals(otherId) && offset >= firstOffset - 1 && offset < nextOffset;
    }

    /** Ends at the end, or where a piece is not what was written. */
    private static Head walk(Path file, Pieces pieces, String[] damage) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 17)) {
            Head head = Head.of(ByteBuffer.wrap(in.readNBytes(SegmentFormat.HEAD_BYTES)));
            byte[] pieceHead = new byte[SegmentFormat.PIECE_HEAD_BYTES];
            byte[] bytes = new byte[SegmentFormat.LONGEST_PIECE];
            long next = head.firstOffset();
            while (true) {
                int count = in.readNBytes(pieceHead, 0, pieceHead.length);
                if (count == 0) {
                    return head;
                }
                ByteBuffer view = ByteBuffer.wrap(pieceHead);
                int length = view.getInt();
                long offset = view.getLong();
                boolean sound = count == pieceHead.length && length > 0 && length <= bytes.length && offset == next;
                if (!sound || in.readNBytes(bytes, 0, length) < length) {
                    damage[0] = "it is cut short or damaged behind offset " + (next - 1);
                    return head;
                }
                if (view.getInt() != SegmentFormat.pieceSum(pieceHead, bytes, length)) {
                    damage[0] = "the checksum of the piece behind offset " + (next - 1) + " is wrong";
                    return head;
                }
                pieces.piece(offset, bytes, length);
                next += length;
            }
        }
    }
}
