package io.vireo.command;

import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/** While the data set is being loaded only what does not need it may run. Armed meanwhile. */
public final class LoadingGate implements Gate {
    @Override
    public boolean concerns(CommandSpec command) {
        return !command.has(CommandFlag.LOADING);
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        return ErrorReply.LOADING;
    }
}
