package io.vireo.aof;

import io.vireo.log.LogPiece.Span;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The incremental file that is being written: batches, each whole or not there. One thread at a time.
 *
 * <p>A batch that cannot be written leaves the file as it was before. After a flush to the disk that failed nobody knows
 * what of it is there, and a second flush would say that all is well: such a file is {@linkplain #isBroken broken} for
 * good, and takes nothing more.
 */
final class AofOutput implements Closeable {
    private final FileChannel channel;
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private long size;
    private long synced;
    /** Whether no database is selected in it yet. */
    private boolean fresh;

    private boolean dirty;
    private boolean claimed;
    private boolean broken;

    private AofOutput(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        this.synced = size;
        channel.position(size);
    }

    /** Goes on with a file that ends in a whole batch, and that is on the disk. */
    static AofOutput goOn(FileChannel channel) throws IOException {
        return new AofOutput(channel);
    }

    /**
     * Begins an empty file, or behind another server's commands that are on the disk, with a batch of nothing, which is on
     * the disk when this returns. So whatever a loss of power leaves of what comes next stands behind a batch of ours,
     * where it is known for a torn end.
     *
     * @param position of the stream, behind what is loaded before
     */
    static AofOutput begin(FileChannel channel, AofPosition position) throws IOException {
        AofOutput output = new AofOutput(channel);
        output.fresh = true;
        output.put(new AofBatch(List.of(), position, -1, 0));
        output.flush();
        output.claimed = true;
        return output;
    }

    /** Bytes of the file, all of them in whole batches. */
    long size() {
        return size;
    }

    /** Whether there is something that would not survive a loss of power. */
    boolean isUnsynced() {
        return dirty;
    }

    boolean isBroken() {
        return broken;
    }

    /** Appends a batch; it is in the hands of the system when this returns. */
    void append(AofBatch batch) throws IOException {
        put(batch);
        dirty = true;
        claimed = false;
    }

    /**
     * Notes behind the last batch that all of it is on the disk, if that is so and is not noted yet. The note itself needs
     * no flush: without it the last batch would be taken for torn if it were damaged, which it is not.
     */
    void claim(AofPosition position) throws IOException {
        if (!dirty && !claimed && !broken) {
            put(new AofBatch(List.of(), position, -1, 0));
            claimed = true;
        }
    }

    /** From now on nobody knows what of the file would be loaded. */
    void giveUp() {
        broken = true;
    }

    private void checkTrusted() throws IOException {
        if (broken) {
            throw new IOException("a flush to the disk has failed before");
        }
    }

    private void put(AofBatch batch) throws IOException {
        checkTrusted();
        buffers.clear();
        if (batch.timestampSeconds() > 0) {
            add(("#TS:" + batch.timestampSeconds() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        int summedFrom = buffers.size();
        add(AofAnnotation.BEGIN);
        if (fresh && batch.database() >= 0) {
            String database = Integer.toString(batch.database());
            add(("*2\r\n$6\r\nSELECT\r\n$" + database.length() + "\r\n" + database + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }
        for (Span span : DataCommands.of(batch.spans())) {
            buffers.add(MemorySegment.ofAddress(span.address())
                    .reinterpret(span.length())
                    .asByteBuffer());
        }
        byte[] text = new AofAnnotation(batch.position(), synced).text();
        crc.reset();
        for (ByteBuffer buffer : buffers.subList(summedFrom, buffers.size())) {
            crc.update(buffer.duplicate());
        }
        crc.update(text, 0, text.length);
        add(AofAnnotation.head(crc.getValue()));
        add(text);
        write();
        fresh = fresh && batch.database() < 0;
    }

    private void add(byte[] bytes) {
        buffers.add(ByteBuffer.wrap(bytes));
    }

    private void write() throws IOException {
        ByteBuffer[] all = buffers.toArray(ByteBuffer[]::new);
        long left = 0;
        for (ByteBuffer buffer : all) {
            left += buffer.remaining();
        }
        long bytes = left;
        try {
            int from = 0;
            while (left > 0) {
                left -= channel.write(all, from, all.length - from);
                while (from < all.length && !all[from].hasRemaining()) {
                    from++;
                }
            }
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
        size += bytes;
    }

    /** Removes the part of a batch that was written. */
    private void takeBack(IOException cause) {
        try {
            channel.truncate(size);
            channel.position(size);
        } catch (IOException e) {
            broken = true; // half a batch stays at its end: what would follow could not be loaded
            cause.addSuppressed(e);
        }
    }

    /** Returns when all that was appended would survive a loss of power. */
    void sync() throws IOException {
        if (dirty) {
            flush();
        }
    }

    /** Flushes the file to the disk, whether there is need or not. */
    void flush() throws IOException {
        checkTrusted();
        long upTo = size;
        try {
            channel.force(false);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
        synced = upTo;
        dirty = false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
