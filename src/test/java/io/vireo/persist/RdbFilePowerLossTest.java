package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.ServerLog;
import io.vireo.config.ConfigIn;
import io.vireo.keyspace.Keyspace;
import io.vireo.testkit.disk.EveryMoment;
import io.vireo.testkit.disk.PowerLossDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An RDB file that is saved over an older one: one of the two is there whole, whatever the disk does. */
class RdbFilePowerLossTest {
    private static final int WAYS = 12;
    private static final int SAVES = 4;
    private static final int KEYS = 2_000;

    private final PowerLossDisk disk = new PowerLossDisk();
    private final Keyspace keyspace = new Keyspace(16);
    private Saving saving;

    @BeforeEach
    void fill() {
        keyspace.owner().claim();
        byte[] noise = new byte[100];
        Random random = new Random(5);
        for (int i = 0; i < KEYS; i++) {
            random.nextBytes(noise);
            keyspace.db(0).setString(Bytes.copyOf("key " + i), Bytes.copyOf(noise));
        }
        saving = new Saving(
                ConfigIn.directory(disk.root()),
                keyspace,
                () -> null,
                Runnable::run,
                Runnable::run,
                ServerLog.silent());
    }

    private boolean save(int version) {
        keyspace.db(0).setString(Bytes.copyOf("version"), Bytes.copyOf("no. " + version));
        return saving.saveNow();
    }

    /** Which save a disk has whole, or 0. */
    private static int version(PowerLossDisk disk) throws IOException, RdbException {
        Path directory = disk.root();
        Path file = directory.resolve("dump.rdb");
        if (!Files.exists(file)) {
            return 0;
        }
        Map<String, RdbImage.Held> keys =
                RdbImage.of(Files.readAllBytes(file)).databases.get(0);
        assertEquals(KEYS + 1, keys.size());
        return Integer.parseInt(keys.get("version").value().substring("no. ".length()));
    }

    @Test
    void theOldFileOrTheNewOneIsThereWhole() throws Exception {
        int[] saved = new int[1];
        Set<Integer> ahead = new TreeSet<>();
        long judged = EveryMoment.of(
                disk,
                WAYS,
                () -> {
                    for (int version = 1; version <= SAVES; version++) {
                        assertTrue(save(version));
                        saved[0] = version;
                    }
                },
                after -> {
                    int found = version(after);
                    assertTrue(found == saved[0] || found == saved[0] + 1, found + " after " + saved[0]);
                    ahead.add(found - saved[0]);
                });
        assertEquals(Set.of(0, 1), ahead);
        assertTrue(judged > SAVES * 6 * WAYS, judged + " judged");
    }

    @Test
    void aSaveThatFindsTheDiskFullOrCannotFlushLeavesTheOldFileAndNothingElse() throws Exception {
        assertTrue(save(1));
        disk.fillAtWrite(2);
        assertFalse(save(2));
        assertEquals(1, version(disk));
        disk.makeRoom();
        disk.failFlush(1);
        assertFalse(save(3));
        for (int seed = 0; seed < 50; seed++) {
            assertEquals(1, version(disk.crash(seed)));
        }
        assertEquals(2, disk.paths().size(), disk.paths().toString());
        assertTrue(save(4));
        assertEquals(4, version(disk.crash(0)));
    }

    @Test
    void aSaveWhoseNameCouldNotBeFlushedSaysSo() throws Exception {
        assertTrue(save(1));
        disk.failFlush(2);
        assertFalse(save(2));
        assertTrue(Set.of(1, 2).contains(version(disk.crash(7))));
    }
}
