package io.vireo.sentinel;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.command.Sessions;
import io.vireo.pubsub.Channels;

/** INFO's {@code Clients} on a voter's port: nodes and other voters are among them. */
final class VoterClientsSection implements InfoSection {
    private final Sessions sessions;
    private final Channels channels;

    VoterClientsSection(Sessions sessions, Channels channels) {
        this.sessions = sessions;
        this.channels = channels;
    }

    @Override
    public String title() {
        return "Clients";
    }

    @Override
    public void write(InfoText out) {
        out.field("connected_clients", sessions.size())
                .field("blocked_clients", 0)
                .field("total_connections_received", sessions.accepted())
                .field("pubsub_channels", channels.channels())
                .field("pubsub_patterns", channels.patterns());
    }
}
