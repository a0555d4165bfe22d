package io.vireo.testkit;

import io.vireo.base.Bytes;
import io.vireo.command.Connection;
import io.vireo.command.Dispatcher;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.resp.Args;
import io.vireo.resp.InlineWords;
import io.vireo.resp.OutputBuffer;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.RespDecoder;
import io.vireo.resp.RespWriter;
import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/** A client of a {@link TestServer}, with a session of its own and no socket. */
public final class TestClient {
    private final Dispatcher dispatcher;
    private final Session session;
    private final CollectedOutput output = new CollectedOutput();
    private final RespWriter out = new RespWriter();
    private final RespDecoder decoder = new RespDecoder(new Args());
    private final Consumer<Session> onClosed;
    private final ArrayDeque<byte[][]> unrun = new ArrayDeque<>();
    private boolean suspended;
    private boolean closed;

    TestClient(Dispatcher dispatcher, Sessions sessions, long nowMs, Consumer<Session> onClosed) {
        this.dispatcher = dispatcher;
        this.onClosed = onClosed;
        this.session = sessions.open(new Wire(), nowMs);
    }

    public Session session() {
        return session;
    }

    /** Whether the server has ended the connection. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Runs a command and answers the reply's exact bytes, each as one character.
     *
     * @param line words as at the prompt of redis-cli: quotes and escapes work
     */
    public String run(String line) {
        byte[][] words = InlineWords.split(line.getBytes(StandardCharsets.ISO_8859_1));
        if (words == null) {
            throw new IllegalArgumentException("unbalanced quotes: " + line);
        }
        return run(words);
    }

    /**
     * Runs a command given word by word, as it would arrive on a socket. While the client waits for something, the
     * command waits too: {@link #take} runs it once it may be run.
     */
    public String run(byte[]... words) {
        unrun.add(words);
        return take();
    }

    /** Runs what the client has sent and what may be run by now, and answers what came since the last call. */
    public String take() {
        while (!suspended && !closed && !unrun.isEmpty()) {
            if (!execute(unrun.peek())) {
                break;
            }
            unrun.remove();
        }
        return output.take();
    }

    /** The client goes away. */
    public void disconnect() {
        if (!closed) {
            closed = true;
            onClosed.accept(session);
        }
    }

    private boolean execute(byte[]... words) {
        Bytes frame = Bytes.copyOf(frame(words));
        try {
            decoder.next(frame.address(), frame.length(), session);
            dispatcher.beginBatch();
            return dispatcher.execute(session, decoder.args(), out.to(session.output(), session.protocol()));
        } catch (ProtocolException e) {
            throw new IllegalArgumentException(e);
        } finally {
            Reference.reachabilityFence(frame);
        }
    }

    private static byte[] frame(byte[]... words) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(ascii("*" + words.length + "\r\n"));
        for (byte[] word : words) {
            frame.writeBytes(ascii("$" + word.length + "\r\n"));
            frame.writeBytes(word);
            frame.writeBytes(ascii("\r\n"));
        }
        return frame.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The end of a connection that leads nowhere. */
    private final class Wire implements Connection {
        @Override
        public void noDelay(boolean on) {}

        @Override
        public String peerAddress() {
            return "127.0.0.1:0";
        }

        @Override
        public String localAddress() {
            return "127.0.0.1:0";
        }

        @Override
        public int descriptor() {
            return -1;
        }

        @Override
        public OutputBuffer output() {
            return output;
        }

        @Override
        public void outputChanged() {
            // What is put is collected when the test asks.
        }

        @Override
        public long queryBytes() {
            return 0;
        }

        @Override
        public long outputBytes() {
            return 0;
        }

        @Override
        public void suspend() {
            suspended = true;
        }

        @Override
        public void resume() {
            suspended = false;
        }

        @Override
        public void closeAfterOutput() {
            disconnect();
        }

        @Override
        public void closeNow() {
            disconnect();
        }
    }
}
