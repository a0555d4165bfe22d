package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.ServerLog;
import io.vireo.keyspace.Keyspace;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SideLoadingTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final RdbLoader.Settings SETTINGS = new RdbLoader.Settings(true, false, NOW_MS, 0);

    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final Keyspace keyspace = new Keyspace(16);
    private final SideLoading loading = new SideLoading(keyspace, loop::add, on -> hidden = on);
    private boolean hidden;
    private boolean serves = true;
    private RdbLoader.Loaded loaded;
    private Exception problem;

    @BeforeEach
    void fillTheOld() {
        keyspace.owner().claim();
        keyspace.newTurn(NOW_MS);
        keyspace.db(0).setString(Bytes.copyOf("old"), Bytes.copyOf("value"));
        keyspace.db(0).setString(Bytes.copyOf("embstr"), Bytes.copyOf("old too"));
    }

    private void start(RdbSource source) {
        loading.start(source, SETTINGS, serves, ServerLog.silent(), (all, why) -> {
            loaded = all;
            problem = why;
        });
    }

    private void turn() throws InterruptedException {
        loop.poll(30, TimeUnit.SECONDS).run();
    }

    private String value(String key) {
        var value = keyspace.db(0).readString(Bytes.copyOf(key));
        return value == null ? null : value.bytes().toString();
    }

    @Test
    void theOldIsServedUntilTheNewIsPutInPlace() throws Exception {
        byte[] rdb = RdbReaderTest.saved("strings");
        RdbStreamSource source = new RdbStreamSource(rdb.length, 1 << 20, () -> {});
        start(source);
        source.put(Arrays.copyOf(rdb, 500));
        keyspace.db(0).setString(Bytes.copyOf("while loading"), Bytes.copyOf("x"));
        assertTrue(loading.isUnderWay());
        assertEquals("old too", value("embstr"));
        source.put(Arrays.copyOfRange(rdb, 500, rdb.length));
        source.end();
        turn();
        assertFalse(loading.isUnderWay());
        assertEquals(16, loaded.keys());
        assertEquals("old too", value("embstr"));
        assertEquals("x", value("while loading"));

        loading.putInPlace();
        assertEquals("hello world", value("embstr"));
        assertNull(value("old"));
        assertNull(value("while loading"));
        assertEquals(14, keyspace.db(0).size());
        keyspace.db(0).setString(Bytes.copyOf("later"), Bytes.copyOf("y"));
        assertEquals("y", value("later"));
    }

    @Test
    void aPayloadThatIsCutLeavesTheOld() throws Exception {
        byte[] rdb = RdbReaderTest.saved("strings");
        start(new ArraySource(Arrays.copyOf(rdb, rdb.length - 3)));
        turn();
        assertNull(loaded);
        assertEquals(
                RdbException.Fault.SHORT,
                assertInstanceOf(RdbException.class, problem).fault());
        assertEquals("value", value("old"));
        assertEquals(2, keyspace.db(0).size());

        start(new ArraySource(rdb));
        turn();
        loading.putInPlace();
        assertNull(value("old"));
    }

    @Test
    void whatIsAbandonedIsNeverTold() throws Exception {
        RdbStreamSource source = new RdbStreamSource(Long.MAX_VALUE, 1 << 20, () -> {});
        start(source);
        source.put(Arrays.copyOf(RdbReaderTest.saved("strings"), 300));
        loading.abandon();
        source.fail(new IOException("the link is down"));
        turn();
        assertNull(loaded);
        assertNull(problem);
        assertEquals("value", value("old"));
        assertFalse(loading.isUnderWay());
    }

    @Test
    void whatWasLoadedCanStillBeAbandoned() throws Exception {
        start(new ArraySource(RdbReaderTest.saved("strings")));
        turn();
        loading.abandon();
        loading.abandon();
        assertEquals("value", value("old"));
        assertEquals(2, keyspace.db(0).size());
    }

    @Test
    void watchersOfKeysThatWereOrAreThereAreTold() throws Exception {
        StringBuilder told = new StringBuilder();
        keyspace.watch(() -> told.append("old "), 0, Bytes.copyOf("old"));
        keyspace.watch(() -> told.append("new "), 3, Bytes.copyOf("three"));
        keyspace.watch(() -> told.append("never "), 0, Bytes.copyOf("never there"));
        start(new ArraySource(RdbReaderTest.saved("strings")));
        turn();
        assertEquals("", told.toString());
        loading.putInPlace();
        assertEquals(
                "new old ", Arrays.stream(told.toString().split(" ")).sorted().reduce("", (a, b) -> a + b + " "));
    }

    @Test
    void theOldIsHiddenWhereItIsOfAnotherHistory() throws Exception {
        serves = false;
        RdbStreamSource source = new RdbStreamSource(Long.MAX_VALUE, 1 << 20, () -> {});
        start(source);
        assertTrue(hidden);
        source.fail(new java.io.IOException("cut"));
        turn();
        assertFalse(hidden);
        assertEquals("value", value("old"));

        start(new RdbStreamSource(Long.MAX_VALUE, 1 << 20, () -> {}));
        assertTrue(hidden);
        loading.abandon();
        assertFalse(hidden);
        assertEquals("value", value("old"));
    }
}
