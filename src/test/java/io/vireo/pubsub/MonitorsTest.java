package io.vireo.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What MONITOR shows, to whom, and what it hides. */
class MonitorsTest {
    private final PushRig rig = new PushRig();
    private final TestClient monitor = rig.client(2);

    @AfterEach
    void end() {
        rig.close();
    }

    private static String withoutTime(String shown) {
        return shown.replaceAll("\\+\\d+\\.\\d{6} ", "+");
    }

    @Test
    void commandsAreShownWithDatabaseAddressAndQuotedWords() {
        assertEquals("+OK\r\n", monitor.run("MONITOR"));
        rig.server.run("set k \"a\\\"b\\\\ \\n\\x01\\xff\"");
        assertEquals("+[0 127.0.0.1:0] \"set\" \"k\" \"a\\\"b\\\\ \\n\\x01\\xff\"\r\n", withoutTime(monitor.take()));
        rig.server.run("SELECT 2");
        assertEquals("+[2 127.0.0.1:0] \"SELECT\" \"2\"\r\n", withoutTime(monitor.take()));
    }

    @Test
    void passwordsAreHiddenAndCommandsOfAdministrationAreNotShown() {
        monitor.run("MONITOR");
        rig.server.run("HELLO 3 AUTH default secret");
        rig.server.run("CLIENT LIST");
        rig.server.run("nonsense");
        assertEquals(
                "+[0 127.0.0.1:0] \"HELLO\" \"3\" \"AUTH\" \"(redacted)\" \"(redacted)\"\r\n",
                withoutTime(monitor.take()));
    }

    @Test
    void theCommandsOfATransactionAreShownAsTheyRun() {
        monitor.run("MONITOR");
        rig.server.run("MULTI");
        rig.server.run("INCR k");
        assertEquals("+[0 127.0.0.1:0] \"MULTI\"\r\n", withoutTime(monitor.take()));
        rig.server.run("EXEC");
        assertEquals("+[0 127.0.0.1:0] \"INCR\" \"k\"\r\n+[0 127.0.0.1:0] \"EXEC\"\r\n", withoutTime(monitor.take()));
    }

    @Test
    void aMonitorTouchesNoDataUntilItIsNoneAnyMore() {
        monitor.run("MONITOR");
        assertEquals("-ERR Replica can't interact with the keyspace\r\n", monitor.run("GET k"));
        assertEquals("$-1\r\n", rig.server.run("GET k"));
        monitor.take();
        rig.monitors.forget(monitor.session());
        assertEquals("$-1\r\n", monitor.run("GET k"));
        rig.server.run("GET k");
        assertEquals("", monitor.take());
    }

    @Test
    void severalMonitorsAndAClientThatTracksAllSeeCommands() {
        TestClient second = rig.client(3);
        second.run("MONITOR");
        monitor.run("MONITOR");
        TestClient tracking = rig.client(3);
        tracking.run("CLIENT TRACKING ON");
        monitor.take();
        second.take();
        tracking.run("GET k");
        assertEquals("+[0 127.0.0.1:0] \"GET\" \"k\"\r\n", withoutTime(monitor.take()));
        assertEquals("+[0 127.0.0.1:0] \"GET\" \"k\"\r\n", withoutTime(second.take()));
        rig.monitors.forget(second.session());
        rig.server.run("SET k 1");
        assertEquals("", second.take());
        assertTrue(tracking.take().contains("invalidate"));
        assertTrue(monitor.take().contains("\"SET\""));
    }
}
