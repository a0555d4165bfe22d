package io.vireo.aof;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The bytes of a file, read once from the beginning or from any other place, with a checksum of what was read. */
final class AofSource implements Closeable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
    private final CRC32C crc = new CRC32C();
    private final long size;
    /** Where in the file the end of what the buffer holds is. */
    private long bufferedTo;

    private boolean sums;
    /** The last line, as long as the checksum does not have it. */
    private byte[] line = new byte[128];

    private int lineLength;
    private int summedFrom;

    AofSource(Path file) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.size = channel.size();
    }

    long size() {
        return size;
    }

    /** Where the next byte is. */
    long position() {
        return bufferedTo - buffer.remaining();
    }

    /** Goes on from another place; there is no checksum from there. */
    void position(long newPosition) throws IOException {
        sums = false;
        buffer.limit(0);
        bufferedTo = newPosition;
        channel.position(newPosition);
    }

    /** The next byte, which stays the next one, or -1 at the end. */
    int peek() throws IOException {
        return buffer.hasRemaining() || fill() ? buffer.get(buffer.position()) & 0xff : -1;
    }

    /**
     * Reads up to the end of a line. The checksum has it once something else is read.
     *
     * @param mostBytes that a line may have
     * @return the line without its end, LF or CR and LF; null where the file ends before the line does
     * @throws AofException if the line is longer
     */
    String readLine(int mostBytes) throws IOException, AofException {
        sum();
        boolean resumes = sums;
        sums = false;
        lineLength = 0;
        int next;
        do {
            next = next();
            if (next < 0) {
                return null;
            }
            if (lineLength == mostBytes + 2) {
                throw new AofException("a line is too long");
            }
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, 2 * lineLength);
            }
            line[lineLength++] = (byte) next;
        } while (next != '\n');
        sums = resumes;
        summedFrom = buffer.position();
        int end = lineLength - 1;
        boolean hasReturn = end > 0 && line[end - 1] == '\r';
        return new String(line, 0, hasReturn ? end - 1 : end, StandardCharsets.ISO_8859_1);
    }

    /** The next byte, which is then behind us, or -1 at the end. */
    int next() throws IOException {
        return buffer.hasRemaining() || fill() ? buffer.get() & 0xff : -1;
    }

    /** Passes over bytes; false where the file ends before. */
    boolean skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (!buffer.hasRemaining() && !fill()) {
                return false;
            }
            int part = (int) Math.min(left, buffer.remaining());
            buffer.position(buffer.position() + part);
            left -= part;
        }
        return true;
    }

    /** Begins a checksum with the line that was read last. */
    void beginChecksum() {
        crc.reset();
        sums = true;
        summedFrom = buffer.position();
    }

    /** The checksum of what was read since it began, with this text in place of the last line; it goes on no further. */
    long checksum(byte[] text) {
        sums = false;
        crc.update(text, 0, text.length);
        return crc.getValue();
    }

    private void sum() {
        if (sums) {
            crc.update(line, 0, lineLength);
            lineLength = 0;
            crc.update(buffer.duplicate().limit(buffer.position()).position(summedFrom));
            summedFrom = buffer.position();
        }
    }

    private boolean fill() throws IOException {
        sum();
        buffer.clear();
        int count = channel.read(buffer);
        buffer.flip();
        summedFrom = 0;
        bufferedTo += Math.max(0, count);
        return count > 0;
    }

    /** Where a text stands next, at or behind a place, or -1. */
    long find(byte[] text, long from) throws IOException {
        position(from);
        int matched = 0;
        while (true) {
            int next = next();
            if (next < 0) {
                return -1;
            }
            if (next == text[matched]) {
                matched++;
                if (matched == text.length) {
                    return position() - text.length;
                }
            } else {
                matched = next == text[0] ? 1 : 0; // the first byte comes once only in what is looked for
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
