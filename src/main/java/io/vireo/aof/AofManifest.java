package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which files an append-only file consists of, as its manifest says:
 *
 * <pre>
 *   file appendonly.aof.2.base.rdb seq 2 type b
 *   file appendonly.aof.1.incr.aof seq 1 type h
 *   file appendonly.aof.2.incr.aof seq 2 type i
 * </pre>
 *
 * <p>The base is loaded first, then the incremental files in their order. What is history is not loaded. A manifest never
 * changes: a new one takes its place.
 *
 * @param base null where there is none
 * @param history the latest first
 * @param incremental by sequence
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/">Redis persistence</a>
 */
@RunsOn(Loop.ANY)
public record AofManifest(AofFile base, List<AofFile> history, List<AofFile> incremental) {
    static final AofManifest EMPTY = new AofManifest(null, List.of(), List.of());

    /** The longest line that Redis reads, with its end. */
    private static final int MAX_LINE = 1024;

    /** Reads the text of a manifest; a refusal names the line. */
    static AofManifest parse(String text) throws AofException {
        if (text.isEmpty()) {
            throw fault("Found an empty AOF manifest", 0, "");
        }
        AofFile base = null;
        List<AofFile> history = new ArrayList<>();
        List<AofFile> incremental = new ArrayList<>();
        long last = 0;
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            boolean isLast = i == lines.length - 1;
            if (line.isEmpty() && isLast) {
                break;
            }
            if (line.length() >= MAX_LINE - 1) {
                throw fault("The AOF manifest file contains too long line", i + 1, line);
            }
            if (isLast) {
                throw fault("Invalid AOF manifest file format", i + 1, line); // a line is whole with its end
            }
            if (line.startsWith("#")) {
                continue;
            }
            AofFile file = parseLine(line.strip(), i + 1);
            switch (file.type()) {
                case BASE -> {
                    if (base != null) {
                        throw fault("Found duplicate base file information", i + 1, line);
                    }
                    base = file;
                }
                case HISTORY -> history.add(file);
                case INCREMENTAL -> {
                    if (file.sequence() <= last) {
                        throw fault("Found a non-monotonic sequence number", i + 1, line);
                    }
                    last = file.sequence();
                    incremental.add(file);
                }
            }
        }
        return new AofManifest(base, List.copyOf(history), List.copyOf(incremental));
    }

    private static AofFile parseLine(String line, int number) throws AofException {
        List<String> words = Words.split(line);
        if (words == null || words.size() < 6 || words.size() % 2 != 0) {
            throw fault("Invalid AOF manifest file format", number, line);
        }
        String name = "";
        long sequence = 0;
        AofFile.Type type = null;
        for (int i = 0; i < words.size(); i += 2) {
            String value = words.get(i + 1);
            switch (words.get(i).toLowerCase(Locale.ROOT)) {
                case "file" -> name = Words.text(value);
                case "seq" -> sequence = parseSequence(value);
                case "type" -> {
                    type = AofFile.Type.of(value);
                    if (type == null) {
                        throw fault("Unknown AOF file type", number, line);
                    }
                }
                default -> {
                    // What later versions add is passed over.
                }
            }
        }
        if (name.contains("/") || name.equals(".") || name.equals("..")) {
            throw fault("File can't be a path, just a filename", number, line);
        }
        if (name.isEmpty() || sequence <= 0 || type == null) {
            throw fault("Invalid AOF manifest file format", number, line);
        }
        return new AofFile(name, sequence, type);
    }

    private static long parseSequence(String word) {
        boolean isNumber = !word.isEmpty() && word.length() < 19 && word.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Long.parseLong(word) : 0;
    }

    private static AofException fault(String what, int line, String text) {
        String where = line == 0 ? "" : "Reading the manifest file, at line " + line + ": >>> '" + text + "': ";
        return new AofException("*** FATAL AOF MANIFEST FILE ERROR *** " + where + what);
    }

    /** The text of the file. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (base != null) {
            append(text, base);
        }
        history.forEach(file -> append(text, file));
        incremental.forEach(file -> append(text, file));
        return text.toString();
    }

    private static void append(StringBuilder text, AofFile file) {
        String word = Words.of(file.name());
        String quoted = Words.quote(word);
        boolean isPlain = !word.isEmpty() && quoted.equals("\"" + word + "\"") && word.indexOf(' ') < 0;
        text.append("file ")
                .append(isPlain ? word : quoted)
                .append(" seq ")
                .append(file.sequence())
                .append(" type ")
                .append(file.type().letter)
                .append('\n');
    }

    boolean isEmpty() {
        return base == null && incremental.isEmpty();
    }

    /** What is loaded, in this order. */
    List<AofFile> loaded() {
        List<AofFile> files = new ArrayList<>();
        if (base != null) {
            files.add(base);
        }
        files.addAll(incremental);
        return files;
    }

    /** The incremental file that is written to, or null. */
    AofFile current() {
        return incremental.isEmpty() ? null : incremental.getLast();
    }

    /** The name of the next incremental file. */
    AofFile nextIncremental(String prefix) {
        long sequence = incremental.isEmpty() ? lastRetired() + 1 : current().sequence() + 1;
        return new AofFile(prefix + "." + sequence + ".incr.aof", sequence, AofFile.Type.INCREMENTAL);
    }

    /** Incremental files are counted on where only history is left of them. */
    private long lastRetired() {
        return history.stream()
                .filter(file -> file.name().endsWith(".incr.aof"))
                .mapToLong(AofFile::sequence)
                .max()
                .orElse(0);
    }

    /** The name of the next base. */
    AofFile nextBase(String prefix, boolean isRdb) {
        long sequence = base == null ? 1 : base.sequence() + 1;
        return new AofFile(prefix + "." + sequence + ".base" + (isRdb ? ".rdb" : ".aof"), sequence, AofFile.Type.BASE);
    }

    /** The same with one more incremental file. */
    AofManifest with(AofFile more) {
        List<AofFile> files = new ArrayList<>(incremental);
        files.add(more);
        return new AofManifest(base, history, List.copyOf(files));
    }

    /**
     * A new base, made of all that came before this incremental file: the rest becomes history.
     *
     * @param kept null where nothing follows the base
     */
    AofManifest rewritten(AofFile newBase, AofFile kept) {
        List<AofFile> retired = new ArrayList<>(history);
        if (base != null) {
            retired.addFirst(base.asHistory());
        }
        for (AofFile file : incremental.reversed()) {
            if (!file.equals(kept)) {
                retired.addFirst(file.asHistory());
            }
        }
        return new AofManifest(newBase, List.copyOf(retired), kept == null ? List.of() : List.of(kept));
    }

    AofManifest withoutHistory() {
        return new AofManifest(base, List.of(), incremental);
    }
}
