package io.vireo.node;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.ALLOW_BUSY;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.NO_MULTI;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.command.AclCategory;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.InfoCommand;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.time.Instant;
import java.util.List;

/** INFO, LOLWUT, TIME and SHUTDOWN. Handlers run on the keyspace thread. */
final class ServerCommands {
    private static final int NANOS_PER_MICRO = 1000;

    private final InfoCommand info;
    private final Shutdown shutdown;

    ServerCommands(InfoCommand info, Shutdown shutdown) {
        this.info = info;
        this.shutdown = shutdown;
    }

    CommandFamily rows() {
        return new CommandFamily(
                "server",
                List.of(
                        with(info.row(), AclCategory.DANGEROUS),
                        LolwutCommand.row(),
                        plain("time", 1, ServerCommands::time, LOADING, STALE, FAST),
                        plain("shutdown", -1, this::shutdown, ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY)));
    }

    /** TIME. Replies with seconds and microseconds since 1970. */
    private static void time(CommandContext ctx, Args args, ReplyWriter out) {
        Instant now = Instant.now();
        out.array(2);
        out.bulk(now.getEpochSecond());
        out.bulk(now.getNano() / NANOS_PER_MICRO);
    }

    /** SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]. Replies only if the server goes on. */
    private void shutdown(CommandContext ctx, Args args, ReplyWriter out) {
        boolean abort = false;
        Shutdown.Wish wish = Shutdown.Wish.NONE;
        for (int i = 1; i < args.count(); i++) {
            Bytes word = args.get(i);
            if (word.isWord("save") && !wish.noSave()) {
                wish = wish.withSave();
            } else if (word.isWord("nosave") && !wish.save()) {
                wish = wish.withNoSave();
            } else if (word.isWord("now")) {
                wish = wish.withNow();
            } else if (word.isWord("force")) {
                wish = wish.withForce();
            } else if (word.isWord("abort")) {
                abort = true;
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        if (abort && args.count() > 2) {
            throw ErrorReply.SYNTAX.raise();
        }
        if (abort) {
            if (!shutdown.abort()) {
                throw ErrorReply.of("ERR No shutdown in progress.").raise();
            }
            out.ok();
            return;
        }
        if (!shutdown.begin(Shutdown.REQUESTED, wish)) {
            throw Shutdown.FAILED.raise();
        }
        // Also where the node ends now: nothing that the client has sent behind this may run any more.
        ctx.block(shutdown.asker(ctx.blocking()), out);
    }
}
