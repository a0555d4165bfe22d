package io.vireo.persist;

import io.vireo.command.Command;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandSpec;
import io.vireo.command.Gate;
import io.vireo.command.Session;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/** Refuses writes while snapshots are wanted, if {@code stop-writes-on-bgsave-error}. Armed while the last one failed. */
public final class SaveErrorGate implements Gate {
    private final Config config;

    public SaveErrorGate(Config config) {
        this.config = config;
    }

    @Override
    public boolean concerns(CommandSpec command) {
        return command.has(CommandFlag.WRITE) || command.name().equals("ping");
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        boolean refused = session.kind() == Session.Kind.NORMAL
                && !config.get(Options.SAVE).isEmpty()
                && config.get(Options.STOP_WRITES_ON_BGSAVE_ERROR);
        return refused ? ErrorReply.MISCONF : null;
    }
}
