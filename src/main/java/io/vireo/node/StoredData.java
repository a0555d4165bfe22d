package io.vireo.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vireo.aof.AofLoaded;
import io.vireo.aof.AofLoader;
import io.vireo.aof.AppendOnlyFile;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.CommandContext;
import io.vireo.config.AppendOnlyOptions;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationLog;
import io.vireo.persist.DroppedKeys;
import io.vireo.persist.Loading;
import io.vireo.persist.RdbFacts;
import io.vireo.persist.Saving;
import io.vireo.replication.Replication;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What lies on the disk, and how this node comes to hold it: at its start from the append-only file or the RDB file, and
 * later where DEBUG asks for it.
 */
@RunsOn(Loop.KEYSPACE)
final class StoredData {
    /**
     * What the node starts with.
     *
     * @param point of the replication stream that the data are a copy of, or null
     * @param dropped keys that were left out since their time was over
     * @param aof what was loaded from the append-only file, or null
     * @param rdb the RDB file that was loaded, or null
     */
    record Found(RdbFacts.ReplicationPoint point, DroppedKeys dropped, AofLoaded aof, Path rdb) {
        private static final Found NOTHING = new Found(null, DroppedKeys.NONE, null, null);
    }

    private final Config config;
    private final Keyspace keyspace;
    private final ReplicationLog stream;
    private final Saving saving;
    private final Loading loading;
    private final AppendOnlyFile appendOnly;
    private final Replication replication;
    private final ServerLog log;

    StoredData(
            Config config,
            Keyspace keyspace,
            ReplicationLog stream,
            Saving saving,
            Loading loading,
            AppendOnlyFile appendOnly,
            Replication replication,
            ServerLog log) {
        this.config = config;
        this.keyspace = keyspace;
        this.stream = stream;
        this.saving = saving;
        this.loading = loading;
        this.appendOnly = appendOnly;
        this.replication = replication;
        this.log = log;
    }

    /** Removes what a process that was killed has left half written. */
    void removeLeftovers() {
        try {
            saving.file().removeLeftovers();
            AppendOnlyFile.directory(config).removeLeftovers();
        } catch (IOException e) {
            log.warning("Cannot look for temporary files in " + config.get(Options.DIR) + ": " + e.getMessage());
        }
    }

    // At the start.

    /**
     * Loads the files, if there are any. What cannot be loaded ends the start: the data in it are not lost.
     *
     * @param dropsExpired whether keys of an RDB file whose time is over are left out
     */
    Future<Found> load(boolean dropsExpired) {
        boolean hasAof = config.get(AppendOnlyOptions.APPENDONLY)
                && AppendOnlyFile.directory(config).exists();
        return hasAof ? loadAof() : loadRdb(dropsExpired);
    }

    private Future<Found> loadAof() {
        Promise<Found> done = Promise.promise();
        AofLoader loader = aofLoader(false);
        loading.run(loader, loader::load, (loaded, problem) -> {
            if (problem == null) {
                saving.wasLoaded();
                done.complete(new Found(loaded.point(), DroppedKeys.NONE, loaded, null));
            } else {
                done.fail(AofLoader.refusal(problem));
            }
        });
        return done.future();
    }

    private AofLoader aofLoader(boolean flush) {
        AofLoader.Settings settings = new AofLoader.Settings(
                config.get(Options.RDBCHECKSUM),
                config.get(AppendOnlyOptions.AOF_LOAD_TRUNCATED),
                flush,
                config.get(Options.KEY_LOAD_DELAY));
        return new AofLoader(AppendOnlyFile.directory(config), keyspace, settings, log);
    }

    private Future<Found> loadRdb(boolean dropsExpired) {
        Path file = saving.file().path();
        if (!Files.exists(file)) {
            return Future.succeededFuture(Found.NOTHING);
        }
        Promise<Found> done = Promise.promise();
        long began = System.nanoTime();
        loading.load(file, false, dropsExpired, (loaded, problem) -> {
            if (problem != null) {
                done.fail("Fatal error loading the DB: " + problem.getMessage() + ". Exiting.");
                return;
            }
            saving.wasLoaded();
            double seconds = (System.nanoTime() - began) / 1e9;
            log.notice(String.format(Locale.ROOT, "DB loaded from disk: %.3f seconds", seconds));
            done.complete(new Found(loaded.facts().history(), loaded.dropped(), null, file));
        });
        return done.future();
    }

    /** Tells replicas of keys that were left out since their time was over. */
    void tellOf(DroppedKeys dropped) {
        for (DroppedKeys.Key key : dropped.keys()) {
            Deletion.begin(stream, key.database(), keyspace.lazyFreeing().expire)
                    .word(key.name());
            stream.commit();
        }
    }

    // Where DEBUG asks for it: the client waits, the others are told that we are loading.

    /** DEBUG RELOAD. */
    void reload(CommandContext ctx, boolean save, boolean flush, ReplyWriter reply) {
        if (!ctx.mayBlock()) {
            throw ErrorReply.of("ERR DEBUG RELOAD is not served inside a transaction")
                    .raise();
        }
        saving.abort();
        if (save && !saving.saveNow()) {
            throw ErrorReply.of("ERR Error trying to save the DB, check server logs.")
                    .raise();
        }
        NodeWait wait = new NodeWait(ctx.blocking());
        ctx.block(wait, reply);
        boolean dropsExpired = replication.isPrimary();
        loading.load(saving.file().path(), flush, dropsExpired, (loaded, problem) -> {
            if (problem == null) {
                saving.wasLoaded();
                log.warning("DB reloaded by DEBUG RELOAD");
                tellOf(loaded.dropped());
            }
            wait.answer(out ->
                    answer(problem, () -> "ERR Error trying to load the RDB dump: " + problem.getMessage(), out));
            replication.goOn();
        });
    }

    /** DEBUG LOADAOF: loads what the append-only file holds. */
    void loadAppendOnly(CommandContext ctx, ReplyWriter reply) {
        if (!ctx.mayBlock()) {
            throw ErrorReply.of("ERR DEBUG LOADAOF is not served inside a transaction")
                    .raise();
        }
        if (saving.running() != Saving.Running.TO_AOF) {
            saving.abort();
        }
        appendOnly.appendAllNow();
        NodeWait wait = new NodeWait(ctx.blocking());
        ctx.block(wait, reply);
        AofLoader loader = aofLoader(true);
        loading.run(loader, loader::load, (loaded, problem) -> {
            if (problem == null) {
                saving.wasLoaded();
                log.warning("Append Only File loaded by DEBUG LOADAOF");
            } else {
                log.warning(AofLoader.refusal(problem));
            }
            wait.answer(
                    out -> answer(problem, () -> "ERR Error trying to load the AOF files, check server logs.", out));
            replication.goOn();
        });
    }

    private static void answer(Throwable problem, Supplier<String> error, ReplyWriter out) {
        if (problem == null) {
            out.ok();
        } else {
            out.error(ErrorReply.of(error.get()));
        }
    }
}
