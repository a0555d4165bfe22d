package io.vireo.replication;

import io.vireo.base.Bytes;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import io.vireo.resp.Args;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What replication needs of a node, played by hand: nothing happens but what a test says, and all that is wanted is noted. */
public final class Rig implements PrimaryConnection, IncomingCopy, StreamCommands, CutSource {
    static final long TIMEOUT_MS = 60_000;
    private static final long BACKLOG_BYTES = 16 << 10;

    /** What was wanted since {@link #took} was asked last, in order. */
    private final List<String> wanted = new ArrayList<>();

    private final List<String> said = new ArrayList<>();
    private int ids;

    public long nowMs = 1_000;
    long pingPeriodMs = 10_000;
    long durableTo = -1;
    boolean mayRun = true;
    /** Who this node is in its group. */
    public Optional<Member> member = Optional.empty();

    String refusal = "";
    CutPlan.Running running = new CutPlan.Running.Nothing();
    boolean cutsBegin = true;
    private int database;
    private boolean inTransaction;
    private PrimaryConnection.Listener link;
    private IncomingCopy.Listener copy;

    public Surroundings surroundings() {
        return new Surroundings(
                this,
                this,
                this,
                this,
                new Settings(),
                () -> durableTo,
                paused -> wanted.add(paused ? "writes wait" : "writes go on"),
                this::newId,
                line -> said.add(line.text()),
                () -> nowMs);
    }

    public static ReplicationLog log() {
        return new ReplicationLog(ReplicationHistory.fresh("0".repeat(40)), BACKLOG_BYTES);
    }

    private String newId() {
        ids++;
        return Integer.toString(ids).repeat(40).substring(0, 40);
    }

    /** What was wanted since the last call, in order. */
    public List<String> took() {
        List<String> list = List.copyOf(wanted);
        wanted.clear();
        return list;
    }

    /** What the log was told. */
    public List<String> said() {
        return said;
    }

    /** The listener of the present attempt to reach a primary. */
    public PrimaryConnection.Listener link() {
        return link;
    }

    /** The listener of the present full copy. */
    public IncomingCopy.Listener copy() {
        return copy;
    }

    /** Bytes come from the primary. */
    public void hear(String bytes) {
        hear(link, bytes);
    }

    static void hear(PrimaryConnection.Listener listener, String text) {
        Bytes bytes = Bytes.copyOf(text.getBytes(StandardCharsets.ISO_8859_1));
        listener.received(bytes.address(), bytes.length());
        Reference.reachabilityFence(bytes);
    }

    /** A command as it stands in the stream. */
    public static String frame(String line) {
        String[] words = line.split(" ", -1);
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    // The connection to a primary.

    @Override
    public void open(Target primary, PrimaryConnection.Listener listener) {
        link = listener;
        wanted.add("open " + primary);
    }

    @Override
    public void send(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        wanted.add(text.equals("\n") ? "newline" : words(text));
    }

    private static String words(String frame) {
        List<String> words = new ArrayList<>();
        String[] lines = frame.split("\r\n");
        for (int i = 2; i < lines.length; i += 2) {
            words.add(lines[i]);
        }
        return String.join(" ", words);
    }

    @Override
    public void pause() {
        wanted.add("pause");
    }

    @Override
    public void resume() {
        wanted.add("resume");
    }

    @Override
    public void close() {
        wanted.add("close");
    }

    @Override
    public void drop() {
        wanted.add("drop");
    }

    @Override
    public String peerAddress() {
        return "";
    }

    @Override
    public String localAddress() {
        return "";
    }

    @Override
    public int descriptor() {
        return -1;
    }

    // A full copy.

    @Override
    public void begin(PayloadShape shape, boolean sameHistory, IncomingCopy.Listener listener) {
        copy = listener;
        wanted.add("copy " + shape.announced(false) + (sameHistory ? ", of our stream" : ""));
    }

    @Override
    public void accept(long address, int length) {
        wanted.add("bytes " + new Bytes().set(address, length));
    }

    @Override
    public void end(int trailingBytes) {
        wanted.add("copy ends, " + trailingBytes + " behind");
    }

    @Override
    public void load() {
        wanted.add("load");
    }

    @Override
    public void abandon() {
        // It is said at every beginning, copy or not.
    }

    // The primary's commands.

    @Override
    public boolean mayRun() {
        return mayRun;
    }

    @Override
    public void beginBatch() {}

    @Override
    public Optional<Refusal> run(Args command) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < command.count(); i++) {
            words.add(command.get(i).toString());
        }
        if (words.getFirst().equals(refusal)) {
            return Optional.of(new Refusal("ERR refused", false));
        }
        inTransaction = words.getFirst().equals("MULTI")
                || inTransaction && !words.getFirst().equals("EXEC");
        database = words.getFirst().equals("SELECT") ? Integer.parseInt(words.get(1)) : database;
        wanted.add("run " + String.join(" ", words));
        return Optional.empty();
    }

    @Override
    public boolean isInTransaction() {
        return inTransaction;
    }

    @Override
    public int database() {
        return database;
    }

    @Override
    public void begin(int newDatabase) {
        database = newDatabase;
        wanted.add("stream in " + newDatabase);
    }

    @Override
    public void end() {
        inTransaction = false;
        wanted.add("stream ends");
    }

    // Cuts.

    @Override
    public CutPlan.Running running() {
        return running;
    }

    @Override
    public boolean begin(Medium medium, StreamPosition position, int inDatabase) {
        wanted.add("cut to " + medium.words());
        return cutsBegin;
    }

    @Override
    public void abandonDisk() {
        wanted.add("cut to disk abandoned");
    }

    @Override
    public void abandonSockets() {
        wanted.add("cut abandoned");
    }

    private final class Settings implements ReplicationSettings {
        @Override
        public LinkSettings link() {
            return new LinkSettings(7000, "", "", "", TIMEOUT_MS, false, member, false);
        }

        @Override
        public CutPlan.Settings cut() {
            return new CutPlan.Settings(false, 0, 0);
        }

        @Override
        public long timeoutMs() {
            return TIMEOUT_MS;
        }

        @Override
        public long pingPeriodMs() {
            return pingPeriodMs;
        }

        @Override
        public long backlogTtlSeconds() {
            return 0;
        }

        @Override
        public OutputLimit outputLimit() {
            return new OutputLimit(1 << 20, 1 << 20, 1_000);
        }
    }
}
