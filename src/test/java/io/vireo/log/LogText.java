package io.vireo.log;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes commands to a log and reads its bytes back as text, for tests. */
final class LogText {
    private LogText() {}

    static void write(ReplicationLog log, int db, String... words) {
        log.effect(db);
        log.begin(words.length);
        for (String word : words) {
            log.word(word.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    static void writeAlone(ReplicationLog log, int db, String... words) {
        write(log, db, words);
        log.commit();
    }

    static void appendRaw(ReplicationLog log, int db, String text) {
        Bytes bytes = Bytes.copyOf(text.getBytes(StandardCharsets.ISO_8859_1));
        log.effect(db);
        log.append(bytes.address(), bytes.length());
    }

    static void appendFromPrimary(ReplicationLog log, String text) {
        Bytes bytes = Bytes.copyOf(text.getBytes(StandardCharsets.ISO_8859_1));
        log.appendFromPrimary(bytes.address(), bytes.length());
        log.commitFromPrimary();
    }

    /** Everything the reader can see, which is then read. */
    static String readAll(LogReader reader) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int length = reader.spanLength(); length > 0; length = reader.spanLength()) {
            byte[] span = new byte[length];
            RawMemory.copyOut(reader.spanAddress(), span, 0, length);
            out.writeBytes(span);
            reader.advance(length);
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /** What this command looks like in a stream. */
    static String resp(String... words) {
        StringBuilder out = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            out.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return out.toString();
    }
}
