package io.vireo.aof;

import io.vireo.command.Command;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandSpec;
import io.vireo.command.Gate;
import io.vireo.command.Session;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/** Refuses writes while the append-only file cannot be written. Armed meanwhile. */
public final class AofErrorGate implements Gate {
    private final AofStatus status;

    public AofErrorGate(AofStatus status) {
        this.status = status;
    }

    @Override
    public boolean concerns(CommandSpec command) {
        return command.has(CommandFlag.WRITE) || command.name().equals("ping");
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        return session.kind() == Session.Kind.NORMAL
                ? ErrorReply.of("MISCONF Errors writing to the AOF file: " + status.problem())
                : null;
    }
}
