package io.vireo.replication;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.MAY_REPLICATE;
import static io.vireo.command.CommandFlag.PUBSUB;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import java.util.List;

/** PUBLISH: a message for clients that listen, of which a replica may have some. */
final class PublishCommand {
    private PublishCommand() {}

    static CommandFamily rows() {
        return new CommandFamily(
                "pubsub",
                List.of(plain("publish", 3, PublishCommand::publish, PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE)));
    }

    /** PUBLISH channel message. Replies with how many clients here got it; replicas receive the command as it is. */
    private static void publish(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.propagateAnyway();
        out.integer(0);
    }
}
