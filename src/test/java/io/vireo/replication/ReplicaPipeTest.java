package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplicaPipeTest {
    private static final int MIB = 1 << 20;

    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final ReplicaPipe pipe = new ReplicaPipe(loop::add);
    private final FakeReplica first = new FakeReplica("a", 1);
    private final FakeReplica second = new FakeReplica("b", 2);
    private int progress;

    private void turn() {
        for (Runnable work = loop.poll(); work != null; work = loop.poll()) {
            work.run();
        }
        pipe.goOn();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The worker, on a thread of its own: completes when it may write again, or fails with what it was told. */
    private CompletableFuture<Void> write(byte[] bytes) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                pipe.write(bytes, 0, bytes.length);
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    @Test
    void everyoneGetsAllInOrder() throws IOException {
        pipe.join(first, () -> {});
        pipe.join(second, () -> {});
        byte[] room = bytes("xabcx");
        pipe.write(room, 1, 3);
        room[2] = '!'; // it was copied
        pipe.write(bytes("def"), 0, 3);
        assertEquals("", first.took(), "nothing is sent from the worker's thread");
        turn();
        assertEquals("abcdef", first.took());
        assertEquals("abcdef", second.took());
    }

    @Test
    void theSlowestSetsThePace() throws Exception {
        pipe.join(first, () -> {});
        pipe.join(second, () -> {});
        pipe.write(new byte[MIB], 0, MIB);
        CompletableFuture<Void> next = write(new byte[1]);
        second.pending = MIB;
        turn();
        assertFalse(next.isDone());
        second.pending = MIB - 1;
        turn();
        next.get(20, TimeUnit.SECONDS);
    }

    @Test
    void oneThatLeavesHoldsNobodyUp() throws Exception {
        pipe.join(first, () -> {});
        pipe.join(second, () -> {});
        pipe.write(new byte[MIB], 0, MIB);
        CompletableFuture<Void> next = write(new byte[1]);
        second.pending = 5 * MIB;
        turn();
        assertFalse(next.isDone());
        pipe.leave(second);
        next.get(20, TimeUnit.SECONDS);
        assertFalse(pipe.isEmpty());
        pipe.leave(first);
        assertTrue(pipe.isEmpty());
    }

    @Test
    void progressIsWhatWasTaken() {
        pipe.join(first, () -> progress++);
        first.pending = 100;
        pipe.goOn();
        assertEquals(0, progress, "nothing was taken of what waits");
        first.pending = 60;
        pipe.goOn();
        assertEquals(1, progress);
        pipe.goOn();
        assertEquals(1, progress);
        first.pending = 0;
        pipe.goOn();
        assertEquals(2, progress);
    }

    @Test
    void aClosedPipeSendsTheWorkerHome() throws Exception {
        pipe.join(first, () -> {});
        pipe.write(new byte[MIB], 0, MIB);
        CompletableFuture<Void> waiting = write(new byte[1]);
        pipe.close();
        Exception why = assertThrows(Exception.class, () -> waiting.get(20, TimeUnit.SECONDS));
        assertEquals("no replica takes it any more", why.getCause().getMessage());
        assertThrows(IOException.class, () -> pipe.write(new byte[1], 0, 1));
    }
}
