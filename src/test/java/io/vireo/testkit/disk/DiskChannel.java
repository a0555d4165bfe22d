package io.vireo.testkit.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file, or an open directory, which can only be flushed. */
final class DiskChannel extends FileChannel {
    /**
     * How it was opened.
     *
     * @param appends whether each write goes to the end
     */
    record Mode(boolean reads, boolean writes, boolean appends) {}

    private final PowerLossDisk disk;
    private final String name;
    private final DiskFile file;
    private final Mode mode;
    private long position;

    /** @param name under which it was opened */
    DiskChannel(PowerLossDisk disk, String name, DiskFile file, Mode mode) {
        this.disk = disk;
        this.name = name;
        this.file = file;
        this.mode = mode;
    }

    private void check(boolean writes) throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (writes && !mode.writes) {
            throw new NonWritableChannelException();
        }
        if (!writes && !mode.reads) {
            throw new NonReadableChannelException();
        }
        if (file.isDirectory()) {
            throw new IOException("Is a directory");
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = read(into, position);
        position += Math.max(count, 0);
        return count;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        synchronized (disk) {
            check(false);
            if (at >= file.size()) {
                return -1;
            }
            int count = (int) Math.min(into.remaining(), file.size() - at);
            into.put(file.content(), (int) at, count);
            return count;
        }
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        throw new UnsupportedOperationException("reading into several buffers");
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return (int) write(new ByteBuffer[] {from}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        synchronized (disk) {
            check(true);
            position = mode.appends ? file.size() : position;
            int count = put(from, offset, length, position);
            position += count;
            return count;
        }
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        synchronized (disk) {
            check(true);
            return put(new ByteBuffer[] {from}, 0, 1, at);
        }
    }

    private int put(ByteBuffer[] from, int offset, int length, long at) throws IOException {
        int wanted = 0;
        for (int i = offset; i < offset + length; i++) {
            wanted += from[i].remaining();
        }
        if (wanted == 0) {
            return 0;
        }
        disk.changing();
        byte[] bytes = new byte[disk.roomFor(wanted)];
        int done = 0;
        for (int i = offset; i < offset + length && done < bytes.length; i++) {
            int part = Math.min(from[i].remaining(), bytes.length - done);
            from[i].get(bytes, done, part);
            done += part;
        }
        file.write(at, bytes);
        return done;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        synchronized (disk) {
            return file.size();
        }
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        synchronized (disk) {
            check(true);
            disk.changing();
            disk.checkTruncation();
            file.truncate(size);
            position = Math.min(position, size);
            return this;
        }
    }

    @Override
    public void force(boolean withAttributes) throws IOException {
        synchronized (disk) {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
            disk.changing();
            boolean fails = disk.flushFails();
            if (!file.isDirectory()) {
                if (fails) {
                    file.flushFailed();
                } else {
                    file.flushed();
                }
            } else if (!fails) {
                disk.names().flushed(name);
            }
            if (fails) {
                throw PowerLossDisk.fault();
            }
        }
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException("transfer");
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw new UnsupportedOperationException("transfer");
    }

    @Override
    public MappedByteBuffer map(MapMode how, long at, long size) {
        throw new UnsupportedOperationException("mapping");
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException("locks");
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException("locks");
    }

    @Override
    protected void implCloseChannel() {
        // What is not safe stays as it is: closing flushes nothing.
    }
}
