package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.persist.RdbCommands;
import io.vireo.persist.RdbException;
import io.vireo.persist.RdbFileSink;
import io.vireo.persist.RdbFileSource;
import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An RDB turned into commands, against the real server: it loads them to the same data, and writes the same itself. */
@NeedsRedis
class RdbCommandsIT {
    private static final String BASE = "appendonly.aof.1.base.aof";
    private static final String[] APPEND_ONLY = {"--appendonly", "yes", "--enable-debug-command", "yes"};

    @RegisterExtension
    private final Servers servers = new Servers();

    private static Path converted(ServerProcess from, ServerProcess to) throws IOException, RdbException {
        assertEquals("+OK\r\n", from.run("SAVE"));
        Path folder = Files.createDirectories(to.dir().resolve("appendonlydir"));
        Path manifest = folder.resolve("appendonly.aof.manifest");
        Files.writeString(manifest, "file " + BASE + " seq 1 type b\n");
        try (RdbFileSource source = new RdbFileSource(from.dir().resolve("dump.rdb"));
                RdbFileSink sink = new RdbFileSink(folder.resolve(BASE), 0)) {
            RdbCommands.convert(source, sink);
        }
        return manifest;
    }

    private static void all(ServerProcess server, List<String[]> commands) {
        try (RespClient client = server.client()) {
            for (Reply reply : client.pipeline(commands)) {
                assertTrue(!reply.isError(), reply::toString);
            }
        }
    }

    /** Whether no key is left that expires within a minute; looking at one that is over deletes it. */
    private static boolean nothingEndsSoon(ServerProcess server) {
        try (RespClient client = server.client()) {
            for (int db = 0; db < 4; db++) {
                client.ask("SELECT", "" + db);
                List<String> keys = client.ask("KEYS", "*").texts();
                for (String key : keys) {
                    long left = client.ask("PTTL", key).number();
                    if (left != -1 && left < 60_000) {
                        return false;
                    }
                }
                if (client.ask("DBSIZE").number() != keys.size()) {
                    return false;
                }
            }
        }
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void redisLoadsTheCommandsToTheSameData(Program program) throws IOException, RdbException {
        ServerProcess first = servers.start(program, "--enable-debug-command", "yes");
        try (WriteLoad load = new WriteLoad(first, 3, 2_000)) {
            load.write(20_000);
        }
        List<String[]> more = new ArrayList<>();
        Random random = new Random(4);
        more.add(new String[] {"SET", "large", "0123456789".repeat(2_000_000)});
        for (int i = 0; i < 3_000; i++) {
            more.add(new String[] {"RPUSH", "long list", "" + random.nextInt()});
            more.add(new String[] {"ZADD", "long zset", "" + random.nextGaussian(), "" + i});
            more.add(new String[] {"HSET", "long hash", "field " + i, "x".repeat(random.nextInt(100))});
            more.add(new String[] {"SADD", "long set", "member " + i});
            more.add(new String[] {"XADD", "long stream", i + "-1", "f" + i % 3, "" + i});
        }
        all(first, more);
        String[] endless = {"PEXPIREAT", "long set", "4102444800123"};
        first.ask(endless);

        ServerProcess second = servers.prepare(Program.REDIS);
        Path manifest = converted(first, second);
        assertTrue(Tool.run("redis-check-aof", manifest.toString()).contains("is valid"));
        second.restart(APPEND_ONLY);
        CanonicalDump wanted = CanonicalDump.of(first);
        CanonicalDump got = CanonicalDump.of(second);
        assertTrue(got.linesAliveAt(got.takenMs()).size() > 500);
        assertEquals(wanted.linesAliveAt(got.takenMs()), got.linesAliveAt(got.takenMs()));
        assertEquals("4102444800123", second.ask("PEXPIRETIME", "long set").text());
        if (program == Program.REDIS) {
            Await.until(() -> nothingEndsSoon(first) && nothingEndsSoon(second), "the last key that was to expire");
            assertEquals(first.run("DEBUG DIGEST"), second.run("DEBUG DIGEST"));
            assertNotEquals("+" + "0".repeat(40) + "\r\n", second.run("DEBUG DIGEST"));
        }
    }

    @Test
    void theBytesAreThoseThatRedisWritesItself() throws IOException, RdbException {
        ServerProcess redis = servers.start(Program.REDIS, "--aof-use-rdb-preamble", "no");
        List<String[]> commands = new ArrayList<>();
        Random random = new Random(6);
        for (int i = 0; i < 1_000; i++) {
            int db = i % 3;
            commands.add(new String[] {"SELECT", "" + db});
            commands.add(
                    new String[] {"SET", "string" + i, random.nextBoolean() ? "" + i : "x".repeat(random.nextInt(90))});
            commands.add(new String[] {"RPUSH", "list" + i % 7, "" + random.nextInt(), "w".repeat(random.nextInt(70))});
            commands.add(new String[] {"SADD", "numbers" + i % 5, "" + random.nextLong()});
            commands.add(new String[] {"SADD", "set" + i % 6, "member" + i});
            commands.add(new String[] {"HSET", "hash" + i % 4, "f" + i, "v".repeat(random.nextInt(90))});
            commands.add(new String[] {"ZADD", "zset" + i % 8, "" + random.nextGaussian(), "m" + i % 100});
            commands.add(new String[] {"XADD", "stream" + i % 3, i + 1 + "-0", "f" + i % 4, "" + i});
            if (i % 10 == 0) {
                commands.add(new String[] {"PEXPIREAT", "string" + i, "" + (4_000_000_000_000L + i)});
            }
        }
        commands.add(new String[] {"XGROUP", "CREATE", "stream0", "group", "20-0"});
        commands.add(new String[] {"XGROUP", "CREATECONSUMER", "stream0", "group", "consumer"});
        commands.add(new String[] {"XGROUP", "CREATE", "empty", "group", "$", "MKSTREAM"});
        commands.add(new String[] {"XDEL", "stream0", "1-0", "4-0"});
        commands.add(new String[] {
            "FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)"
        });
        all(redis, commands);
        Path manifest = converted(redis, servers.prepare(Program.REDIS));

        assertEquals("+OK\r\n", redis.run("CONFIG SET appendonly yes"));
        Await.until(
                () -> redis.info("persistence", "aof_rewrite_in_progress").equals("0")
                        && redis.logged("Background AOF rewrite finished successfully") == 1,
                "the rewritten file");
        assertArrayEquals(
                Files.readAllBytes(redis.dir().resolve("appendonlydir").resolve(BASE)),
                Files.readAllBytes(manifest.resolveSibling(BASE)));
    }
}
