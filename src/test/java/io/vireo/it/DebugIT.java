package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Redis's own tests ask of DEBUG, beside redis-server. */
@NeedsRedis
class DebugIT {
    @RegisterExtension
    final Servers servers = new Servers();

    private ServerProcess redis;
    private ServerProcess vireo;

    @BeforeEach
    void startBoth() {
        redis = servers.start(Program.REDIS, "--enable-debug-command", "yes");
        vireo = servers.start(Program.VIREO, "--enable-debug-command", "yes");
    }

    @Test
    void switchesAndRefusalsAreAnsweredInTheSameWords() {
        for (ServerProcess server : List.of(redis, vireo)) {
            server.run("SET s text");
            server.run("RPUSH l a b");
            server.run("ZADD z 1 a");
            server.run("ZADD w 1 " + "m".repeat(100));
        }
        for (String line : List.of(
                "DEBUG PAUSE-CRON 1",
                "DEBUG PAUSE-CRON 0",
                "DEBUG PAUSE-CRON no",
                "DEBUG PAUSE-CRON",
                "DEBUG SET-ACTIVE-EXPIRE 1",
                "DEBUG SET-ACTIVE-EXPIRE",
                "DEBUG SET-SKIP-CHECKSUM-VALIDATION 0",
                "DEBUG QUICKLIST-PACKED-THRESHOLD 1b",
                "DEBUG QUICKLIST-PACKED-THRESHOLD 0",
                "DEBUG QUICKLIST-PACKED-THRESHOLD x",
                "DEBUG QUICKLIST-PACKED-THRESHOLD -1",
                "DEBUG QUICKLIST-PACKED-THRESHOLD 100gb",
                "DEBUG REPLYBUFFER PEAK-RESET-TIME 100",
                "DEBUG REPLYBUFFER PEAK-RESET-TIME never",
                "DEBUG REPLYBUFFER RESIZING 0",
                "DEBUG REPLYBUFFER OTHER 0",
                "DEBUG REPLYBUFFER",
                "DEBUG LISTPACK nosuch",
                "DEBUG LISTPACK s",
                "DEBUG LISTPACK l",
                "DEBUG LISTPACK z",
                "DEBUG HTSTATS 16",
                "DEBUG HTSTATS -1",
                "DEBUG HTSTATS x",
                "DEBUG HTSTATS-KEY nosuch",
                "DEBUG HTSTATS-KEY z",
                "DEBUG SLEEP x",
                "DEBUG SLEEP -1",
                "DEBUG SLEEP 0.01s",
                "DEBUG SLEEP",
                "DEBUG ERROR",
                "DEBUG OBJECT nosuch",
                "DEBUG LOG a",
                "DEBUG LOG a b",
                "DEBUG REPLICATE SET a b",
                "DEBUG JMAP",
                "DEBUG",
                "DEBUG NOSUCH a b c")) {
            assertEquals(redis.run(line), vireo.run(line), line);
        }
    }

    @Test
    void aListHasNodes() {
        for (ServerProcess server : List.of(redis, vireo)) {
            server.ask("CONFIG", "SET", "list-max-listpack-size", "4");
            for (int i = 0; i < 10; i++) {
                server.ask("RPUSH", "l", "e" + i);
            }
        }
        assertEquals(nodes(redis), nodes(vireo));
    }

    private static String nodes(ServerProcess server) {
        String text = server.ask("DEBUG", "OBJECT", "l").text();
        return text.substring(text.indexOf("ql_nodes"));
    }

    @Test
    void tablesAreToldOf() {
        vireo.run("SET a b");
        vireo.run("SET b c EX 100");
        String text = vireo.ask("DEBUG", "HTSTATS", "0").text();
        assertTrue(
                text.matches("(?s)\\[Dictionary HT\\]\\n table size: \\d+\\n number of elements: 2\\n.*"
                        + "\\[Expires HT\\]\\n table size: \\d+\\n number of elements: 1\\n.*"),
                text);
        vireo.run("SADD s a b " + "m".repeat(100));
        assertTrue(vireo.ask("DEBUG", "HTSTATS-KEY", "s").text().contains("number of elements: 3"));
    }

    @Test
    void payloadsAreTakenWithoutTheirChecksumWhereThatIsWanted() {
        vireo.run("SET s text");
        Reply dump = vireo.ask("DUMP", "s");
        String broken = dump.text().substring(0, dump.text().length() - 1) + "?";
        try (RespClient client = vireo.client()) {
            assertTrue(client.ask("RESTORE", "t", "0", broken).text().contains("checksum"));
            client.ask("DEBUG", "SET-SKIP-CHECKSUM-VALIDATION", "1");
            assertEquals("OK", client.ask("RESTORE", "t", "0", broken).text());
            client.ask("DEBUG", "SET-SKIP-CHECKSUM-VALIDATION", "0");
            assertTrue(client.ask("RESTORE", "u", "0", broken).text().contains("checksum"));
        }
    }

    @Test
    void whatIsReplicatedIsNotRunHere() {
        ServerProcess replica = servers.startReplica(Program.REDIS, vireo);
        vireo.run("DEBUG REPLICATE SET a b");
        InStep.await(vireo, replica);
        assertEquals("b", replica.ask("GET", "a").text());
        assertTrue(vireo.ask("GET", "a").isNull());
    }

    @Test
    void aPausedCronExpiresNothingByItself() {
        vireo.run("DEBUG PAUSE-CRON 1");
        vireo.run("SET a b PX 1");
        vireo.run("DEBUG SLEEP 0.3");
        assertEquals(1, vireo.ask("DBSIZE").number());
        vireo.run("DEBUG PAUSE-CRON 0");
        Await.until(() -> vireo.ask("DBSIZE").number() == 0, "the key to expire");
    }

    @Test
    void aConfigurationThatSaysEverythingStartsAServer() {
        ServerProcess server = servers.prepare(Program.VIREO);
        Path file = server.dir().resolve("full.conf");
        write(file, "enable-debug-command yes\nport " + server.port() + "\nbind 127.0.0.1\nmaxmemory 7mb\n");
        server.launchAs("", file.toString());
        server.awaitReady();
        assertEquals("OK", server.ask("DEBUG", "CONFIG-REWRITE-FORCE-ALL").text());
        List<String> before = server.ask("CONFIG", "GET", "*").texts();
        server.stop();
        assertTrue(read(file).contains("\nslowlog-max-len 128\n"));
        server.launchAs("", file.toString());
        server.awaitReady();
        assertEquals(before, server.ask("CONFIG", "GET", "*").texts());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLineIsLogged() {
        vireo.run("DEBUG LOG hello");
        vireo.awaitLog("DEBUG LOG: hello");
    }
}
