package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import io.vireo.testkit.Transcript;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What redis-server answered to the commands of each type of data, the strange ones included. */
class TranscriptTest {
    @ParameterizedTest
    @ValueSource(strings = {"list", "set", "zset", "hash", "stream", "geo", "sort", "bitmap", "hyperloglog"})
    void everyReplyIsRediss(String name) {
        List<Executable> lines = new ArrayList<>();
        try (TestServer server = new TestServer()) {
            for (Transcript.Line line : Transcript.of(name)) {
                String reply = server.run(line.command());
                lines.add(() -> assertEquals(line.reply(), Transcript.escaped(reply), line.command()));
            }
        }
        assertAll(lines);
    }
}
