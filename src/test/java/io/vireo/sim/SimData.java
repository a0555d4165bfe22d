package io.vireo.sim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small data set of two databases, with a digest that is kept up to date. */
final class SimData {
    static final int DATABASES = 2;

    private final List<Map<String, String>> databases = new ArrayList<>();
    private long digest;

    SimData() {
        for (int i = 0; i < DATABASES; i++) {
            databases.add(new TreeMap<>());
        }
    }

    SimData copy() {
        SimData copy = new SimData();
        for (int i = 0; i < DATABASES; i++) {
            copy.databases.get(i).putAll(databases.get(i));
        }
        copy.digest = digest;
        return copy;
    }

    /** Equal data have equal digests, and others almost certainly not. */
    long digest() {
        return digest;
    }

    /** APPEND is not idempotent, so that what is applied twice is seen. Returns why the command is refused, or null. */
    String run(int db, List<String> words) {
        Map<String, String> keys = databases.get(db);
        switch (words.getFirst()) {
            case "SET" -> put(db, words.get(1), words.get(2));
            case "APPEND" -> {
                String longer = keys.getOrDefault(words.get(1), "") + words.get(2);
                put(db, words.get(1), longer.length() > 60 ? longer.substring(30) : longer);
            }
            case "DEL" -> put(db, words.get(1), null);
            default -> {
                return "ERR unknown command '" + words.getFirst() + "'";
            }
        }
        return null;
    }

    private void put(int db, String key, String value) {
        Map<String, String> keys = databases.get(db);
        String old = value == null ? keys.remove(key) : keys.put(key, value);
        digest ^= old == null ? 0 : hash(db, key, old);
        digest ^= value == null ? 0 : hash(db, key, value);
    }

    private static long hash(int db, String key, String value) {
        long hash = db + 0x9e3779b97f4a7c15L;
        String text = key + "=" + value;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0xff51afd7ed558ccdL;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    /** As a file or a payload; {@code database} is the one the stream stands in. */
    byte[] dump(int database) {
        StringBuilder text = new StringBuilder(database + " " + Long.toHexString(digest));
        for (int db = 0; db < DATABASES; db++) {
            for (Map.Entry<String, String> entry : databases.get(db).entrySet()) {
                text.append('\n')
                        .append(db)
                        .append(' ')
                        .append(entry.getKey())
                        .append(' ')
                        .append(entry.getValue());
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a dump holds. */
    record Loaded(SimData data, int database) {}

    /** Reads a dump, or gives null where its digest does not fit. */
    static Loaded load(byte[] dump) {
        String[] lines = new String(dump, StandardCharsets.ISO_8859_1).split("\n");
        SimData data = new SimData();
        for (int i = 1; i < lines.length; i++) {
            String[] words = lines[i].split(" ");
            if (words.length != 3) {
                return null;
            }
            data.put(Integer.parseInt(words[0]), words[1], words[2]);
        }
        String[] head = lines[0].split(" ");
        return head.length == 2 && head[1].equals(Long.toHexString(data.digest))
                ? new Loaded(data, Integer.parseInt(head[0]))
                : null;
    }
}
