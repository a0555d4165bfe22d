package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.keyspace.LazyFreeing;
import io.vireo.testkit.TestServer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What counts as freed lazily, and what replicas are told of it. */
class LazyFreeingTest {
    private static final int FIELDS = 1000;

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private void makeLarge(String key) {
        for (int i = 0; i < FIELDS; i++) {
            server.run("HSET " + key + " field:" + i + " value");
        }
        server.propagated();
    }

    /** How many objects a command frees lazily, without and with an option. */
    private void assertCounts(int without, int with, String command, Consumer<LazyFreeing> option) {
        for (boolean on : new boolean[] {false, true}) {
            makeLarge("large");
            server.keyspace().resetStats();
            if (on) {
                option.accept(server.keyspace().lazyFreeing());
            }
            String answer = server.run(command);
            assertTrue(!answer.startsWith("-"), answer);
            assertEquals(on ? with : without, server.keyspace().lazyFreed(), command);
            server.run("DEL large other");
            while (server.keyspace().freeStep(1_000_000)) {
                // until all is free
            }
            assertEquals(0, server.keyspace().lazyFreePending());
        }
    }

    @Test
    void unlinkIsLazyAndDelIsWhereTheOptionSaysSo() {
        assertCounts(1, 1, "UNLINK large", lazy -> {});
        assertCounts(0, 1, "DEL large", lazy -> lazy.userDel = true);
    }

    @Test
    void aValueThatIsReplacedIsFreedLazilyWhereTheOptionSaysSo() {
        assertCounts(0, 1, "SET large text", lazy -> lazy.serverDel = true);
    }

    @Test
    void aValueWhoseKeyIsTakenByAnotherIsToo() {
        server.run("SET other x");
        server.keyspace().lazyFreeing().serverDel = true;
        makeLarge("large");
        server.run("RENAME other large");
        assertEquals(1, server.keyspace().lazyFreed());
    }

    @Test
    void aFlushIsLazyWhereItOrTheOptionSaysSo() {
        assertCounts(0, 1, "FLUSHALL", lazy -> lazy.userFlush = true);
        assertCounts(0, 0, "FLUSHDB SYNC", lazy -> {});
        assertCounts(1, 1, "FLUSHDB ASYNC", lazy -> {});
    }

    @Test
    void smallValuesAreFreedAtOnceAndNotCounted() {
        server.run("HSET small a 1 b 2");
        server.run("UNLINK small");
        assertEquals(0, server.keyspace().lazyFreed());
    }

    @Test
    void aTimeThatHasPassedDeletesLazilyAndSaysUnlink() {
        assertCounts(0, 1, "EXPIRE large -1", lazy -> lazy.expire = true);
        server.run("SET a 1");
        server.propagated();
        server.run("PEXPIREAT a 1");
        assertEquals(List.of("UNLINK a"), server.propagated());
    }

    @Test
    void getdelSaysUnlinkWhereDelIsLazy() {
        server.run("MSET a 1 b 2");
        server.propagated();
        server.run("GETDEL a");
        server.keyspace().lazyFreeing().userDel = true;
        server.run("GETDEL b");
        assertEquals(List.of("DEL a", "UNLINK b"), server.propagated());
    }

    @Test
    void delGoesOnAsItCame() {
        server.run("SET a 1");
        server.propagated();
        server.keyspace().lazyFreeing().userDel = true;
        server.run("DEL a");
        assertEquals(List.of("DEL a"), server.propagated());
    }
}
