package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An RDB in a file. */
@RunsOn(Loop.WORKER)
public final class RdbFileSource implements RdbSource, Closeable {
    private final FileChannel channel;
    private final long size;
    private long position;

    public RdbFileSource(Path file) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.size = channel.size();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = channel.read(ByteBuffer.wrap(into, offset, length));
        position += Math.max(count, 0);
        return count;
    }

    @Override
    public long remaining() {
        return size - position;
    }

    /** Bytes of the file when it was opened. */
    public long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
