package io.vireo.replication;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.log.Backlog;
import io.vireo.log.ReplicationLog;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** INFO's {@code Replication}, and what replication counts for {@code Stats}. */
final class ReplicationSection implements InfoSection {
    private static final long SECOND_MS = 1_000;
    private static final double PERCENT = 100;

    private final Replication replication;
    private final Config config;

    ReplicationSection(Replication replication, Config config) {
        this.replication = replication;
        this.config = config;
    }

    @Override
    public String title() {
        return "Replication";
    }

    @Override
    public void write(InfoText out) {
        out.field("role", replication.isPrimary() ? "master" : "slave");
        if (!replication.isPrimary()) {
            writeLink(out);
        }
        writeReplicas(out);
        writeStream(out);
    }

    /** Where voters have yet to say who leads, the host is empty, and the port 0. */
    private void writeLink(InfoText out) {
        Optional<Target> primary = replication.primary();
        ReplicationLog log = replication.log();
        out.field("master_host", primary.map(Target::host).orElse(""))
                .field("master_port", primary.map(Target::port).orElse(0))
                .field("master_link_status", replication.isLinkUp() ? "up" : "down")
                .field("master_last_io_seconds_ago", replication.isLinkUp() ? seconds(replication.silentMs()) : -1)
                .flag("master_sync_in_progress", replication.link() instanceof LinkState.FullSync)
                .field("slave_read_repl_offset", replication.receivedOffset())
                .field("slave_repl_offset", log.endOffset());
        if (replication.link() instanceof LinkState.FullSync) {
            long total = replication.payloadBytes();
            long taken = replication.takenBytes();
            out.field("master_sync_total_bytes", total)
                    .field("master_sync_read_bytes", taken)
                    .field("master_sync_left_bytes", total - taken)
                    .field("master_sync_perc", total == 0 ? 0 : PERCENT * taken / total, 2)
                    .field("master_sync_last_io_seconds_ago", seconds(replication.silentMs()));
        }
        if (replication.isHeldOff()) {
            out.field("master_link_wipe_guard", "data_kept_from_empty_master");
        }
        if (!replication.isLinkUp()) {
            out.field("master_link_down_since_seconds", seconds(replication.downMs()));
        }
        out.field("slave_priority", config.get(Options.REPLICA_PRIORITY))
                .flag("slave_read_only", config.get(Options.REPLICA_READ_ONLY))
                .flag("replica_announced", config.get(Options.REPLICA_ANNOUNCED));
    }

    private void writeReplicas(InfoText out) {
        List<Feed> feeds = replication.feeds();
        out.field("connected_slaves", feeds.size());
        int least = config.get(Options.MIN_REPLICAS_TO_WRITE);
        int maxLag = config.get(Options.MIN_REPLICAS_MAX_LAG);
        if (least > 0 && maxLag > 0) {
            out.field("min_slaves_good_slaves", replication.goodReplicas(maxLag * SECOND_MS));
        }
        int number = 0;
        for (Feed feed : feeds) {
            out.field("slave" + number, replica(feed));
            number++;
        }
    }

    private static String replica(Feed feed) {
        return "ip=" + feed.replica().host() + ",port=" + feed.replica().port() + ",state="
                + feed.state().word() + ",offset=" + feed.acked() + ",lag=" + seconds(feed.lagMs());
    }

    private void writeStream(InfoText out) {
        ReplicationLog log = replication.log();
        Backlog backlog = log.backlog();
        out.field("master_failover_state", replication.failoverState().word())
                .field("master_replid", log.history().id())
                .field("master_replid2", log.history().formerId())
                .field("master_repl_offset", log.endOffset())
                .field("second_repl_offset", log.history().formerUpTo())
                .flag("repl_backlog_active", log.hasBacklog())
                .field("repl_backlog_size", log.backlogSizeBytes())
                .field("repl_backlog_first_byte_offset", backlog.exists() ? backlog.first() : 0)
                .field("repl_backlog_histlen", backlog.length());
    }

    /** Writes what is counted: full copies and why, and continuations. */
    void writeCounts(InfoText out) {
        long full = 0;
        long refused = 0;
        for (var entry : replication.fullSyncs().entrySet()) {
            full += entry.getValue();
            refused += entry.getKey() == SyncDecision.Reason.REQUESTED ? 0 : entry.getValue();
        }
        out.field("sync_full", full)
                .field("sync_partial_ok", replication.partialSyncs())
                .field("sync_partial_err", refused);
        for (SyncDecision.Reason reason : SyncDecision.Reason.values()) {
            out.field(
                    "sync_full_" + reason.name().toLowerCase(Locale.ROOT),
                    replication.fullSyncs().getOrDefault(reason, 0L));
        }
    }

    private static long seconds(long ms) {
        return ms < 0 ? -1 : ms / SECOND_MS;
    }
}
