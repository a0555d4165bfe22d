package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import io.vireo.testkit.Transcript;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transcripts of the unit tests are what redis-server says today. */
@NeedsRedis
class TranscriptIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    @ParameterizedTest
    @ValueSource(strings = {"list", "set", "zset", "hash", "stream", "geo", "sort", "bitmap", "hyperloglog"})
    void redisServerAnswersSo(String name) {
        List<Executable> lines = new ArrayList<>();
        try (RespClient redis = servers.start(Program.REDIS).client()) {
            for (Transcript.Line line : Transcript.of(name)) {
                String reply = redis.run(line.command());
                lines.add(() -> assertEquals(line.reply(), Transcript.escaped(reply), line.command()));
            }
        }
        assertAll(lines);
    }
}
