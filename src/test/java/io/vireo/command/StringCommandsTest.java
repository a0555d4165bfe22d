package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StringCommandsTest {
    private static final String WRONG_TYPE_OK = "+OK\r\n";

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aStringIsReadAsItWasSet() {
        assertEquals("+OK\r\n", server.run("SET k v"));
        assertEquals("$1\r\nv\r\n", server.run("GET k"));
        assertEquals("$-1\r\n", server.run("GET other"));
        assertEquals(List.of("SET k v"), server.propagated());
    }
}
