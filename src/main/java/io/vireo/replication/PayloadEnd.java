package io.vireo.replication;

import io.vireo.base.RawMemory;
import java.nio.charset.StandardCharsets;

/** Finds the end of a full copy as its bytes come by. */
final class PayloadEnd {
    private final byte[] mark;
    private final byte[] lastBytes = new byte[PayloadShape.MARK_LENGTH];
    private long bytesLeft;
    private boolean found;

    PayloadEnd(PayloadShape shape) {
        switch (shape) {
            case PayloadShape.Sized(long bytes) -> {
                mark = null;
                bytesLeft = bytes;
                found = bytes == 0;
            }
            case PayloadShape.Marked(String text) -> mark = text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    boolean isFound() {
        return found;
    }

    /** How many bytes at the end of all that was taken are not part of the copy. */
    int trailingBytes() {
        return mark == null ? 0 : mark.length;
    }

    /** How many of these bytes belong to the copy and its mark; what follows is something else. */
    int take(long address, int length) {
        if (mark == null) {
            int part = (int) Math.min(bytesLeft, length);
            bytesLeft -= part;
            found = bytesLeft == 0;
            return part;
        }
        remember(address, length);
        found = java.util.Arrays.equals(lastBytes, mark);
        return length;
    }

    /** The primary sends nothing behind the mark until we speak, so a mark is the last that came. */
    private void remember(long address, int length) {
        int size = lastBytes.length;
        int part = Math.min(size, length);
        System.arraycopy(lastBytes, part, lastBytes, 0, size - part);
        RawMemory.copyOut(address + length - part, lastBytes, size - part, part);
    }
}
