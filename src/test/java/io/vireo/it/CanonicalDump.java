package io.vireo.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything a server holds, as sorted lines {@code db key type value expiry}. Servers that hold the same give the same
 * lines, whatever their order in memory. The server should be at rest.
 */
final class CanonicalDump {
    private static final int DATABASES = 16;
    private static final int LONG_VALUE = 120;

    /** Lines with the time at which their keys expire, in milliseconds, or {@link Long#MAX_VALUE}. */
    private final TreeMap<String, Long> lines = new TreeMap<>();

    private final long takenMs;

    private CanonicalDump(RespClient client) {
        for (int db = 0; db < DATABASES; db++) {
            client.ask("SELECT", "" + db);
            String cursor = "0";
            TreeSet<String> keys = new TreeSet<>();
            do {
                Reply page = client.ask("SCAN", cursor, "COUNT", "1000");
                cursor = page.items().get(0).text();
                keys.addAll(page.items().get(1).texts());
            } while (!cursor.equals("0"));
            add(client, db, List.copyOf(keys));
        }
        takenMs = System.currentTimeMillis();
    }

    static CanonicalDump of(ServerProcess server) {
        try (RespClient client = server.client()) {
            return new CanonicalDump(client);
        }
    }

    /** Milliseconds since 1970 at which the dump was complete. */
    long takenMs() {
        return takenMs;
    }

    /** The lines of keys that had not expired by then: servers dumped at different times can be compared. */
    List<String> linesAliveAt(long nowMs) {
        return lines.entrySet().stream()
                .filter(line -> line.getValue() > nowMs)
                .map(Map.Entry::getKey)
                .toList();
    }

    private void add(RespClient client, int db, List<String> keys) {
        List<String[]> questions = new ArrayList<>();
        for (String key : keys) {
            questions.add(new String[] {"TYPE", key});
            questions.add(new String[] {"PEXPIRETIME", key});
        }
        List<Reply> facts = client.pipeline(questions);

        List<String[]> values = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            values.add(valueOf(keys.get(i), facts.get(2 * i).text()));
        }
        List<Reply> replies = client.pipeline(values);

        for (int i = 0; i < keys.size(); i++) {
            String type = facts.get(2 * i).text();
            long expiryMs = facts.get(2 * i + 1).number();
            if (expiryMs == -2 || replies.get(i).isNull()) {
                continue; // expired in between
            }
            String line = "db" + db + " " + Quoted.text(keys.get(i)) + " " + type + " " + shown(type, replies.get(i))
                    + (expiryMs < 0 ? "" : " expires " + expiryMs);
            lines.put(line, expiryMs < 0 ? Long.MAX_VALUE : expiryMs);
        }
    }

    private static String[] valueOf(String key, String type) {
        return switch (type) {
            case "string", "none" -> new String[] {"GET", key};
            case "list" -> new String[] {"LRANGE", key, "0", "-1"};
            case "set" -> new String[] {"SMEMBERS", key};
            case "hash" -> new String[] {"HGETALL", key};
            case "zset" -> new String[] {"ZRANGE", key, "0", "-1", "WITHSCORES"};
            case "stream" -> new String[] {"XRANGE", key, "-", "+"};
            default -> throw new AssertionError("a type that dumps do not know: " + type);
        };
    }

    private static String shown(String type, Reply value) {
        return switch (type) {
            case "set" -> new TreeSet<>(value.texts()).toString();
            case "hash" -> {
                TreeMap<String, String> fields = new TreeMap<>();
                for (int i = 0; i < value.items().size(); i += 2) {
                    fields.put(value.texts().get(i), value.texts().get(i + 1));
                }
                yield fields.toString();
            }
            case "string" -> brief(value.text());
            default -> brief(value.wire());
        };
    }

    private static String brief(String bytes) {
        return bytes.length() <= LONG_VALUE
                ? Quoted.text(bytes)
                : Quoted.text(bytes.substring(0, LONG_VALUE)) + "… " + bytes.length() + " bytes, hash "
                        + bytes.hashCode();
    }
}
