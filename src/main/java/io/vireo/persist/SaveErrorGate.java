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

/** Refuses writes while snapshots are wanted and the last one failed, if {@code stop-writes-on-bgsave-error}. */
public final class SaveErrorGate implements Gate {
    private final Config config;
    private final Saving saving;

    public SaveErrorGate(Config config, Saving saving) {
        this.config = config;
        this.saving = saving;
    }

    @Override
    public boolean concerns(CommandSpec command) {
        return command.has(CommandFlag.WRITE) || command.name().equals("ping");
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        boolean refused = !saving.isLastOk()
                && session.kind() == Session.Kind.NORMAL
                && !config.get(Options.SAVE).isEmpty()
                && config.get(Options.STOP_WRITES_ON_BGSAVE_ERROR);
        return refused ? ErrorReply.MISCONF : null;
    }
}
