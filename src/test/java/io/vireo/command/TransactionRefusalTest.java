package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a transaction when some of it may not run. */
class TransactionRefusalTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aTransactionWithOneCommandThatMayNotRunByNowRunsNothing() {
        server.run("SET k old");
        server.run("MULTI");
        server.run("GET k");
        server.run("SET k new");
        server.readOnly(true);
        assertEquals(
                "-EXECABORT Transaction discarded because of: READONLY You can't write against a read only"
                        + " replica.\r\n",
                server.run("EXEC"));
        assertEquals("-ERR EXEC without MULTI\r\n", server.run("EXEC"));
        assertEquals("$3\r\nold\r\n", server.run("GET k"));
        assertEquals(List.of("SET k old"), server.propagated());
    }

    @Test
    void aTransactionThatOnlyReadsRuns() {
        server.run("SET k v");
        server.readOnly(true);
        server.run("MULTI");
        server.run("GET k");
        assertEquals("*1\r\n$1\r\nv\r\n", server.run("EXEC"));
    }

    @Test
    void aCommandRefusedBeforeItIsQueuedMakesExecFail() {
        server.readOnly(true);
        server.run("MULTI");
        assertEquals("-READONLY You can't write against a read only replica.\r\n", server.run("SET k v"));
        server.readOnly(false);
        assertEquals("-EXECABORT Transaction discarded because of previous errors.\r\n", server.run("EXEC"));
    }

    @Test
    void keysThatAWalkFindsExpiredGoIntoTheStreamOneByOne() {
        for (String command : List.of("SCAN 0 COUNT 100", "KEYS *", "RANDOMKEY")) {
            server.run("SET a 1 PX 5");
            server.run("SET b 1 PX 5");
            server.propagated();
            server.advanceMs(6);
            server.run(command);
            assertEquals(
                    List.of("DEL", "DEL"),
                    server.propagated().stream().map(line -> line.split(" ")[0]).toList());
        }
    }

    @Test
    void aCommandThatFailsInATransactionIsNoFailureOfExec() {
        server.run("SET k v");
        server.run("MULTI");
        server.run("HGET k f");
        server.run("EXEC");
        assertEquals(0, server.dispatcher().table().find("exec").failed());
        assertEquals(1, server.dispatcher().table().find("hget").failed());
        assertEquals(1, server.dispatcher().stats().errorReplies());
        server.run("EXEC");
        assertEquals(1, server.dispatcher().table().find("exec").failed());
    }
}
