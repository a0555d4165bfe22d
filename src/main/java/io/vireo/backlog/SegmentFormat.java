package io.vireo.backlog;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment: a head, then pieces of the stream in their order, without gaps.
 *
 * <pre>
 *   head    "VIREOBKL" | version u32 | sequence u64 | first offset u64 | id, 40 bytes | sum u32
 *   piece   length u32 | offset u64 | sum u32 | bytes of the stream
 * </pre>
 *
 * <p>Numbers are big-endian; a sum is the CRC-32C of all of the head, or of the piece, but itself. A segment is of one
 * stream id. Its sequence is one more than that of the segment written before it, and <em>what comes later is
 * right</em>: from the first offset of a segment on, nothing of older ones counts.
 *
 * <p>Version n of the format is read by servers that write n or n + 1; one that is not known is refused by its number.
 */
@RunsOn(Loop.ANY)
final class SegmentFormat {
    static final int VERSION = 1;
    static final int OLDEST_READ_VERSION = 1;
    static final int HEAD_BYTES = 8 + Integer.BYTES + 2 * Long.BYTES + ReplicationId.LENGTH + Integer.BYTES;
    static final int PIECE_HEAD_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;

    /** The longest piece that is written or read. */
    static final int LONGEST_PIECE = 64 << 10;

    private static final byte[] MAGIC = "VIREOBKL".getBytes(StandardCharsets.US_ASCII);

    private SegmentFormat() {}

    /** What stands at the beginning of a segment. */
    record Head(long sequence, long firstOffset, String id) {
        ByteBuffer bytes() {
            ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES);
            bytes.put(MAGIC).putInt(VERSION).putLong(sequence).putLong(firstOffset);
            bytes.put(id.getBytes(StandardCharsets.ISO_8859_1));
            return bytes.putInt(sum(bytes.array(), HEAD_BYTES - Integer.BYTES)).flip();
        }

        /** Reads a head. An {@link IOException} says what is wrong with it. */
        static Head of(ByteBuffer bytes) throws IOException {
            byte[] magic = new byte[MAGIC.length];
            if (bytes.remaining() < magic.length + Integer.BYTES) {
                throw new IOException("it is too short for a backlog file");
            }
            bytes.get(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new IOException("it is no backlog file");
            }
            int version = bytes.getInt();
            if (version < OLDEST_READ_VERSION || version > VERSION) {
                throw new IOException("it is of version " + Integer.toUnsignedString(version)
                        + " of the format, and this server knows " + VERSION);
            }
            if (bytes.limit() < HEAD_BYTES) {
                throw new IOException("its head is cut short");
            }
            long sequence = bytes.getLong();
            long firstOffset = bytes.getLong();
            byte[] id = new byte[ReplicationId.LENGTH];
            bytes.get(id);
            if (bytes.getInt() != sum(bytes.array(), HEAD_BYTES - Integer.BYTES)) {
                throw new IOException("the checksum of its head is wrong");
            }
            return new Head(sequence, firstOffset, new String(id, StandardCharsets.ISO_8859_1));
        }
    }

    /** The bytes in front of a piece. */
    static ByteBuffer pieceHead(long offset, byte[] piece, int length) {
        ByteBuffer head = ByteBuffer.allocate(PIECE_HEAD_BYTES).putInt(length).putLong(offset);
        return head.putInt(pieceSum(head.array(), piece, length)).flip();
    }

    /** The sum of a piece whose length and offset begin the head. */
    static int pieceSum(byte[] head, byte[] piece, int length) {
        CRC32C sum = new CRC32C();
        sum.update(head, 0, PIECE_HEAD_BYTES - Integer.BYTES);
        sum.update(piece, 0, length);
        return (int) sum.getValue();
    }

    private static int sum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }
}
