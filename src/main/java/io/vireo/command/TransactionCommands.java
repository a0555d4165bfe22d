package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ALLOW_BUSY;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.SKIP_SLOWLOG;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.keyspace.Keyspace;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespWriter;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Set;

/** MULTI, EXEC, DISCARD, WATCH and UNWATCH. Handlers run on the keyspace thread. */
public final class TransactionCommands {
    private static final Set<String> RUN_INSIDE_MULTI = Set.of("exec", "discard", "multi", "watch", "quit", "reset");

    private Dispatcher dispatcher;

    /** The family's rows. {@link #dispatcher} must be set before the first EXEC. */
    public CommandFamily rows() {
        return family(
                "transactions",
                AclCategory.TRANSACTION,
                plain("multi", 1, TransactionCommands::multi, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY),
                plain("exec", 1, this::exec, NOSCRIPT, LOADING, STALE, SKIP_SLOWLOG),
                plain("discard", 1, TransactionCommands::discard, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY),
                new CommandSpec(
                        "watch",
                        -2,
                        Set.of(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY),
                        Set.of(),
                        List.of(KeySpec.keys(1, -1, 1, KeySpec.Flag.RO)),
                        TransactionCommands::watch,
                        List.of()),
                plain("unwatch", 1, TransactionCommands::unwatch, NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY));
    }

    /** Sets who runs the queued commands. */
    public void dispatcher(Dispatcher newDispatcher) {
        dispatcher = newDispatcher;
    }

    static boolean runsInsideMulti(Command command) {
        return RUN_INSIDE_MULTI.contains(command.spec().name());
    }

    /** MULTI. Commands that follow wait for EXEC. */
    private static void multi(CommandContext ctx, Args args, ReplyWriter out) {
        if (ctx.session().transaction().isOpen()) {
            throw ErrorReply.MULTI_NESTED.raise();
        }
        ctx.session().transaction().open();
        out.ok();
    }

    /** DISCARD. Forgets what was queued and what is watched. */
    private static void discard(CommandContext ctx, Args args, ReplyWriter out) {
        if (!ctx.session().transaction().isOpen()) {
            throw ErrorReply.DISCARD_WITHOUT_MULTI.raise();
        }
        end(ctx.keyspace(), ctx.session());
        out.ok();
    }

    /** WATCH key [key ...]. EXEC runs nothing if one of these keys has changed by then. */
    private static void watch(CommandContext ctx, Args args, ReplyWriter out) {
        Transaction transaction = ctx.session().transaction();
        if (transaction.isOpen()) {
            throw ErrorReply.WATCH_IN_MULTI.raise();
        }
        if (!transaction.isWatchedChanged()) {
            transaction.watching(true);
            for (int i = 1; i < args.count(); i++) {
                if (ctx.keyspace().watch(ctx.session(), ctx.session().db(), args.get(i))) {
                    transaction.addWatched(args.get(i).length());
                }
            }
        }
        out.ok();
    }

    /** UNWATCH. */
    private static void unwatch(CommandContext ctx, Args args, ReplyWriter out) {
        forgetWatched(ctx.keyspace(), ctx.session());
        out.ok();
    }

    /** EXEC. Replies with the queued commands' replies, or null if a watched key has changed. */
    private void exec(CommandContext ctx, Args args, ReplyWriter out) {
        Session session = ctx.session();
        Transaction transaction = session.transaction();
        if (!transaction.isOpen()) {
            throw ErrorReply.EXEC_WITHOUT_MULTI.raise();
        }
        if (transaction.isRefused()) {
            end(ctx.keyspace(), session);
            throw ErrorReply.EXEC_ABORTED.raise();
        }
        if (transaction.isWatchedChanged() || ctx.keyspace().hasExpiredWatched(session)) {
            end(ctx.keyspace(), session);
            out.nullArray();
            return;
        }

        List<Transaction.Queued> queue = transaction.queue();
        end(ctx.keyspace(), session);
        out.array(queue.size());
        session.insideExec(true);
        try {
            for (Transaction.Queued queued : queue) {
                dispatcher.callInside(session, queued.command(), queued.args(), (RespWriter) out);
            }
            session.insideExec(false);
            ctx.errorCounted(); // those in the reply are of the commands, which have counted them
        } finally {
            Reference.reachabilityFence(queue); // which owns the memory of the words
        }
    }

    /** An EXEC that is refused ends its transaction like one that fails. */
    static boolean isExec(Command command) {
        return command != null && command.fullName().equals("exec");
    }

    /** Forgets what was queued and what is watched. */
    static void end(Keyspace keyspace, Session session) {
        session.transaction().end();
        forgetWatched(keyspace, session);
    }

    private static void forgetWatched(Keyspace keyspace, Session session) {
        Transaction transaction = session.transaction();
        if (transaction.isWatching()) {
            keyspace.unwatchAll(session);
            transaction.watching(false);
        }
    }
}
