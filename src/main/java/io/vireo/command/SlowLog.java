package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.resp.Args;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The commands that took longest to run, the newest first, with as many of their words as are worth to be kept. */
@RunsOn(Loop.KEYSPACE)
public final class SlowLog {
    private static final int MOST_WORDS = 32;
    private static final int MOST_BYTES = 128;
    private static final byte[] REDACTED = "(redacted)".getBytes(StandardCharsets.US_ASCII);

    /**
     * One command.
     *
     * @param id counts up, and goes on after a reset
     * @param atSeconds when it had run, in seconds since 1970
     * @param words shortened, and without passwords
     * @param address {@code host:port} of the client
     * @param name of the client, or empty
     */
    record Entry(long id, long atSeconds, long micros, List<byte[]> words, String address, String name) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nextId;
    private long mostEntries = 128;

    /** Sets how many are kept; those that are too many go with the next one that comes. */
    void mostEntries(long most) {
        mostEntries = most;
    }

    void add(long atSeconds, long micros, List<byte[]> words, Session session) {
        entries.addFirst(new Entry(
                nextId++, atSeconds, micros, words, session.connection().peerAddress(), session.name()));
        while (entries.size() > mostEntries) {
            entries.removeLast();
        }
    }

    /** All that are kept, the newest first. */
    Iterable<Entry> entries() {
        return entries;
    }

    int size() {
        return entries.size();
    }

    void reset() {
        entries.clear();
    }

    /** The words of a command as the log shows them: few, short, and without passwords. */
    static List<byte[]> shown(Command command, Args args) {
        int count = Math.min(args.count(), MOST_WORDS);
        boolean cut = args.count() > MOST_WORDS;
        List<byte[]> words = new ArrayList<>(count);
        for (int i = 0; i < (cut ? count - 1 : count); i++) {
            words.add(Redaction.hides(command, args, i) ? REDACTED : clip(args.get(i)));
        }
        if (cut) {
            words.add(ascii("... (" + (args.count() - count + 1) + " more arguments)"));
        }
        return words;
    }

    private static byte[] clip(Bytes word) {
        if (word.length() <= MOST_BYTES) {
            return word.toArray();
        }
        byte[] rest = ascii("... (" + (word.length() - MOST_BYTES) + " more bytes)");
        byte[] shown = new byte[MOST_BYTES + rest.length];
        RawMemory.copyOut(word.address(), shown, 0, MOST_BYTES);
        System.arraycopy(rest, 0, shown, MOST_BYTES, rest.length);
        return shown;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
