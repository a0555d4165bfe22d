package io.vireo.persist;

import io.vireo.value.ValueType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An RDB read into plain maps, as tests like it; bytes are shown one to one as Latin-1 characters. */
public final class RdbImage extends QuietVisitor {
    public record Held(String value, long expireAtMs) {}

    public final Map<Integer, Map<String, Held>> databases = new TreeMap<>();
    /** As "hash {field=value, ...}". */
    public final Map<Integer, Map<String, String>> collections = new TreeMap<>();

    public final Map<String, String> aux = new TreeMap<>();
    /** Values that are no strings: "0 key hash". */
    public final List<String> others = new ArrayList<>();

    public final List<String> functions = new ArrayList<>();
    public final List<String> modules = new ArrayList<>();
    public final List<String> hints = new ArrayList<>();
    public RdbEnd end;

    private String longKey;
    private long longExpiry;
    private int longDatabase;
    private long longLeft;
    private ByteArrayOutputStream longValue;

    private RdbImage(boolean takesAll) {
        super(takesAll);
    }

    /** Reads bytes that hold only what this server can hold. */
    public static RdbImage of(byte[] rdb) throws RdbException {
        return read(new ArraySource(rdb), false);
    }

    /** Reads bytes that may hold anything. */
    public static RdbImage ofAll(byte[] rdb) throws RdbException {
        return read(new ArraySource(rdb), true);
    }

    public static RdbImage read(RdbSource source, boolean takesAll) throws RdbException {
        RdbImage image = new RdbImage(takesAll);
        try {
            image.end = new RdbReader(source, true, image).read();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return image;
    }

    public static String latin(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    private static String latin(RdbString text) {
        return latin(text.array(), text.offset(), text.length());
    }

    @Override
    public void aux(String name, String value) {
        aux.put(name, value);
    }

    @Override
    public void resizeDb(int database, long keys, long expiring) {
        hints.add(database + ":" + keys + "," + expiring);
    }

    @Override
    public void string(RdbEntry entry, RdbString value) {
        put(entry.database(), latin(entry.key()), new Held(latin(value), entry.expireAtMs()));
    }

    @Override
    public void number(RdbEntry entry, long value) {
        put(entry.database(), latin(entry.key()), new Held(Long.toString(value), entry.expireAtMs()));
    }

    @Override
    public void longString(RdbEntry entry, long length) {
        longKey = latin(entry.key());
        longExpiry = entry.expireAtMs();
        longDatabase = entry.database();
        longLeft = length;
        longValue = new ByteArrayOutputStream();
    }

    @Override
    public void piece(byte[] bytes, int offset, int length) {
        longValue.write(bytes, offset, length);
        longLeft -= length;
        if (longLeft == 0) {
            byte[] value = longValue.toByteArray();
            put(longDatabase, longKey, new Held(latin(value, 0, value.length), longExpiry));
        }
    }

    // Collections, as text: those without an order are sorted.

    private final EncodedWords listpack = new EncodedWords.Listpack();
    private final List<String> elements = new ArrayList<>();
    private String collectionKey;
    private int collectionDatabase;
    private ValueType collectionType;

    @Override
    public void collection(RdbEntry entry, ValueType type) {
        elements.clear();
        collectionKey = latin(entry.key());
        collectionDatabase = entry.database();
        collectionType = type;
    }

    @Override
    public void element(RdbString word) {
        elements.add(latin(word));
    }

    @Override
    public void element(RdbString field, RdbString value) {
        elements.add(latin(field) + "=" + latin(value));
    }

    @Override
    public void element(RdbString member, double score) {
        elements.add(latin(member) + "=" + score);
    }

    @Override
    public void node(RdbString packedList, int count) {
        RdbString word = new RdbString();
        for (listpack.open(packedList); listpack.next(); ) {
            elements.add(latin(listpack.word(word)));
        }
    }

    @Override
    public void endOfCollection() {
        boolean isList = collectionType == ValueType.LIST;
        if (!isList) {
            elements.sort(null);
        }
        String all = String.join(", ", elements);
        String shown = collectionType.word() + (isList ? " [" + all + "]" : " {" + all + "}");
        collections.computeIfAbsent(collectionDatabase, n -> new TreeMap<>()).put(collectionKey, shown);
    }

    @Override
    public void packed(RdbEntry entry, PackedForm form, RdbString bytes, int count) {
        collection(entry, form.type());
        if (form == PackedForm.NUMBERS) {
            elements.add(count + " numbers");
        } else {
            List<String> words = new ArrayList<>();
            RdbString word = new RdbString();
            for (listpack.open(bytes); listpack.next(); ) {
                words.add(latin(listpack.word(word)));
            }
            int step = form == PackedForm.SET ? 1 : 2;
            for (int i = 0; i < words.size(); i += step) {
                elements.add(step == 1 ? words.get(i) : words.get(i) + "=" + words.get(i + 1));
            }
        }
        endOfCollection();
    }

    private void put(int database, String key, Held held) {
        Held former = databases.computeIfAbsent(database, n -> new TreeMap<>()).put(key, held);
        if (former != null) {
            throw new IllegalStateException("twice: " + key);
        }
    }

    @Override
    public void other(RdbEntry entry, RdbType type) throws RdbException {
        super.other(entry, type);
        others.add(entry.database() + " " + latin(entry.key()) + " " + type);
    }

    @Override
    public void function(RdbString source) {
        functions.add(latin(source));
    }

    @Override
    public void moduleAux(String module, long offset) throws RdbException {
        super.moduleAux(module, offset);
        modules.add(module);
    }
}
