package io.vireo.node;

import io.vireo.aof.AppendOnlyFile;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.Loading;
import io.vireo.persist.Saving;

/** INFO's {@code Persistence}. */
@RunsOn(Loop.KEYSPACE)
final class PersistenceSection implements InfoSection {
    private final Keyspace keyspace;
    private final Saving saving;
    private final Loading loading;
    private final AppendOnlyFile appendOnly;

    PersistenceSection(Keyspace keyspace, Saving saving, Loading loading, AppendOnlyFile appendOnly) {
        this.keyspace = keyspace;
        this.saving = saving;
        this.loading = loading;
        this.appendOnly = appendOnly;
    }

    @Override
    public String title() {
        return "Persistence";
    }

    @Override
    public void write(InfoText out) {
        boolean running = saving.isRunning();
        boolean shown = running && keyspace.owner().isHeldHere();
        long total = shown ? keyspace.cuts().keysTotal() : 0;
        long done = saving.keysWritten();
        out.flag("loading", loading.hidesData())
                .flag(
                        "async_loading",
                        loading.beside().isUnderWay() && loading.beside().isServing())
                .field("current_cow_peak", shown ? keyspace.cuts().extraBytes() : 0)
                .field("current_cow_size", shown ? keyspace.cuts().extraBytes() : 0)
                .field("current_cow_size_age", 0)
                .field("current_fork_perc", total == 0 ? 0 : 100.0 * done / total, 2)
                .field("current_save_keys_processed", done)
                .field("current_save_keys_total", total)
                .field("rdb_changes_since_last_save", saving.changesSinceSave())
                .flag("rdb_bgsave_in_progress", running && saving.running() != Saving.Running.TO_AOF)
                .field("rdb_last_save_time", saving.savedAtMs() / 1000)
                .field("rdb_last_bgsave_status", saving.isLastOk() ? "ok" : "err")
                .field("rdb_last_bgsave_time_sec", saving.lastSeconds())
                .field("rdb_current_bgsave_time_sec", saving.currentSeconds())
                .field("rdb_saves", saving.saves())
                .field("rdb_last_cow_size", saving.lastExtraBytes())
                .field("rdb_last_load_keys_expired", loading.lastExpired())
                .field("rdb_last_load_keys_loaded", loading.lastLoaded());
        appendOnly.writeFacts(out);
        out.field("module_fork_in_progress", 0).field("module_fork_last_cow_size", 0);
        appendOnly.writeSizes(out);
        loading.writeProgress(out);
    }
}
