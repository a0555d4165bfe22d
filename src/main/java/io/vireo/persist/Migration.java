package io.vireo.persist;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
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
    private volatile TimedSocket socket;
    private volatile boolean aborted;

    /**
     * Where values go.
     *
     * @param timeoutMs how long any step may take
     * @param login the words of AUTH, none where there is no password
     */
    record Target(String host, int port, int database, int timeoutMs, List<byte[]> login) {}

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
     */
    record Outcome(BitSet placed, byte[] error) {}

    Migration(Target target, List<Item> items, boolean replace) {
        this.target = target;
        this.items = items;
        this.replace = replace;
    }

    /** Ends it soon. */
    void abort() {
        aborted = true;
        TimedSocket open = socket;
        if (open != null) {
            close(open);
        }
    }

    Outcome run() {
        BitSet placed = new BitSet();
        InetSocketAddress address = new InetSocketAddress(target.host, target.port);
        if (address.isUnresolved()) {
            return new Outcome(placed, bytes("IOERR error or timeout connecting to the client"));
        }
        String doing = "writing";
        try (TimedSocket open = new TimedSocket(target.timeoutMs)) {
            socket = open;
            if (aborted) {
                throw new IOException("It was given up");
            }
            open.connect(address);
            send(open);
            doing = "reading";
            return new Outcome(placed, answers(open, placed));
        } catch (IOException | ClosedSelectorException e) {
            return new Outcome(placed, bytes("IOERR error or timeout " + doing + " to target instance"));
        }
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

    private static void close(TimedSocket open) {
        try {
            open.close();
        } catch (IOException e) {
            // It is given up in any case.
        }
    }
}
