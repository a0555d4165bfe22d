package io.vireo.it;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A wire between a client (or a replica) and a server, that can be bad in all the ways of wires: late, slow, cut,
 * silent, deaf. It passes bytes on in pieces of random sizes drawn from a seed, so that frames arrive torn.
 */
final class Wire implements Closeable {
    private static final int LARGEST_PIECE = 4_096;
    private static final long NEVER = Long.MAX_VALUE;

    private final int target;
    private final long seed;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong bytesUntilCut = new AtomicLong(NEVER);
    private final AtomicLong cutsDone = new AtomicLong();

    private volatile boolean refusing;
    private volatile boolean paused;
    private volatile boolean swallowing;
    private volatile int delayMs;
    private volatile int bytesPerSecond;

    /** @param target the server's port on 127.0.0.1 */
    Wire(int target, long seed) {
        this.target = target;
        this.seed = seed;
        try {
            listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), ServerProcess.freePort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many connections were made so far, refused ones left out. */
    long accepted() {
        return accepted.get();
    }

    /** Closes what is open; new connections are served. */
    void cut() {
        for (Socket socket : sockets) {
            close(socket);
        }
    }

    /** Closes everything once the server has sent so many more bytes. */
    void cutAfter(long bytes) {
        bytesUntilCut.set(bytes);
    }

    /** How often {@link #cutAfter} has come true. */
    long cutsDone() {
        return cutsDone.get();
    }

    /** Closes what is open, and each new connection at once, until told otherwise. */
    void refuse(boolean refuse) {
        refusing = refuse;
        if (refuse) {
            cut();
        }
    }

    /** Holds everything back, in both directions, connections staying open, until told otherwise. */
    void pause(boolean pause) {
        paused = pause;
    }

    /** Loses every byte, in both directions, connections staying open, until told otherwise. */
    void swallow(boolean swallow) {
        swallowing = swallow;
    }

    /** Each piece is passed on so much later. */
    void delay(int ms) {
        delayMs = ms;
    }

    /** Passes on so many bytes per second and direction; 0 for as many as come. */
    void throttle(int newBytesPerSecond) {
        bytesPerSecond = newBytesPerSecond;
    }

    @Override
    public void close() {
        refuse(true);
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            Socket near;
            try {
                near = listener.accept();
            } catch (IOException e) {
                return; // the listener was closed
            }
            Socket far = refusing ? null : connect();
            if (far == null) {
                close(near);
                continue;
            }
            long number = accepted.incrementAndGet();
            sockets.add(near);
            sockets.add(far);
            Thread.ofVirtual().start(() -> pump(near, far, new Random(seed + 2 * number), false));
            Thread.ofVirtual().start(() -> pump(far, near, new Random(seed + 2 * number + 1), true));
        }
    }

    /** A connection to the server, or null where it is not there. */
    private Socket connect() {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            return null;
        }
    }

    private void pump(Socket from, Socket to, Random random, boolean fromServer) {
        byte[] piece = new byte[LARGEST_PIECE];
        try (from;
                to) {
            while (true) {
                int count = from.getInputStream().read(piece, 0, 1 + random.nextInt(LARGEST_PIECE));
                if (count < 0) {
                    return;
                }
                waitFor(delayMs);
                while (paused && !from.isClosed()) {
                    waitFor(5);
                }
                if (bytesPerSecond > 0) {
                    waitFor(1_000 * count / bytesPerSecond);
                }
                if (swallowing) {
                    continue;
                }
                if (fromServer && bytesUntilCut.get() != NEVER) {
                    long left = bytesUntilCut.addAndGet(-count);
                    if (left <= 0) {
                        to.getOutputStream().write(piece, 0, (int) (count + left));
                        bytesUntilCut.set(NEVER);
                        cutsDone.incrementAndGet(); // before the reader sees the end
                        cut();
                        return;
                    }
                }
                to.getOutputStream().write(piece, 0, count);
            }
        } catch (IOException e) {
            // One end is gone: the other is closed too.
        } finally {
            sockets.remove(from);
        }
    }

    private static void waitFor(int ms) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed is closed.
        }
    }
}
