package io.vireo.aof;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.NO_ASYNC_LOADING;

import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.List;

/** BGREWRITEAOF. Handlers run on the keyspace thread. */
public final class AofCommands {
    private static final ErrorReply IN_PROGRESS =
            ErrorReply.of("ERR Background append only file rewriting already in progress");

    private final AppendOnlyFile file;

    public AofCommands(AppendOnlyFile file) {
        this.file = file;
    }

    /** The family's rows. */
    public CommandFamily rows() {
        return new CommandFamily(
                "server", List.of(plain("bgrewriteaof", 1, this::rewrite, ADMIN, NOSCRIPT, NO_ASYNC_LOADING)));
    }

    /** BGREWRITEAOF. Also where the file is off: its base is then what would be loaded if it were on. */
    private void rewrite(CommandContext ctx, Args args, ReplyWriter out) {
        if (file.isRewriting()) {
            throw IN_PROGRESS.raise();
        }
        out.simple(file.rewriteAsked());
    }
}
