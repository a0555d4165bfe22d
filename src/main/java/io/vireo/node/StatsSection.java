package io.vireo.node;

import io.vireo.command.Dispatcher;
import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.command.Sessions;
import io.vireo.net.RespListener;
import io.vireo.persist.Saving;
import io.vireo.pubsub.Channels;
import io.vireo.tracking.Tracking;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** INFO's {@code Stats}. */
final class StatsSection implements InfoSection {
    private static final long NANOS_PER_MICRO = 1000;

    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final DataFigures.Source data;
    private final RespListener listener;
    private final NodeTraffic traffic;
    private final Saving saving;
    private final Channels channels;
    private final Tracking tracking;
    private final IntSupplier migrateSockets;
    private final Consumer<InfoText> replication;

    /**
     * @param migrateSockets how many connections MIGRATE keeps
     * @param replication writes the fields that replication counts
     */
    StatsSection(
            Dispatcher dispatcher,
            Sessions sessions,
            DataFigures.Source data,
            RespListener listener,
            NodeTraffic traffic,
            Saving saving,
            Channels channels,
            Tracking tracking,
            IntSupplier migrateSockets,
            Consumer<InfoText> replication) {
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.data = data;
        this.listener = listener;
        this.traffic = traffic;
        this.saving = saving;
        this.channels = channels;
        this.tracking = tracking;
        this.migrateSockets = migrateSockets;
        this.replication = replication;
    }

    @Override
    public String title() {
        return "Stats";
    }

    @Override
    public void write(InfoText out) {
        DataFigures.Counts counts = data.now().counts();
        out.field("total_connections_received", sessions.accepted())
                .field("total_commands_processed", dispatcher.stats().commands())
                .field("instantaneous_ops_per_sec", dispatcher.stats().commandsPerSecond());
        traffic.writeBytes(out);
        out.field("rejected_connections", listener.refused());
        replication.accept(out);
        out.field("expired_keys", counts.expiredKeys())
                .field("expired_stale_perc", counts.stalePercent(), 2)
                .field("expired_time_cap_reached_count", counts.cyclesCutShort())
                .field("expire_cycle_cpu_milliseconds", counts.expireMs())
                .field("evicted_keys", counts.evictedKeys())
                .field("evicted_clients", listener.limits().evicted())
                .field("total_eviction_exceeded_time", counts.evictionExceededMs())
                .field("current_eviction_exceeded_time", counts.evictionExceedingMs())
                .field("keyspace_hits", counts.hits())
                .field("keyspace_misses", counts.misses())
                .field("pubsub_channels", channels.channels())
                .field("pubsub_patterns", channels.patterns())
                .field("pubsubshard_channels", channels.shardChannels())
                .field("latest_fork_usec", saving.lastCutNanos() / NANOS_PER_MICRO)
                .field("total_forks", saving.cuts())
                .field("migrate_cached_sockets", migrateSockets.getAsInt())
                .field("slave_expires_tracked_keys", counts.ownExpiries())
                .field("active_defrag_hits", counts.moved())
                .field("active_defrag_misses", counts.left())
                .field("active_defrag_key_hits", counts.keysMoved())
                .field("active_defrag_key_misses", counts.keysLeft())
                .field("total_active_defrag_time", counts.defragmentMs())
                .field("current_active_defrag_time", 0)
                .field("tracking_total_keys", tracking.keys())
                .field("tracking_total_items", tracking.items())
                .field("tracking_total_prefixes", tracking.prefixes())
                .field("unexpected_error_replies", 0)
                .field("total_error_replies", dispatcher.stats().errorReplies());
        traffic.writeCalls(out);
    }
}
