package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.InfoText;

/** How far a loading is, as INFO tells it. */
@RunsOn(Loop.KEYSPACE)
record LoadingProgress(LoadingWork loader, long startedAtMs) {
    private static final double PERCENT = 100;

    void write(InfoText out) {
        long total = Math.max(1, loader.totalBytes());
        long loaded = loader.loadedBytes();
        long seconds = (System.currentTimeMillis() - startedAtMs) / 1000;
        long eta = loaded == 0 ? 1 : Math.max(1, seconds * (total - loaded) / loaded);
        out.field("loading_start_time", startedAtMs / 1000)
                .field("loading_total_bytes", total)
                .field("loading_rdb_used_mem", loader.announcedBytes())
                .field("loading_loaded_bytes", loaded)
                .field("loading_loaded_perc", PERCENT * loaded / total, 2)
                .field("loading_eta_seconds", eta);
    }
}
