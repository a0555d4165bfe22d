package io.vireo.command;

import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/** Lets a client that has not logged in run only what logs it in. Armed while a password is asked for. */
public final class AuthGate implements Gate {
    @Override
    public boolean concerns(CommandSpec command) {
        return !command.has(CommandFlag.NO_AUTH);
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        return session.isLoggedIn() ? null : ErrorReply.NO_AUTH;
    }
}
