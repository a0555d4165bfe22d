package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one server dumps the other restores, whatever the type and the encoding; and damaged dumps hurt nobody. */
@NeedsRedis
class DumpInteropIT {
    private static final int COMMANDS = 4_000;

    @RegisterExtension
    private final Servers servers = new Servers();

    @Test
    void valuesGoFromRedisToVireoAndBack() {
        ServerProcess redis = servers.start(Program.REDIS, "--enable-debug-command", "yes");
        ServerProcess vireo = servers.start(Program.VIREO, "--enable-debug-command", "yes");
        ServerProcess back = servers.start(Program.REDIS, "--enable-debug-command", "yes");
        fill(redis, 1);

        List<String> keys = keys(redis);
        move(redis, vireo, keys);
        assertThat(CanonicalDump.of(vireo).linesAliveAt(0))
                .isEqualTo(CanonicalDump.of(redis).linesAliveAt(0));
        move(vireo, back, keys);
        assertThat(CanonicalDump.of(back).linesAliveAt(0))
                .isEqualTo(CanonicalDump.of(redis).linesAliveAt(0));
        assertEquals(redis.run("DEBUG DIGEST"), back.run("DEBUG DIGEST"));
        for (String key : keys) {
            assertEquals(back.run("OBJECT ENCODING " + key), vireo.run("OBJECT ENCODING " + key), key);
        }
    }

    @Test
    void aDamagedDumpIsRefusedOrAValueLikeAnyOther() {
        ServerProcess vireo = servers.start(Program.VIREO, "--enable-debug-command", "yes");
        fill(vireo, 2);
        List<String> keys = keys(vireo);
        Random random = new Random(3);
        try (RespClient client = vireo.client()) {
            List<String> dumps = new ArrayList<>();
            for (String key : keys) {
                dumps.add(client.ask("DUMP", key).text());
            }
            client.ask("FLUSHALL");
            for (int i = 0; i < 6_000; i++) {
                String dump = DamagedDump.of(dumps.get(random.nextInt(dumps.size())), random);
                Reply reply = client.ask("RESTORE", "damaged", "0", dump);
                if (reply.isError()) {
                    assertThat(reply.text())
                            .isIn("ERR Bad data format", "ERR DUMP payload version or checksum are wrong");
                    assertEquals(0, client.ask("EXISTS", "damaged").number());
                } else {
                    useAll(client, "damaged");
                    client.ask("DEL", "damaged");
                }
            }
            assertEquals(0, client.ask("DBSIZE").number());
        }
    }

    /** Looks at a value in every way, and changes it. */
    private static void useAll(RespClient client, String key) {
        client.ask("OBJECT", "ENCODING", key);
        client.ask("DEBUG", "DIGEST-VALUE", key);
        String type = client.ask("TYPE", key).text();
        client.ask("COPY", key, "copy");
        switch (type) {
            case "list" -> {
                client.ask("LRANGE", "copy", "0", "-1");
                client.ask("LREM", "copy", "0", "w1");
                client.ask("LINSERT", "copy", "BEFORE", "w2", "x");
                client.ask("RPUSH", "copy", "x");
                client.ask("LTRIM", "copy", "1", "-2");
            }
            case "set" -> {
                client.ask("SMEMBERS", "copy");
                client.ask("SADD", "copy", "x", "1", "99999999999");
                client.ask("SPOP", "copy", "5");
            }
            case "hash" -> {
                client.ask("HGETALL", "copy");
                client.ask("HSET", "copy", "x".repeat(100), "1");
                client.ask("HDEL", "copy", "w1", "w2");
            }
            case "zset" -> {
                client.ask("ZRANGE", "copy", "0", "-1", "WITHSCORES");
                client.ask("ZADD", "copy", "1", "x".repeat(100), "2", "w1");
                client.ask("ZPOPMIN", "copy", "5");
                client.ask("ZRANGEBYSCORE", "copy", "-inf", "+inf");
                client.ask("ZREMRANGEBYRANK", "copy", "0", "2");
            }
            case "stream" -> {
                client.ask("XRANGE", "copy", "-", "+");
                client.ask("XINFO", "STREAM", "copy", "FULL");
                client.ask("XADD", "copy", "*", "f", "v");
                client.ask("XGROUP", "CREATE", "copy", "new", "0");
                client.ask("XREADGROUP", "GROUP", "new", "c", "STREAMS", "copy", ">");
                client.ask("XREADGROUP", "GROUP", "g0", "c1", "STREAMS", "copy", "0");
                client.ask("XAUTOCLAIM", "copy", "g0", "c0", "0", "0");
                client.ask("XTRIM", "copy", "MAXLEN", "2");
                client.ask("XREVRANGE", "copy", "+", "-");
            }
            default -> client.ask("APPEND", "copy", "x");
        }
        client.ask("DEL", "copy");
    }

    private static List<String> keys(ServerProcess server) {
        try (RespClient client = server.client()) {
            return client.ask("KEYS", "*").texts();
        }
    }

    private static void move(ServerProcess from, ServerProcess to, List<String> keys) {
        try (RespClient source = from.client();
                RespClient target = to.client()) {
            for (String key : keys) {
                Reply dump = source.ask("DUMP", key);
                long ttlMs = source.ask("PEXPIRETIME", key).number();
                Reply reply = target.ask("RESTORE", key, "" + Math.max(0, ttlMs), dump.text(), "ABSTTL");
                assertEquals("OK", reply.text(), key);
            }
        }
    }

    private static void fill(ServerProcess server, long seed) {
        CollectionWords words = new CollectionWords(seed);
        try (RespClient client = server.client()) {
            for (int i = 0; i < COMMANDS; i++) {
                client.run(words.command());
            }
            client.ask("SET", "number", "12345678901");
            client.ask("SET", "text", "some text that is long enough to be compressed".repeat(20));
            client.ask("SET", "long", "0123456789".repeat(50_000));
            client.ask("RPUSH", "longlist", "0123456789".repeat(20_000), "b");
            for (int i = 0; i < 2_000; i++) {
                client.ask("RPUSH", "manylist", "element " + i);
                client.ask("HSET", "manyhash", "field " + i, "value " + i);
                client.ask("SADD", "manyset", "member " + i);
                client.ask("ZADD", "manyzset", "" + i / 7.0, "member " + i);
            }
            client.ask("HSET", "longhash", "f", "0123456789".repeat(20_000));
        }
    }
}
