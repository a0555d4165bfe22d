package io.vireo.node;

import io.vireo.command.Blocking;
import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.config.Config;
import io.vireo.config.Options;

/** INFO's {@code Clients}. */
final class ClientsSection implements InfoSection {
    private final Config config;
    private final Sessions sessions;
    private final Blocking blocking;

    ClientsSection(Config config, Sessions sessions, Blocking blocking) {
        this.config = config;
        this.sessions = sessions;
        this.blocking = blocking;
    }

    @Override
    public String title() {
        return "Clients";
    }

    @Override
    public void write(InfoText out) {
        int clients = 0;
        long largestInput = 0;
        long largestOutput = 0;
        for (Session session : sessions.all()) {
            clients += session.kind() == Session.Kind.REPLICA ? 0 : 1;
            largestInput = Math.max(largestInput, session.connection().queryBytes());
            largestOutput = Math.max(largestOutput, session.connection().outputBytes());
        }
        out.field("connected_clients", clients)
                .field("cluster_connections", 0)
                .field("maxclients", config.get(Options.MAXCLIENTS))
                .field("client_recent_max_input_buffer", largestInput)
                .field("client_recent_max_output_buffer", largestOutput)
                .field("blocked_clients", blocking.size())
                .field("tracking_clients", 0)
                .field("clients_in_timeout_table", blocking.withDeadline());
    }
}
