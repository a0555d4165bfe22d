package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As how many changes a command counts until the next save, as in Redis. */
class ChangeCountTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "HSET h a 1 b 2 c 3, 3",
        "HSET hash a 1 b 1, 2",
        "HDEL hash a b none, 2",
        "HDEL hash none, 0",
        "SADD s 1 2 3, 3",
        "RPUSH l 1 2, 2",
        "ZADD z 1 a 2 b, 2",
        "XADD x 9-0 a 1, 1",
        "XDEL x 1-0 2-0 7-0, 2",
        "XTRIM x MAXLEN 1, 3",
        "XREADGROUP GROUP g c COUNT 3 STREAMS x >, 1",
        "XREADGROUP GROUP g new COUNT 3 STREAMS x >, 2",
        "XREADGROUP GROUP g new STREAMS x 0, 2",
        "XCLAIM x g c 0 1-0, 1",
        "XCLAIM x g new 0 1-0, 2",
        "XAUTOCLAIM x g new 0 0, 2",
        "XACK x g 1-0 2-0, 1",
    })
    void aCommandCountsAs(String line, long changes) {
        for (String before : List.of(
                "HSET hash a 1 b 2",
                "XADD x 1-0 a 1",
                "XADD x 2-0 a 1",
                "XADD x 3-0 a 1",
                "XADD x 4-0 a 1",
                "XGROUP CREATE x g 0",
                "XREADGROUP GROUP g c COUNT 1 STREAMS x >")) {
            server.run(before);
        }
        long before = server.keyspace().dirty();
        server.run(line);
        assertEquals(changes, server.keyspace().dirty() - before);
    }
}
