package io.vireo.node;

import io.vireo.command.Dispatcher;
import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.command.Sessions;
import io.vireo.keyspace.Keyspace;
import io.vireo.net.RespListener;
import java.util.function.Consumer;

/** INFO's {@code Stats}. */
final class StatsSection implements InfoSection {
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Keyspace keyspace;
    private final RespListener listener;
    private final Rates rates;
    private final Consumer<InfoText> replication;

    /** @param replication writes the fields that replication counts */
    StatsSection(
            Dispatcher dispatcher,
            Sessions sessions,
            Keyspace keyspace,
            RespListener listener,
            Rates rates,
            Consumer<InfoText> replication) {
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.keyspace = keyspace;
        this.listener = listener;
        this.rates = rates;
        this.replication = replication;
    }

    @Override
    public String title() {
        return "Stats";
    }

    @Override
    public void write(InfoText out) {
        out.field("total_connections_received", sessions.accepted())
                .field("total_commands_processed", dispatcher.stats().commands())
                .field("instantaneous_ops_per_sec", dispatcher.stats().commandsPerSecond())
                .field("total_net_input_bytes", listener.traffic().receivedBytes())
                .field("total_net_output_bytes", listener.traffic().sentBytes())
                .field("instantaneous_input_kbps", rates.inputKilobytes(), 2)
                .field("instantaneous_output_kbps", rates.outputKilobytes(), 2)
                .field("rejected_connections", listener.refused());
        replication.accept(out);
        out.field("expired_keys", keyspace.expiredKeys())
                .field("evicted_keys", keyspace.eviction().evictedKeys())
                .field("total_eviction_exceeded_time", keyspace.eviction().totalExceededMs())
                .field("current_eviction_exceeded_time", keyspace.eviction().currentExceededMs())
                .field("keyspace_hits", keyspace.hits())
                .field("keyspace_misses", keyspace.misses())
                .field("pubsub_channels", 0)
                .field("pubsub_patterns", 0)
                .field("latest_fork_usec", 0)
                .field("total_forks", 0)
                .field("total_error_replies", dispatcher.stats().errorReplies());
    }
}
