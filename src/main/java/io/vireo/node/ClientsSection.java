package io.vireo.node;

import io.vireo.command.Blocking;
import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.net.ClientLimits;
import io.vireo.tracking.Tracking;

/** INFO's {@code Clients}. */
final class ClientsSection implements InfoSection {
    private final Config config;
    private final Sessions sessions;
    private final Blocking blocking;
    private final ClientLimits limits;
    private final Tracking tracking;

    ClientsSection(Config config, Sessions sessions, Blocking blocking, ClientLimits limits, Tracking tracking) {
        this.config = config;
        this.sessions = sessions;
        this.blocking = blocking;
        this.limits = limits;
        this.tracking = tracking;
    }

    @Override
    public String title() {
        return "Clients";
    }

    @Override
    public void write(InfoText out) {
        long clients = sessions.all().stream()
                .filter(session -> session.kind() != Session.Kind.REPLICA)
                .count();
        out.field("connected_clients", clients)
                .field("cluster_connections", 0)
                .field("maxclients", config.get(Options.MAXCLIENTS))
                .field("client_recent_max_input_buffer", limits.largestInput())
                .field("client_recent_max_output_buffer", limits.largestOutput())
                .field("blocked_clients", blocking.size())
                .field("tracking_clients", tracking.clients())
                .field("clients_in_timeout_table", blocking.withDeadline());
    }
}
