package io.vireo.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commands, transactions and readers against one long string. */
class ReplicationLogModelTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyReaderReadsWhatWasWritten(long seed) {
        Random random = new Random(seed);
        ReplicationLog log = new ReplicationLog(ReplicationHistory.fresh("a".repeat(40)), 32 << 10);
        log.openBacklog();
        StringBuilder stream = new StringBuilder();
        List<LogReader> readers = new ArrayList<>();

        int database = -1;
        for (int turn = 0; turn < 4000; turn++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    long first = log.backlog().first();
                    readers.add(log.readFrom(first + (long) (random.nextDouble() * (log.endOffset() + 2 - first))));
                }
                case 1 -> readers.forEach(reader -> readSome(reader, stream, random));
                case 2 -> {
                    if (!readers.isEmpty() && random.nextInt(4) == 0) {
                        readers.remove(random.nextInt(readers.size())).close();
                    }
                }
                default -> database = writeUnit(log, stream, database, random);
            }
            assertEquals(stream.length(), log.endOffset());
        }

        for (LogReader reader : readers) {
            while (reader.lagBytes() > 0) {
                readSome(reader, stream, random);
            }
            reader.close();
        }
        log.freeBacklog();
        assertEquals(0, log.memoryBytes());
    }

    private static int writeUnit(ReplicationLog log, StringBuilder stream, int before, Random random) {
        int database = before;
        int effects = 1 + random.nextInt(3);
        StringBuilder unit = new StringBuilder();
        for (int i = 0; i < effects; i++) {
            int db = random.nextInt(3);
            int length = random.nextInt(8) == 0 ? random.nextInt(40_000) : random.nextInt(100);
            String value = String.valueOf((char) ('a' + random.nextInt(26))).repeat(length);
            if (random.nextBoolean()) {
                LogText.write(log, db, "SET", "key", value);
            } else {
                LogText.appendRaw(log, db, LogText.resp("SET", "key", value));
            }
            if (db != database) {
                (i == 0 ? stream : unit).append(LogText.resp("SELECT", Integer.toString(db)));
                database = db;
            }
            unit.append(LogText.resp("SET", "key", value));
        }
        log.commit();
        stream.append(effects > 1 ? LogText.resp("MULTI") + unit + LogText.resp("EXEC") : unit);
        return database;
    }

    private static void readSome(LogReader reader, StringBuilder stream, Random random) {
        int length = reader.spanLength();
        if (length > 1 && random.nextBoolean()) {
            length = 1 + random.nextInt(length);
        }
        byte[] span = new byte[length];
        if (length > 0) {
            io.vireo.base.RawMemory.copyOut(reader.spanAddress(), span, 0, length);
        }
        int at = (int) reader.nextOffset() - 1;
        assertEquals(stream.substring(at, at + length), new String(span, java.nio.charset.StandardCharsets.ISO_8859_1));
        reader.advance(length);
    }
}
