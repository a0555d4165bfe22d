package io.vireo.it;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Something on a port that a replica takes for a primary, until it says what it was told to say. */
final class FakePrimary implements Closeable {
    static final String ID = "f".repeat(40);

    /** What is done once the replica has asked by PSYNC. */
    interface Answer {
        void give(Line line) throws IOException;
    }

    /** The connection to the replica. */
    record Line(Socket socket) {
        void say(String text) throws IOException {
            say(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void say(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /** Announces and sends a full copy. */
        void copy(byte[] payload) throws IOException {
            say("+FULLRESYNC " + ID + " 1000\r\n$" + payload.length + "\r\n");
            say(payload);
        }

        /** Waits until the replica goes away. */
        void awaitEnd() throws IOException {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // Acknowledgements and newlines.
            }
        }
    }

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asked = new AtomicInteger();
    private final String pong;
    private final Answer answer;

    /**
     * @param pong what PING is answered by
     * @param answer what follows on PSYNC
     */
    FakePrimary(String pong, Answer answer) {
        this.pong = pong;
        this.answer = answer;
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

    /** How often somebody has come. */
    int asked() {
        return asked.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                asked.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // the listener was closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Line line = new Line(socket);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String command = word(in); command != null; command = word(in)) {
                switch (command) {
                    case "PING" -> line.say(pong);
                    case "PSYNC" -> {
                        answer.give(line);
                        return;
                    }
                    default -> line.say("+OK\r\n");
                }
            }
        } catch (IOException e) {
            // The replica has gone, as it may.
        } finally {
            sockets.remove(socket);
        }
    }

    /** Reads one command and gives its first word; null at the end. */
    private static String word(InputStream in) throws IOException {
        String head = line(in);
        if (head == null || !head.startsWith("*")) {
            return null;
        }
        String first = null;
        for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) {
            line(in);
            String word = line(in);
            first = first == null ? word : first;
        }
        return first;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            text.append((char) c);
        }
        return text.toString().stripTrailing();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
