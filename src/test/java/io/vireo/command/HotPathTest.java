package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vireo.base.Bytes;
import io.vireo.config.MaxmemoryPolicy;
import io.vireo.resp.Args;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.RespDecoder;
import io.vireo.resp.RespWriter;
import io.vireo.testkit.CollectedOutput;
import io.vireo.testkit.TestServer;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts what commands leave on the heap: nothing. */
class HotPathTest {
    private static final int COUNTED = 10_000;
    /** Until all is compiled, accesses to native memory allocate; how soon that is depends on the machine. */
    private static final int ROUNDS = 100;

    private final TestServer server = new TestServer();
    private final CollectedOutput output = new CollectedOutput();
    private final RespWriter out = new RespWriter();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET a",
                "GET n",
                "SET a text",
                "SET n 12345",
                "SET a text PX 100000 GET",
                "INCR n",
                "DECRBY n 3",
                "MGET a n none",
                "MSET a 1 b two",
                "APPEND n 1",
                "GETRANGE a 0 1",
                "EXISTS a none",
                "DEL a none",
                "EXPIRE n 100",
                "TTL n"
            })
    void aHotCommandAllocatesNothing(String line) throws ProtocolException {
        server.run("MSET a text n 1");
        assertAllocatesNothing(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET a", "SET a text", "INCR n"})
    void countingUsesUnderALimitAllocatesNothing(String line) throws ProtocolException {
        server.run("MSET a text n 1");
        server.maxmemory(1 << 20, MaxmemoryPolicy.ALLKEYS_LFU);
        assertAllocatesNothing(line);
    }

    private void assertAllocatesNothing(String line) throws ProtocolException {
        Session session = server.firstClient().session();
        Bytes frame = Bytes.copyOf(frame(line));
        try {
            RespDecoder decoder = new RespDecoder(new Args());
            decoder.next(frame.address(), frame.length(), session);
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && allocated >= COUNTED; round++) {
                allocated = allocatedBy(session, decoder.args());
            }
            assertTrue(allocated < COUNTED, allocated + " bytes for " + COUNTED + " times " + line);
        } finally {
            Reference.reachabilityFence(frame);
        }
    }

    private long allocatedBy(Session session, Args args) {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        run(session, args, COUNTED);
        return thread.getCurrentThreadAllocatedBytes() - before;
    }

    private void run(Session session, Args args, int times) {
        for (int i = 0; i < times; i++) {
            server.dispatcher().execute(session, args, out.to(output, 2));
            if (i % 1000 == 0) {
                output.forget();
            }
        }
    }

    private static byte[] frame(String line) {
        String[] words = line.split(" ", -1);
        StringBuilder out = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            out.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return out.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
