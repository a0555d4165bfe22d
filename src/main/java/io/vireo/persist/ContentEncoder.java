package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;

/**
 * Takes the content of a large value, which comes in pieces that are cut anywhere, part by part. A part is gathered, so that
 * a word can be compressed, but for a long one, which goes through piece by piece.
 *
 * @see io.vireo.value.HeldContent
 */
@RunsOn(Loop.WORKER)
abstract class ContentEncoder {
    private int wanted;
    private boolean inPieces;
    private byte[] gathered = new byte[64];
    private int gatheredLength;

    /** Says of how many bytes the next part is, which {@link #came} then gets whole. */
    final void want(int bytes) {
        wanted = bytes;
        inPieces = false;
        gatheredLength = 0;
    }

    /** Says of how many bytes the next part is, at least one, which {@link #longPiece} then gets as they come. */
    final void wantPieces(int bytes) {
        want(bytes);
        inPieces = true;
    }

    /** Whether a part has begun to come. */
    final boolean isWithinPart() {
        return inPieces || gatheredLength > 0;
    }

    /** The part that was wanted lies whole in an array, or, with nothing of it there, all of its pieces have come. */
    abstract void came(byte[] bytes, int from, int length) throws IOException;

    /** The next bytes of a part that comes in pieces. */
    abstract void longPiece(byte[] bytes, int from, int length) throws IOException;

    /** The content has come to its end. */
    abstract void end();

    /** Takes the next piece of the content. */
    final void content(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end || wanted == 0 && !inPieces && !isDone()) {
            if (inPieces) {
                int piece = Math.min(wanted, end - at);
                longPiece(bytes, at, piece);
                at += piece;
                wanted -= piece;
                if (wanted == 0) {
                    inPieces = false;
                    came(bytes, at, 0);
                }
            } else if (gatheredLength == 0 && end - at >= wanted) {
                int from = at;
                at += wanted;
                came(bytes, from, wanted);
            } else {
                at = gather(bytes, at, end);
            }
        }
    }

    /** Whether no part is wanted any more. */
    abstract boolean isDone();

    private int gather(byte[] bytes, int at, int end) throws IOException {
        int more = Math.min(wanted - gatheredLength, end - at);
        if (gathered.length < wanted) {
            gathered = new byte[wanted];
        }
        System.arraycopy(bytes, at, gathered, gatheredLength, more);
        gatheredLength += more;
        if (gatheredLength == wanted) {
            gatheredLength = 0;
            came(gathered, 0, wanted);
        }
        return at + more;
    }
}
