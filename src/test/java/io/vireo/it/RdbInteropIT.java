package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.ArraySource;
import io.vireo.persist.KeyspaceTarget;
import io.vireo.persist.QuietVisitor;
import io.vireo.persist.RdbEnd;
import io.vireo.persist.RdbEntry;
import io.vireo.persist.RdbException;
import io.vireo.persist.RdbFacts;
import io.vireo.persist.RdbFile;
import io.vireo.persist.RdbFileSink;
import io.vireo.persist.RdbFileSource;
import io.vireo.persist.RdbImage;
import io.vireo.persist.RdbLoader;
import io.vireo.persist.RdbReader;
import io.vireo.persist.RdbString;
import io.vireo.persist.RdbSurvey;
import io.vireo.persist.RdbWriter;
import io.vireo.persist.Saving;
import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RDB files against the real server: what it saves is read, and what is written it checks, loads and finds equal. */
@NeedsRedis
class RdbInteropIT {
    private static final String[] DEBUGGABLE = {"--enable-debug-command", "yes"};

    @RegisterExtension
    private final Servers servers = new Servers();

    private static void all(ServerProcess server, List<String[]> commands) {
        try (RespClient client = server.client()) {
            for (Reply reply : client.pipeline(commands)) {
                assertTrue(!reply.isError(), reply::toString);
            }
        }
    }

    private static String latin(Random random, int length) {
        StringBuilder text = new StringBuilder();
        int letters = random.nextBoolean() ? 4 : 256;
        while (text.length() < length) {
            if (random.nextInt(20) == 0 && text.length() > 10) {
                text.append(text, random.nextInt(text.length() - 5), text.length());
            } else {
                text.append((char) random.nextInt(letters));
            }
        }
        return text.substring(0, length);
    }

    private static String someValue(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> Integer.toString(random.nextInt() >> random.nextInt(32));
            case 2 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 3 -> "0" + random.nextInt(100);
            case 4 -> latin(random, random.nextInt(50_000));
            default -> latin(random, random.nextInt(120));
        };
    }

    /** Keys in four databases, a third of them with an expiry far away. */
    private static void fill(ServerProcess server, long seed, int count) {
        Random random = new Random(seed);
        List<String[]> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i % 50 == 0) {
                commands.add(new String[] {"SELECT", "" + new int[] {0, 1, 7, 15}[random.nextInt(4)]});
            }
            String key = random.nextInt(5) == 0 ? "" + random.nextInt() : i + latin(random, random.nextInt(60));
            if (random.nextInt(3) == 0) {
                long expireAtMs = 4_000_000_000_000L + random.nextInt();
                commands.add(new String[] {"SET", key, someValue(random), "PXAT", "" + expireAtMs});
            } else {
                commands.add(new String[] {"SET", key, someValue(random)});
            }
        }
        commands.add(new String[] {"SELECT", "7"});
        commands.add(new String[] {"SET", "one million", latin(random, 1_000_000)});
        commands.add(new String[] {"SET", "ten million", "0123456789".repeat(1_000_000)});
        all(server, commands);
    }

    private static Path saved(ServerProcess server) {
        assertEquals("+OK\r\n", server.run("SAVE"));
        return server.dir().resolve("dump.rdb");
    }

    /** What a server holds, asked key by key. */
    private static Map<Integer, Map<String, RdbImage.Held>> held(ServerProcess server) {
        Map<Integer, Map<String, RdbImage.Held>> all = new TreeMap<>();
        try (RespClient client = server.client()) {
            for (int database = 0; database < 16; database++) {
                client.ask("SELECT", "" + database);
                for (String key : client.ask("KEYS", "*").texts()) {
                    String value = client.ask("GET", key).text();
                    long expireAtMs = client.ask("PEXPIRETIME", key).number();
                    all.computeIfAbsent(database, n -> new TreeMap<>()).put(key, new RdbImage.Held(value, expireAtMs));
                }
            }
        }
        return all;
    }

    private static RdbImage image(Path file) throws IOException, RdbException {
        try (RdbFileSource source = new RdbFileSource(file)) {
            return RdbImage.read(source, true);
        }
    }

    /** Runs redis-check-rdb and gives what it prints. */
    private static String checked(Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("redis-check-rdb", file.toString())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text;
    }

    @ParameterizedTest
    @CsvSource({"yes, yes", "no, yes", "yes, no"})
    void whatRedisSavesIsRead(String compression, String checksum) throws IOException, RdbException {
        ServerProcess redis = servers.start(Program.REDIS, "--rdbcompression", compression, "--rdbchecksum", checksum);
        fill(redis, 1, 5_000);
        Path file = saved(redis);
        RdbImage image = image(file);
        assertEquals(held(redis), image.databases);
        assertEquals(checksum.equals("yes") ? RdbEnd.Checksum.RIGHT : RdbEnd.Checksum.ABSENT, image.end.checksum());
        assertEquals(Files.size(file), image.end.bytes());
        RdbSurvey.Report report = RdbSurvey.of(file, true, 16);
        assertEquals(image.databases.values().stream().mapToInt(Map::size).sum(), report.keys());
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "true, false"})
    void whatIsWrittenRedisChecksLoadsAndFindsEqual(boolean compression, boolean checksum)
            throws IOException, RdbException, InterruptedException {
        ServerProcess first = servers.start(Program.REDIS, DEBUGGABLE);
        fill(first, 2, 5_000);
        Path theirs = saved(first);

        ServerProcess second = servers.prepare(Program.REDIS);
        RdbFile ours = new RdbFile(second.dir(), "dump.rdb");
        try (RdbFileSource source = new RdbFileSource(theirs);
                RdbFile.Draft draft = ours.begin(RdbFileSink.SYNC_EVERY)) {
            RdbWriter writer = new RdbWriter(draft.sink(), compression, checksum);
            writer.begin(new RdbFacts("7.2.4", 1_700_000_000, 5 << 20, null, false));
            new RdbReader(source, true, new Copy(writer)).read();
            writer.end();
            draft.commit();
        }
        assertTrue(checked(ours.path()).contains("RDB looks OK"));
        assertEquals(image(theirs).databases, image(ours.path()).databases);

        second.restart(DEBUGGABLE);
        assertEquals(first.run("DEBUG DIGEST"), second.run("DEBUG DIGEST"));
        assertNotEquals("+" + "0".repeat(40) + "\r\n", second.run("DEBUG DIGEST"));
        assertEquals(held(first), held(second));
        second.awaitLog("Loading RDB produced by version 7.2.4");
    }

    @Test
    void whatAKeyspaceLoadsAndSavesAgainIsTheSameToRedis() throws IOException, RdbException, InterruptedException {
        ServerProcess first = servers.start(Program.REDIS, DEBUGGABLE);
        fill(first, 7, 20_000);
        Path theirs = saved(first);
        ServerProcess second = servers.prepare(Program.REDIS);
        try (Keyspace keyspace = new Keyspace(16)) {
            keyspace.owner().claim();
            RdbLoader.Settings settings = new RdbLoader.Settings(true, true, System.currentTimeMillis(), 0);
            new RdbLoader(new KeyspaceTarget(keyspace), settings, ServerLog.silent()).load(theirs);
            Config config = Config.of("dir " + second.dir());
            Executor nobody = work -> {};
            Saving saving = new Saving(config, keyspace, () -> null, nobody, nobody, ServerLog.silent());
            assertTrue(saving.saveNow());
        }
        assertTrue(checked(second.dir().resolve("dump.rdb")).contains("RDB looks OK"));
        second.restart(DEBUGGABLE);
        assertEquals(first.run("DEBUG DIGEST"), second.run("DEBUG DIGEST"));
        assertEquals(held(first), held(second));
    }

    @Test
    void everyTypeAndALibraryOfFunctionsAreRead() throws IOException, RdbException {
        ServerProcess redis = servers.start(Program.REDIS, "--list-max-listpack-size", "10");
        Random random = new Random(3);
        List<String[]> commands = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int size = random.nextInt(4) == 0 ? 200 + random.nextInt(500) : 1 + random.nextInt(20);
            for (int j = 0; j < size; j++) {
                String element = random.nextBoolean() ? "" + random.nextInt(100_000) : latin(random, 1 + j % 80);
                commands.add(
                        switch (i % 5) {
                            case 0 -> new String[] {"RPUSH", "list" + i, element};
                            case 1 -> new String[] {"SADD", "set" + i, i % 2 == 0 ? "" + j : element};
                            case 2 -> new String[] {"ZADD", "zset" + i, "" + random.nextGaussian(), element};
                            case 3 -> new String[] {"HSET", "hash" + i, element, latin(random, 10)};
                            default -> new String[] {"XADD", "stream" + i, "*", "f", element};
                        });
            }
            if (i % 5 == 4) {
                commands.add(new String[] {"XGROUP", "CREATE", "stream" + i, "g", "0"});
                commands.add(
                        new String[] {"XREADGROUP", "GROUP", "g", "c", "COUNT", "50", "STREAMS", "stream" + i, ">"});
            }
        }
        commands.add(new String[] {
            "FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)"
        });
        all(redis, commands);
        Path file = saved(redis);
        RdbImage image = image(file);
        assertEquals(List.of(), image.others);
        assertEquals(1, image.functions.size());
        assertEquals(RdbEnd.Checksum.RIGHT, image.end.checksum());
        assertEquals(300, RdbSurvey.of(file, true, 16).keys());
    }

    @Test
    void filesSavedUnderEveryEvictionPolicyAreRead() throws IOException, RdbException {
        for (String policy : new String[] {"allkeys-lfu", "allkeys-lru", "volatile-lfu", "noeviction"}) {
            ServerProcess redis = servers.start(Program.REDIS, "--maxmemory-policy", policy);
            fill(redis, 4, 200);
            assertEquals(held(redis), image(saved(redis)).databases);
        }
    }

    @Test
    void aFileThatIsCutOrDamagedIsRefused() throws IOException {
        ServerProcess redis = servers.start(Program.REDIS);
        fill(redis, 5, 500);
        byte[] rdb = Files.readAllBytes(saved(redis));
        Random random = new Random(6);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = round % 2 == 0 ? Arrays.copyOf(rdb, random.nextInt(rdb.length)) : rdb.clone();
            if (round % 2 == 1) {
                damaged[random.nextInt(rdb.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertThrows(RdbException.class, () -> RdbSurvey.of(new ArraySource(damaged), true, 16));
        }
    }

    /** Writes what is read, as a server that loads and saves would. */
    private static final class Copy extends QuietVisitor {
        private final RdbWriter out;

        Copy(RdbWriter out) {
            super(false);
            this.out = out;
        }

        private interface Step {
            void run() throws IOException;
        }

        private static void write(Step step) {
            try {
                step.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void expiry(RdbEntry entry) throws IOException {
            if (entry.expireAtMs() >= 0) {
                out.expiresAt(entry.expireAtMs());
            }
        }

        @Override
        public void selectDb(int database) {
            write(() -> out.selectDb(database));
        }

        @Override
        public void resizeDb(int database, long keys, long expiring) {
            write(() -> out.resizeDb(keys, expiring));
        }

        @Override
        public void string(RdbEntry entry, RdbString value) {
            byte[] key = entry.key().toArray();
            byte[] both = Arrays.copyOf(key, key.length + value.length());
            System.arraycopy(value.array(), value.offset(), both, key.length, value.length());
            write(() -> {
                expiry(entry);
                out.string(both, 0, key.length, key.length, value.length());
            });
        }

        @Override
        public void number(RdbEntry entry, long value) {
            byte[] key = entry.key().toArray();
            write(() -> {
                expiry(entry);
                out.number(key, 0, key.length, value);
            });
        }

        @Override
        public void longString(RdbEntry entry, long length) {
            byte[] key = entry.key().toArray();
            write(() -> {
                expiry(entry);
                out.longString(key, 0, key.length, length);
            });
        }

        @Override
        public void piece(byte[] bytes, int offset, int length) {
            write(() -> out.piece(bytes, offset, length));
        }
    }
}
