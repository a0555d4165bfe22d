package io.vireo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.disk.EveryMoment;
import io.vireo.testkit.disk.PowerLossDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CONFIG REWRITE: the file says what it said, or what it was to say, whatever the disk does meanwhile. */
class ConfigRewritePowerLossTest {
    private static final String OLD = "# written by hand\nport 7000\nmaxclients 100\n";
    private static final int WAYS = 20;

    private final PowerLossDisk disk = new PowerLossDisk();
    private final Path file = disk.root().resolve("vireo.conf");
    private Config config;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(file, OLD);
        disk.settle();
        config = ConfigIn.directory(disk.root(), "port 7000", "maxclients 100");
        config.file(file);
    }

    private static String text(PowerLossDisk disk) throws IOException {
        Path path = disk.root().resolve("vireo.conf");
        return Files.readString(path);
    }

    @Test
    void theOldTextOrTheNewOneIsThere() throws Exception {
        Set<String> known = new TreeSet<>(Set.of(OLD));
        Set<String> found = new TreeSet<>();
        String[] written = {OLD, OLD};
        long judged = EveryMoment.of(
                disk,
                WAYS,
                () -> {
                    for (String limit : new String[] {"200", "12345", "7"}) {
                        config.set(List.of("maxclients", limit), false, false);
                        written[1] = config.rewritten(written[0]);
                        known.add(written[1]);
                        config.rewrite();
                        written[0] = written[1];
                    }
                },
                after -> {
                    String text = text(after);
                    assertTrue(text.equals(written[0]) || text.equals(written[1]), text);
                    found.add(text);
                });
        assertEquals(4, known.size());
        assertEquals(known, found);
        assertTrue(judged >= 3 * 5 * WAYS, judged + " judged");
    }

    @Test
    void aFullDiskOrAFailedFlushLeavesTheOldTextAndNothingElse() throws Exception {
        config.set(List.of("maxclients", "200"), false, false);
        disk.fillAtWrite(1);
        assertThrows(ConfigRefusal.class, config::rewrite);
        assertEquals(OLD, text(disk));
        disk.makeRoom();
        disk.failFlush(1);
        assertThrows(ConfigRefusal.class, config::rewrite);
        assertEquals(OLD, text(disk));
        assertEquals(2, disk.paths().size(), disk.paths().toString());
        config.rewrite();
        assertTrue(text(disk.crash(0)).startsWith(OLD.replace("100", "200")));
    }
}
