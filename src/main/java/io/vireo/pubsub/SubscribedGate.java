package io.vireo.pubsub;

import io.vireo.command.Command;
import io.vireo.command.CommandSpec;
import io.vireo.command.Gate;
import io.vireo.command.Gates;
import io.vireo.command.Session;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import java.util.Set;

/**
 * In RESP2 a client cannot tell messages from replies, so one that listens may run little else. Armed while anybody
 * listens.
 */
public final class SubscribedGate implements Gate {
    private static final Set<String> ALLOWED = Set.of(
            "ping",
            "subscribe",
            "unsubscribe",
            "psubscribe",
            "punsubscribe",
            "ssubscribe",
            "sunsubscribe",
            "quit",
            "reset");

    /** Adds such a gate, and keeps it armed while somebody listens. */
    public static void add(Gates gates, Channels channels) {
        SubscribedGate gate = new SubscribedGate();
        gates.add(gate);
        channels.onChange(() -> gates.arm(gate, !channels.isEmpty()));
    }

    @Override
    public boolean concerns(CommandSpec command) {
        return !ALLOWED.contains(command.name());
    }

    @Override
    public boolean isAskedForQueued() {
        return false;
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        if (session.protocol() >= 3 || !session.isListening()) {
            return null;
        }
        return ErrorReply.of("ERR Can't execute '" + command.fullName() + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE"
                + " / PING / QUIT / RESET are allowed in this context");
    }
}
