package io.vireo.command;

import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;

/**
 * Runs one command: checks every argument, changes the data, replies.
 *
 * <p>The arity has been checked. A handler that throws has changed nothing.
 */
@FunctionalInterface
public interface Handler {
    void run(CommandContext ctx, Args args, ReplyWriter out);
}
