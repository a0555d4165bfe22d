package io.vireo.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Options;
import io.vireo.config.PrimaryAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OomScoreTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"no, 7", "yes, 107", "relative, 107", "absolute, 100"})
    void theScoreIsSetAsAsked(String kind, String score) throws Exception {
        Config config = following("oom-score-adj " + kind, "oom-score-adj-values 100 200 300");
        assertEquals(score, score());
        config.set(List.of("oom-score-adj", "no"), true, false);
        assertEquals("7", score());
    }

    @Test
    void aReplicaHasAScoreOfItsOwn() throws Exception {
        Config config = following("oom-score-adj relative", "oom-score-adj-values 100 2000 300");
        config.put(Options.REPLICAOF, new PrimaryAddress("a", 1));
        assertEquals("1000", score());
        config.put(Options.REPLICAOF, PrimaryAddress.NONE);
        assertEquals("107", score());
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndTakenBack() throws Exception {
        Config config = following("oom-score-adj-values 100 200 300");
        Files.delete(folder.resolve("score"));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'oom-score-adj') - Failed to set current"
                        + " oom_score_adj. Check server logs.",
                assertThrows(ConfigRefusal.class, () -> config.set(List.of("oom-score-adj", "yes"), true, false))
                        .reason());
        assertEquals(Config.defaults().match(List.of("oom-score-adj")), config.match(List.of("oom-score-adj")));
    }

    private Config following(String... lines) throws IOException {
        Files.writeString(folder.resolve("score"), "7\n");
        Config config = Config.of(lines);
        new OomScore(config, ServerLog.silent(), folder.resolve("score")).follow();
        return config;
    }

    private String score() throws IOException {
        return Files.readString(folder.resolve("score")).strip();
    }
}
