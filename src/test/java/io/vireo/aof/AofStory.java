package io.vireo.aof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.Disk;
import io.vireo.base.ServerLog;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.LogPiece.Span;
import io.vireo.log.ReplicationId;
import io.vireo.persist.EmptyRdb;
import io.vireo.persist.RdbException;
import io.vireo.persist.RdbFacts;
import io.vireo.persist.RdbFacts.ReplicationPoint;
import io.vireo.persist.RdbFileSink;
import io.vireo.persist.RdbWriter;
import io.vireo.testkit.disk.PowerLossDisk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * An append-only file on a disk that may lose power, driven as its worker drives it, and what of it a client was told.
 *
 * <p>The data are one text, to which each effect appends a number: "1:1,2,3,". Another stream begins another text.
 */
final class AofStory {
    private static final AofLoader.Settings LOADING = new AofLoader.Settings(true, true, true, 0);

    /** Makes every third effect one of several sectors. */
    private static final String FILLING = "-".repeat(70);

    /** The effects of a stream. */
    private static final class Effects {
        private final String id;
        private final String name;
        /** The offset behind each batch, by the number of its last effect. */
        private final NavigableMap<Integer, Long> ends = new TreeMap<>();
        /** The last one that a client was told of. */
        private int told;

        private Effects(int number) {
            id = String.format("%040d", number);
            name = number + ":";
            ends.put(0, 0L);
        }

        private int last() {
            return ends.lastKey();
        }

        private String effect(int number) {
            return (number == 1 ? name : "") + number + (number % 3 == 0 ? FILLING : "") + ",";
        }

        private String text(int count) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= count; i++) {
                text.append(effect(i));
            }
            return text.toString();
        }

        private AofPosition position(int count) {
            return new AofPosition(id, ends.get(count), ReplicationId.NONE, -1);
        }
    }

    /** A base that is being made of the effects of a stream up to one of them. */
    private record Base(Effects effects, int count) {}

    private final PowerLossDisk disk;
    private final AofDirectory directory;
    private AofFiles files;

    /** What a load finds. */
    private Effects held;
    /** What is appended; another stream than {@code held} as long as that has no base. */
    private Effects current;

    private int streams = 1;
    private Base base;
    /** Bases that may have been put in place, and of which nobody was told that they are. */
    private final List<Base> unsure = new ArrayList<>();

    private boolean isTemporary;
    private boolean isOff;
    private AofBatch unwritten;

    AofStory(PowerLossDisk disk) {
        this.disk = disk;
        directory = directory(disk);
        files = new AofFiles(directory, ServerLog.silent());
        current = new Effects(streams);
        held = current;
    }

    private static AofDirectory directory(PowerLossDisk disk) {
        Path home = disk.root();
        return new AofDirectory(home, "appendonlydir", "appendonly.aof");
    }

    AofFiles files() {
        return files;
    }

    /** Whether a batch could not be appended, and waits. */
    boolean isWaiting() {
        return unwritten != null;
    }

    /** Whether there is no file to append to. */
    boolean isOff() {
        return isOff;
    }

    /** Whether what is appended follows no base yet. */
    boolean isWithoutBase() {
        return isTemporary;
    }

    /** Whether a base is being made. */
    boolean isRewriting() {
        return base != null;
    }

    /** Effects that clients were told of, in the present stream. */
    int told() {
        return current.told;
    }

    void begin() throws IOException {
        files.begin(null, EmptyRdb.aofBase(0), true, current.position(0));
    }

    /** Another server has written some effects, and they are on the disk: what it wrote is to be found from now on. */
    void writtenByAnother(int count) throws IOException {
        directory.create();
        StringBuilder commands = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            commands.append(command("APPEND", current.effect(i)));
        }
        current.ends.put(count, (long) commands.length());
        current.told = count;
        AofFile file = AofManifest.EMPTY.nextIncremental(directory.prefix());
        Disk.write(directory.path(file), commands.toString().getBytes(ISO_8859_1));
        directory.replaceManifest(AofManifest.EMPTY.with(file));
        directory.sync();
    }

    // What is appended.

    private static AofBatch batch(Effects effects, int count) {
        int before = effects.last();
        StringBuilder commands = new StringBuilder();
        for (int i = before + 1; i <= before + count; i++) {
            commands.append(command("APPEND", effects.effect(i)));
        }
        byte[] bytes = commands.toString().getBytes(ISO_8859_1);
        MemorySegment memory = Arena.global().allocate(Math.max(1, bytes.length)); // the batch keeps no hold of it
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, 0, bytes.length);
        effects.ends.put(before + count, effects.ends.get(before) + bytes.length);
        return new AofBatch(List.of(new Span(memory.address(), bytes.length)), effects.position(before + count), 0, 0);
    }

    private static String command(String name, String value) {
        return "*3\r\n$" + name.length() + "\r\n" + name + "\r\n$4\r\ntext\r\n$" + value.length() + "\r\n" + value
                + "\r\n";
    }

    /** Appends some effects as one batch; one that cannot be appended is kept for {@link #again}. */
    void append(int count) throws IOException {
        unwritten = batch(current, count);
        files.append(unwritten, false);
        unwritten = null;
    }

    /** Tries again what could not be appended. */
    void again() throws IOException {
        files.append(unwritten, true);
        unwritten = null;
    }

    /** Flushes; clients are then told what is safe. */
    void sync() throws IOException {
        files.sync();
        tell();
    }

    private void tell() {
        if (current == held) {
            current.ends.forEach((count, end) -> {
                if (end <= files.durableTo()) {
                    current.told = Math.max(current.told, count);
                }
            });
        }
    }

    // Rewrites.

    void startIncremental() throws IOException {
        files.startIncremental();
        tell();
        base = new Base(current, current.last());
    }

    /** What comes now follows no base: it is another stream, or a flush has failed. */
    void startTemporary(boolean isOther) throws IOException {
        unwritten = null;
        isOff = true;
        if (isOther) {
            current = new Effects(++streams);
        }
        base = new Base(current, current.last());
        files.startTemporary(current.position(base.count));
        isOff = false;
        isTemporary = true;
    }

    /** The rewrite has failed: a file that follows its base is given up, and nothing can be appended. */
    void abandon() throws IOException {
        base = null;
        isOff = isTemporary;
        files.dropTemporary();
    }

    /** Puts the base in place that was begun by the last start of a file; where that fails, it is given up. */
    void install(boolean isRdb) throws IOException {
        Path draft = directory.temporaryBase();
        try {
            if (isRdb) {
                writeRdb(draft);
            } else {
                String text = base.effects.text(base.count);
                Disk.write(
                        draft,
                        text.isEmpty() ? new byte[0] : command("SET", text).getBytes(ISO_8859_1));
            }
            unsure.add(base);
            files.install(draft, isRdb);
            assertTrue(files.durableTo() >= base.effects.ends.get(base.count), "what the base holds is safe");
        } catch (IOException e) {
            abandon();
            throw e;
        }
        held = current;
        unsure.clear();
        isTemporary = false;
        base = null;
        tell();
    }

    private void writeRdb(Path draft) throws IOException {
        try (RdbFileSink sink = new RdbFileSink(draft, 0)) {
            RdbWriter writer = new RdbWriter(sink, false, true);
            String id = base.effects.id;
            writer.begin(
                    new RdbFacts("7.0.15", 1, 1, new ReplicationPoint(id, base.effects.ends.get(base.count), 0), true));
            if (base.count > 0) {
                writer.selectDb(0);
                byte[] both = ("text" + base.effects.text(base.count)).getBytes(ISO_8859_1);
                writer.string(both, 0, 4, 4, both.length - 4);
            }
            writer.end();
            sink.sync();
        }
    }

    // Starts.

    /** The process is killed, and starts again: what it had appended is there. */
    void restart(Keyspace keyspace) throws IOException, AofException, RdbException {
        Loaded loaded = load(disk, keyspace);
        int count = countOf(held, loaded.text);
        assertTrue(count >= held.told, held.told + " were told, " + count + " found");
        held.ends.tailMap(count, false).clear();
        isTemporary = false;
        isOff = false;
        unwritten = null;
        base = null;
        current = held;
        files = new AofFiles(directory, ServerLog.silent());
        files.resume(loaded.files, current.position(count));
        tell();
    }

    /** What a node does that starts on a disk, up to its first write. */
    static void start(PowerLossDisk disk, Keyspace keyspace) throws IOException, AofException, RdbException {
        if (directory(disk).exists()) {
            AofLoaded loaded = load(disk, keyspace).files;
            long offset = loaded.point() == null ? 0 : loaded.point().offset();
            new AofFiles(directory(disk), ServerLog.silent())
                    .resume(loaded, new AofPosition("9".repeat(40), offset, ReplicationId.NONE, -1));
        } else {
            new AofStory(disk).begin();
        }
    }

    // What is found.

    /**
     * What was loaded from a disk.
     *
     * @param text the data
     */
    record Loaded(String text, AofLoaded files) {}

    /** Loads as a node that starts does. */
    static Loaded load(PowerLossDisk disk, Keyspace keyspace) throws IOException, AofException, RdbException {
        AofDirectory directory = directory(disk);
        directory.removeLeftovers();
        AofLoaded loaded = new AofLoader(directory, keyspace, LOADING, ServerLog.silent()).load();
        var value = keyspace.db(0).readString(Bytes.copyOf("text"));
        return new Loaded(value == null ? "" : new String(value.bytes().toArray(), ISO_8859_1), loaded);
    }

    /**
     * Loads what a loss of power has left, which has to be all that clients were told of, nothing that was not written,
     * and a point of the stream that is right; and goes on with it.
     *
     * @return how many effects were found
     */
    int judge(PowerLossDisk after, Keyspace keyspace) throws IOException, AofException, RdbException {
        if (!directory(after).exists()) {
            assertEquals(0, current.told, "there is nothing to load");
            new AofStory(after).begin();
            assertEquals("", load(after.crash(PowerLossDisk.LOSING_ALL), keyspace).text);
            return 0;
        }
        Loaded loaded = load(after, keyspace);
        Base whole = heldBy(loaded.files.point());
        Effects found = whole.effects;
        int count = countOf(found, loaded.text);
        assertTrue(count >= 0, "never written: " + loaded.text);
        int told = Math.max(found.told, whole.count);
        assertTrue(count >= told, told + " were told, " + count + " found");
        goOn(after, keyspace, found, count, loaded.files);
        return count;
    }

    /** The stream that a point is of, and how much of it has to be there. */
    private Base heldBy(ReplicationPoint point) {
        for (Base other : unsure) {
            if (other.effects != held && point != null && point.id().equals(other.effects.id)) {
                return other;
            }
        }
        return new Base(held, 0);
    }

    private static int countOf(Effects effects, String text) {
        for (int count : effects.ends.keySet()) {
            if (effects.text(count).equals(text)) {
                return count;
            }
        }
        return -1;
    }

    private static void goOn(PowerLossDisk disk, Keyspace keyspace, Effects found, int count, AofLoaded loaded)
            throws IOException, AofException, RdbException {
        long offset = found.ends.get(count);
        if (loaded.point() != null) {
            assertEquals(new ReplicationPoint(found.id, offset, 0), loaded.point());
        }
        Effects more = new Effects(99);
        more.ends.clear();
        more.ends.put(count, offset);
        AofFiles goingOn = new AofFiles(directory(disk), ServerLog.silent());
        goingOn.resume(loaded, more.position(count));
        goingOn.append(batch(more, 1), false);
        goingOn.sync();
        assertEquals(more.ends.get(count + 1), goingOn.durableTo());
        Loaded again = load(disk.crash(PowerLossDisk.LOSING_ALL), keyspace);
        assertEquals(found.text(count) + more.effect(count + 1), again.text);
        assertEquals(more.ends.get(count + 1), again.files.point().offset());
    }
}
