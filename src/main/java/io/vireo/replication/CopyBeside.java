package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.Loading;
import io.vireo.persist.RdbException;
import io.vireo.persist.RdbLoader;
import io.vireo.persist.RdbStreamSource;
import io.vireo.persist.Saving;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Executor;

/**
 * Takes a primary's full copy straight into memory, beside our old data, which it replaces once it is whole: no file, and
 * until the last moment nothing is lost by a copy that fails. For that time there must be memory for both.
 */
@RunsOn(Loop.KEYSPACE)
final class CopyBeside implements IncomingCopy {
    /** Bytes that may wait for the loader before the socket is not read any more. */
    private static final int ENOUGH_WAITING = 8 << 20;

    private final Config config;
    private final Keyspace keyspace;
    private final Saving saving;
    private final Loading loading;
    private final Executor loop;
    private final ServerLog log;
    private final Runnable onMemoryShort;

    private Listener listener;
    private RdbStreamSource source;
    private RdbLoader.Loaded loaded;
    private boolean allCame;

    /** The last bytes that came, as many as may turn out not to belong to the copy. */
    private byte[] tail = {};

    private int mostTrailing;

    /** @param onMemoryShort told when a copy failed since there was no memory for it beside our data */
    CopyBeside(
            Config config,
            Keyspace keyspace,
            Saving saving,
            Loading loading,
            Executor loop,
            ServerLog log,
            Runnable onMemoryShort) {
        this.config = config;
        this.keyspace = keyspace;
        this.saving = saving;
        this.loading = loading;
        this.loop = loop;
        this.log = log;
        this.onMemoryShort = onMemoryShort;
    }

    @Override
    public void begin(PayloadShape shape, boolean sameHistory, Listener newListener) {
        log.notice("MASTER <-> REPLICA sync: " + shape.announced(true));
        listener = newListener;
        loaded = null;
        allCame = false;
        tail = new byte[0];
        mostTrailing = shape instanceof PayloadShape.Marked(String mark) ? mark.length() : 0;
        long size = shape instanceof PayloadShape.Sized(long bytes) ? bytes : Long.MAX_VALUE;
        source = new RdbStreamSource(size, ENOUGH_WAITING, () -> loop.execute(this::lookWhetherPaused));
        log.notice("MASTER <-> REPLICA sync: Loading DB in memory");
        RdbLoader.Settings settings = new RdbLoader.Settings(
                config.get(Options.RDBCHECKSUM), false, System.currentTimeMillis(), config.get(Options.KEY_LOAD_DELAY));
        loading.beside().start(source, settings, sameHistory, log, this::ended);
    }

    private void ended(RdbLoader.Loaded whole, Exception problem) {
        if (problem == null) {
            loaded = whole;
            completeIfAllCame();
            return;
        }
        Listener told = listener;
        source = null;
        log.warning("MASTER <-> REPLICA sync: Discarding temporary DB in background");
        if (problem instanceof RdbException fault && fault.fault() == RdbException.Fault.MEMORY) {
            onMemoryShort.run();
        }
        told.unusable("Failed trying to load the MASTER synchronization DB from socket: " + problem.getMessage());
    }

    @Override
    public void accept(long address, int length) {
        byte[] all = Arrays.copyOf(tail, tail.length + length);
        RawMemory.copyOut(address, all, tail.length, length);
        int sure = Math.max(0, all.length - mostTrailing);
        tail = Arrays.copyOfRange(all, sure, all.length);
        if (source != null && sure > 0 && !source.put(Arrays.copyOf(all, sure))) {
            loop.execute(this::lookWhetherPaused);
        }
    }

    private void lookWhetherPaused() {
        if (source != null) {
            listener.congested(source.isPaused());
        }
    }

    @Override
    public void end(int trailingBytes) {
        allCame = true;
        if (source != null) {
            source.put(Arrays.copyOf(tail, tail.length - trailingBytes));
            source.end();
        }
        loop.execute(this::completeIfAllCame);
    }

    private void completeIfAllCame() {
        if (loaded == null || !allCame || source == null) {
            return;
        }
        Listener told = listener;
        if (source.remaining() > 0) {
            source = null;
            loading.beside().abandon();
            told.unusable("Corrupt RDB: it goes on behind its end (at offset "
                    + loaded.end().bytes() + ")");
        } else {
            source = null;
            told.complete(loaded.keys() == 0 && keyspace.size() > 0);
        }
    }

    @Override
    public void load() {
        if (saving.isRunning()) {
            log.notice("Replica is about to put the copy received from the master in place, but there is a pending RDB"
                    + " child running. Killing process "
                    + ProcessHandle.current().pid()
                    + " and removing its temp file to avoid any race");
            saving.abort();
        }
        log.notice("MASTER <-> REPLICA sync: Swapping active DB with loaded DB");
        loading.beside().putInPlace();
        log.notice("MASTER <-> REPLICA sync: Discarding old DB in background");
        saving.wasLoaded();
        Listener told = listener;
        var history = loaded.facts().history();
        int database = history == null ? 0 : Math.max(0, history.database());
        loaded = null;
        loop.execute(() -> told.loaded(database));
    }

    @Override
    public void abandon() {
        listener = null;
        if (source != null) {
            source.fail(new IOException("the copy was given up"));
            source = null;
        }
        loaded = null;
        loading.beside().abandon();
    }
}
