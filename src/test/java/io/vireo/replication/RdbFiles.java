package io.vireo.replication;

import io.vireo.base.Bytes;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.Saving;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** RDB files for tests, written as a node writes them. */
final class RdbFiles {
    private RdbFiles() {}

    /** The bytes of a file with keys of these names in database 0. */
    static byte[] of(Path directory, String... keys) throws IOException {
        Keyspace keyspace = new Keyspace(16);
        keyspace.owner().claim();
        for (String key : keys) {
            keyspace.db(0).setString(Bytes.copyOf(key), Bytes.copyOf("of the copy"));
        }
        Path folder = Files.createTempDirectory(directory, "source");
        Config config = Config.of("dir " + folder);
        Saving saving = new Saving(config, keyspace, () -> null, Runnable::run, Runnable::run, ServerLog.silent());
        if (!saving.saveNow()) {
            throw new IOException("not saved");
        }
        return Files.readAllBytes(saving.file().path());
    }
}
