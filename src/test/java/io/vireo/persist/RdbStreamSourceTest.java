package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RdbStreamSourceTest {
    private final LinkedBlockingQueue<String> resumed = new LinkedBlockingQueue<>();

    private RdbStreamSource source(long size) {
        return new RdbStreamSource(size, 100, () -> resumed.add("go on"));
    }

    private static CompletableFuture<RdbImage> reading(RdbSource source) {
        CompletableFuture<RdbImage> read = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                read.complete(RdbImage.read(source, true));
            } catch (RdbException | RuntimeException e) {
                read.completeExceptionally(e);
            }
        });
        return read;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bytesThatComeOneByOneAreReadAsThePayload(boolean sizeIsKnown) throws Exception {
        byte[] rdb = RdbReaderTest.saved("types");
        RdbStreamSource source = source(sizeIsKnown ? rdb.length : Long.MAX_VALUE);
        CompletableFuture<RdbImage> read = reading(source);
        for (int at = 0; at < rdb.length; at += 7) {
            if (!source.put(Arrays.copyOfRange(rdb, at, Math.min(at + 7, rdb.length)))) {
                assertEquals("go on", resumed.poll(20, TimeUnit.SECONDS));
            }
        }
        source.end();
        RdbImage image = read.get();
        assertEquals(RdbImage.ofAll(rdb).databases, image.databases);
        assertFalse(image.end.followed());
    }

    @Test
    void theLoopIsToldToStopAndToGoOn() throws IOException {
        RdbStreamSource source = source(Long.MAX_VALUE);
        assertTrue(source.put(new byte[100]));
        assertFalse(source.put(new byte[1]));
        byte[] into = new byte[200];
        source.read(into, 0, 50);
        assertTrue(resumed.isEmpty());
        source.read(into, 0, 1);
        assertEquals(1, resumed.size());
        source.read(into, 0, 200);
        assertEquals(1, resumed.size());
    }

    @Test
    void whatRemainsFollowsFromTheAnnouncedSize() throws IOException {
        RdbStreamSource source = source(1_000);
        assertEquals(1_000, source.remaining());
        source.put(new byte[40]);
        assertEquals(1_000, source.remaining());
        assertEquals(10, source.read(new byte[10], 0, 10));
        assertEquals(990, source.remaining());
        source.end();
        assertEquals(30, source.remaining());
        assertEquals(Long.MAX_VALUE, source(Long.MAX_VALUE).remaining());
    }

    @Test
    void anEarlyEndIsAShortReadAndAFailureIsToldAsItIs() throws Exception {
        byte[] rdb = RdbReaderTest.saved("strings");
        RdbStreamSource cut = source(rdb.length);
        CompletableFuture<RdbImage> read = reading(cut);
        cut.put(Arrays.copyOf(rdb, rdb.length - 1));
        cut.end();
        ExecutionException e = assertThrows(ExecutionException.class, read::get);
        assertEquals(RdbException.Fault.SHORT, ((RdbException) e.getCause()).fault());

        RdbStreamSource failing = source(rdb.length);
        CompletableFuture<RdbImage> waiting = reading(failing);
        failing.put(Arrays.copyOf(rdb, 100));
        failing.fail(new IOException("the link is down"));
        assertThrows(ExecutionException.class, waiting::get);
        assertEquals(
                "the link is down",
                assertThrows(IOException.class, () -> failing.read(new byte[1], 0, 1))
                        .getMessage());
        assertTrue(failing.put(new byte[500]), "what comes late is dropped");
    }

    @Test
    void whetherItIsEnoughForNowCanBeAskedInAnyOrder() throws IOException {
        RdbStreamSource source = new RdbStreamSource(Long.MAX_VALUE, 10, () -> {});
        assertFalse(source.isPaused());
        source.put(new byte[11]);
        assertTrue(source.isPaused());
        source.read(new byte[6], 0, 6);
        assertFalse(source.isPaused());
    }
}
