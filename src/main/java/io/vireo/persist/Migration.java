package io.vireo.persist;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Dumped values on their way to another server: RESTORE for each, and its answers. It runs on a worker from start to end,
 * in {@link #run}; {@link #abort} may be called from any thread meanwhile.
 */
@RunsOn(Loop.ANY)
final class Migration {
    private final Target target;
    private final List<Item> items;
    private final boolean replace;
    private final TimedSocket kept;
    private volatile TimedSocket socket;
    private volatile boolean aborted;

    /**
     * Where values go.
     *
     * @param timeoutMs how long any step may take
     * @param login the words of AUTH, none where there is no password
     */
    record Target(String host, int port, int database, int timeoutMs, List<byte[]> login) {
        String place() {
            return host + ":" + port;
        }
    }

    /**
     * A value.
     *
     * @param ttlMs how long it has to live, or 0 for ever
     * @param dump as RESTORE takes it; its memory is there until the migration has ended
     */
    record Item(byte[] key, long ttlMs, Bytes dump) {}

    /**
     * How it ended.
     *
     * @param placed which items the target has now
     * @param error what went wrong first, as a client is told it, or null
     * @param open the connection, which may serve again, or null
     */
    record Outcome(BitSet placed, byte[] error, TimedSocket open) {}

    /** @param kept a connection to the target that was open a moment ago, or null */
    Migration(Target target, List<Item> items, boolean replace, TimedSocket kept) {
        this.kept = kept;
        this.target = target;
        this.items = items;
        this.replace = replace;
    }

    /** Ends it soon. */
    void abort() {
        aborted = true;
        close(socket);
    }

    Outcome run() {
        Outcome outcome = kept == null ? null : over(kept, true);
        if (outcome != null) {
            return outcome;
        }
        InetSocketAddress address = new InetSocketAddress(target.host, target.port);
        if (address.isUnresolved()) {
            return failed(new BitSet(), "connecting to the client");
        }
        TimedSocket fresh = null;
        try {
            fresh = new TimedSocket();
            fresh.timeoutMs(target.timeoutMs);
            socket = fresh;
            if (aborted) {
                throw new IOException("It was given up");
            }
            fresh.connect(address);
        } catch (IOException | ClosedSelectorException e) {
            close(fresh);
            return failed(new BitSet(), "writing to target instance");
        }
        return over(fresh, false);
    }

    /**
     * Sends everything over a connection.
     *
     * @param again whether there is to be another attempt if the connection turns out to be closed: then the outcome is
     *     null
     */
    private Outcome over(TimedSocket open, boolean again) {
        BitSet placed = new BitSet();
        String doing = "writing";
        socket = open;
        open.timeoutMs(target.timeoutMs);
        try {
            send(open);
            doing = "reading";
            return new Outcome(placed, answers(open, placed), open);
        } catch (IOException | ClosedSelectorException e) {
            close(open);
            boolean wasClosed = !(e instanceof SocketTimeoutException) && !aborted && placed.isEmpty();
            return again && wasClosed ? null : failed(placed, doing + " to target instance");
        }
    }

    private static Outcome failed(BitSet placed, String what) {
        return new Outcome(placed, bytes("IOERR error or timeout " + what), null);
    }

    private void send(TimedSocket to) throws IOException {
        if (!target.login.isEmpty()) {
            to.write(command("AUTH", target.login.toArray(new byte[0][])));
        }
        to.write(command("SELECT", bytes(Integer.toString(target.database))));
        for (Item item : items) {
            byte[] head = bytes("*" + (replace ? 5 : 4) + "\r\n$7\r\nRESTORE\r\n$" + item.key.length + "\r\n");
            byte[] ttl = bytes(Long.toString(item.ttlMs));
            byte[] middle = bytes("\r\n$" + ttl.length + "\r\n" + item.ttlMs + "\r\n$" + item.dump.length() + "\r\n");
            to.write(ByteBuffer.wrap(head));
            to.write(ByteBuffer.wrap(item.key));
            to.write(ByteBuffer.wrap(middle));
            to.write(view(item.dump));
            to.write(ByteBuffer.wrap(bytes(replace ? "\r\n$7\r\nREPLACE\r\n" : "\r\n")));
        }
    }

    private byte[] answers(TimedSocket from, BitSet placed) throws IOException {
        byte[] error = null;
        for (int i = target.login.isEmpty() ? 1 : 0; i < 2; i++) {
            error = first(error, from.readLine());
        }
        for (int i = 0; i < items.size(); i++) {
            byte[] answer = from.readLine();
            if (answer.length > 0 && answer[0] == '+') {
                placed.set(i);
            } else {
                error = first(error, answer);
            }
        }
        return error;
    }

    /** The first error, of one before and an answer that may be another. */
    private static byte[] first(byte[] error, byte[] answer) {
        if (error != null || answer.length > 0 && answer[0] == '+') {
            return error;
        }
        byte[] said = bytes("ERR Target instance replied with error: ");
        int skipped = Math.min(1, answer.length);
        byte[] all = Arrays.copyOf(said, said.length + answer.length - skipped);
        System.arraycopy(answer, skipped, all, said.length, answer.length - skipped);
        return all;
    }

    private static ByteBuffer command(String name, byte[]... words) {
        int length = 64 + name.length();
        for (byte[] word : words) {
            length += word.length + 32;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put(bytes("*" + (1 + words.length) + "\r\n$" + name.length() + "\r\n" + name + "\r\n"));
        for (byte[] word : words) {
            out.put(bytes("$" + word.length + "\r\n")).put(word).put(bytes("\r\n"));
        }
        return out.flip();
    }

    private static ByteBuffer view(Bytes bytes) {
        return MemorySegment.ofAddress(bytes.address())
                .reinterpret(bytes.length())
                .asByteBuffer();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static void close(TimedSocket open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // It is given up in any case.
        }
    }
}
