package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An RDB on its way to a file.
 *
 * <p>The file is flushed to the disk every so many bytes, so that the final {@link #sync()} has little left to do and
 * the kernel never holds one huge burst of dirty pages in front of other writers.
 */
@RunsOn(Loop.WORKER)
public final class RdbFileSink implements RdbSink, Closeable {
    /**
     * Bytes between two flushes under {@code rdb-save-incremental-fsync}. Redis's 4 MB start writing back without waiting
     * for it; a flush here waits, so it comes less often.
     */
    public static final long SYNC_EVERY = 32L << 20;

    private final FileChannel channel;
    private final long syncEvery;
    private long position;
    private long synced;

    /**
     * Creates the file, or empties it.
     *
     * @param syncEvery bytes between two flushes; 0 leaves flushing to {@link #sync()}
     */
    public RdbFileSink(Path file, long syncEvery) throws IOException {
        this.channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        this.syncEvery = syncEvery;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer view = ByteBuffer.wrap(bytes, offset, length);
        while (view.hasRemaining()) {
            position += channel.write(view);
        }
        if (syncEvery > 0 && position - synced >= syncEvery) {
            sync();
        }
    }

    @Override
    public long position() {
        return position;
    }

    /** Returns when all that was written is on the disk. */
    public void sync() throws IOException {
        if (synced != position) {
            channel.force(false);
            synced = position;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
