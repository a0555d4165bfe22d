package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A TCP connection for one worker at a time, of which no step waits longer than a limit. {@link #close} may be called from any
 * thread, and ends what is waited for.
 */
@RunsOn(Loop.ANY)
final class TimedSocket implements Closeable {
    private static final int LONGEST_LINE = 64 << 10;

    private int timeoutMs;
    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocate(16 << 10).flip();

    TimedSocket() throws IOException {
        this.channel = SocketChannel.open();
        this.selector = Selector.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, 0);
    }

    /** Sets how long a step may wait until the peer takes or brings a byte; else there is a {@link SocketTimeoutException}. */
    void timeoutMs(int ms) {
        timeoutMs = ms;
    }

    void connect(InetSocketAddress address) throws IOException {
        if (!channel.connect(address)) {
            await(SelectionKey.OP_CONNECT);
            channel.finishConnect();
        }
    }

    /** Writes all bytes of a buffer. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    /** Reads a line, which is returned without its end. */
    byte[] readLine() throws IOException {
        byte[] line = new byte[64];
        int length = 0;
        while (true) {
            byte b = read();
            if (b == '\n' && length > 0 && line[length - 1] == '\r') {
                return Arrays.copyOf(line, length - 1);
            }
            if (length == LONGEST_LINE) {
                throw new IOException("A line of more than " + LONGEST_LINE + " bytes");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = b;
        }
    }

    private byte read() throws IOException {
        while (!in.hasRemaining()) {
            in.clear();
            int count = channel.read(in);
            in.flip();
            if (count < 0) {
                throw new EOFException("The connection was closed");
            }
            if (count == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return in.get();
    }

    private void await(int what) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) {
            throw new EOFException("The connection was given up");
        }
        key.interestOps(what);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (true) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMs <= 0) {
                throw new SocketTimeoutException("No answer within " + timeoutMs + " ms");
            }
            if (selector.select(leftMs) > 0) {
                selector.selectedKeys().clear();
                return;
            }
            if (!channel.isOpen()) {
                throw new EOFException("The connection was given up");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}
