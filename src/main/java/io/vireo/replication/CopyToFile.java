package io.vireo.replication;

import io.vireo.base.Disk;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.Loading;
import io.vireo.persist.RdbLoader;
import io.vireo.persist.Saving;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * Takes a primary's full copy by way of a file: our old data stay until the whole copy is on the disk and known to be
 * sound. The file has the RDB file's name by the time it is loaded, so that a crash in between loses nothing.
 */
@RunsOn(Loop.KEYSPACE)
final class CopyToFile implements IncomingCopy {
    private final Config config;
    private final Keyspace keyspace;
    private final Saving saving;
    private final Loading loading;
    private final Executor loop;
    private final ServerLog log;

    private Listener listener;
    private IncomingFile file;
    private boolean isLoading;
    private long lastNumber;

    CopyToFile(Config config, Keyspace keyspace, Saving saving, Loading loading, Executor loop, ServerLog log) {
        this.config = config;
        this.keyspace = keyspace;
        this.saving = saving;
        this.loading = loading;
        this.loop = loop;
        this.log = log;
    }

    @Override
    public void begin(PayloadShape shape, boolean sameHistory, Listener newListener) {
        log.notice("MASTER <-> REPLICA sync: " + shape.announced(false));
        listener = newListener;
        file = new IncomingFile(
                new IncomingFile.Settings(
                        temporary(), rdbFile(), config.get(Options.RDBCHECKSUM), config.get(Options.DATABASES)),
                loop,
                () -> keyspace.size() > 0,
                newListener);
        Thread.ofPlatform().daemon().name("vireo-incoming-copy").start(file);
    }

    /** A copy may begin while the one before it, which was given up, still has its file: no two names are equal. */
    private Path temporary() {
        lastNumber = Math.max(lastNumber + 1, System.currentTimeMillis() / 1000);
        String name = "temp-" + lastNumber + "." + ProcessHandle.current().pid() + ".rdb";
        return config.get(Options.DIR).resolve(name);
    }

    private Path rdbFile() {
        return saving.file().path();
    }

    @Override
    public void accept(long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copyOut(address, bytes, 0, length);
        file.put(bytes);
    }

    @Override
    public void end(int trailingBytes) {
        file.end(trailingBytes);
    }

    @Override
    public void load() {
        if (saving.isRunning()) {
            log.notice(
                    "Replica is about to load the RDB file received from the master, but there is a pending RDB child"
                            + " running. Killing process "
                            + ProcessHandle.current().pid()
                            + " and removing its temp file to avoid any race");
            saving.abort();
        }
        log.notice("MASTER <-> REPLICA sync: Flushing old data");
        log.notice("MASTER <-> REPLICA sync: Loading DB in memory");
        Listener told = listener;
        Path path = rdbFile();
        try {
            file.putInPlaceIfHeld();
        } catch (IOException e) {
            file.giveUp();
            file = null;
            loop.execute(() -> told.loadFailed(e.getMessage()));
            return;
        }
        file = null;
        isLoading = true;
        loading.load(path, true, false, (loaded, problem) -> {
            isLoading = false;
            removeIfUnwanted(path);
            if (problem == null) {
                saving.wasLoaded();
                told.loaded(databaseOf(loaded));
            } else {
                told.loadFailed(problem.getMessage());
            }
        });
    }

    private static int databaseOf(RdbLoader.Loaded loaded) {
        var history = loaded.facts().history();
        return history == null ? 0 : Math.max(0, history.database());
    }

    /** A node that shall keep nothing on disk keeps this neither. */
    private void removeIfUnwanted(Path path) {
        if (config.get(Options.RDB_DEL_SYNC_FILES) && config.get(Options.SAVE).isEmpty()) {
            log.notice("Removing the RDB file obtained from the master. This replica has persistence disabled");
            try {
                Disk.delete(path);
            } catch (IOException e) {
                log.warning("Cannot remove " + path + ": " + e.getMessage());
            }
        }
    }

    @Override
    public void abandon() {
        listener = null;
        if (file != null) {
            file.giveUp();
            file = null;
        }
        if (isLoading) {
            loading.abort();
        }
    }
}
