package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.FAST;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.List;

/** Commands that work on whole databases. Handlers run on the keyspace thread. */
public final class DatabaseCommands {
    private final Runnable onFlushAll;

    /** @param onFlushAll what is to be done when all data are gone, before FLUSHALL replies */
    public DatabaseCommands(Runnable onFlushAll) {
        this.onFlushAll = onFlushAll;
    }

    /** The family's rows. */
    public CommandFamily rows() {
        return family(
                "server",
                AclCategory.KEYSPACE,
                read("dbsize", 1, List.of(), DatabaseCommands::dbsize, FAST),
                with(write("flushdb", -1, List.of(), DatabaseCommands::flushdb), AclCategory.DANGEROUS),
                with(write("flushall", -1, List.of(), this::flushall), AclCategory.DANGEROUS),
                with(write("swapdb", 3, List.of(), DatabaseCommands::swapdb, FAST), AclCategory.DANGEROUS));
    }

    /** DBSIZE. Counts expired keys that are not deleted yet. */
    private static void dbsize(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(ctx.db().size());
    }

    /** FLUSHDB [ASYNC | SYNC]. Replicas receive it even where there was nothing to delete. */
    private static void flushdb(CommandContext ctx, Args args, ReplyWriter out) {
        boolean lazily = isLazy(ctx, args);

        long keys = ctx.db().size();
        ctx.db().flush(lazily);
        ctx.changed(keys);

        out.ok();
    }

    /** FLUSHALL [ASYNC | SYNC]. Replicas receive it even where there was nothing to delete. */
    private void flushall(CommandContext ctx, Args args, ReplyWriter out) {
        boolean lazily = isLazy(ctx, args);

        long keys = 0;
        for (int i = 0; i < ctx.keyspace().databases(); i++) {
            keys += ctx.db(i).size();
        }
        ctx.keyspace().flushAll(lazily);
        ctx.changed(keys);
        onFlushAll.run();

        out.ok();
    }

    /** Memory is always given back aside: the words decide what is counted as freed lazily. */
    private static boolean isLazy(CommandContext ctx, Args args) {
        if (args.count() == 1) {
            return ctx.keyspace().lazyFreeing().userFlush;
        }
        boolean lazily = args.get(1).isWord("async");
        if (args.count() > 2 || !lazily && !args.get(1).isWord("sync")) {
            throw ErrorReply.SYNTAX.raise();
        }
        return lazily;
    }

    /** SWAPDB index1 index2. */
    private static void swapdb(CommandContext ctx, Args args, ReplyWriter out) {
        int first = index(args.get(1), ErrorReply.INVALID_FIRST_DB);
        int second = index(args.get(2), ErrorReply.INVALID_SECOND_DB);
        int databases = ctx.keyspace().databases();
        if (first < 0 || first >= databases || second < 0 || second >= databases) {
            throw ErrorReply.DB_OUT_OF_RANGE.raise();
        }

        ctx.keyspace().swap(first, second);
        ctx.changed(1);

        out.ok();
    }

    private static int index(Bytes word, ErrorReply otherwise) {
        if (!Decimal.isLong(word) || Decimal.toLong(word) != (int) Decimal.toLong(word)) {
            throw otherwise.raise();
        }
        return (int) Decimal.toLong(word);
    }
}
