package io.vireo.command;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** SLOWLOG and its subcommands. Handlers run on the keyspace thread. */
public final class SlowLogCommands {
    private static final int USUAL_COUNT = 10;
    private static final int ENTRY_FIELDS = 6;
    private static final String[] HELP = {
        "SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GET [<count>]",
        "    The newest entries, 10 if no count is given, all for -1. Of each: its number,",
        "    when it ran, how many microseconds it took, its words, the client's address",
        "    and the client's name.",
        "LEN",
        "    How many entries there are.",
        "RESET",
        "    Forget all entries.",
        "HELP",
        "    This text.",
    };

    private SlowLog slowLog;

    /** The family's rows. {@link #slowLog} must be set before the first of them runs. */
    public CommandFamily rows() {
        return new CommandFamily(
                "server",
                List.of(container(
                        "slowlog",
                        -2,
                        List.of(
                                plain("get", -2, this::get, ADMIN, LOADING, STALE),
                                plain("len", 2, this::len, ADMIN, LOADING, STALE),
                                plain("reset", 2, this::reset, ADMIN, LOADING, STALE),
                                plain("help", 2, SlowLogCommands::help, LOADING, STALE)))));
    }

    /** Sets the log that is told about. */
    public void slowLog(SlowLog newSlowLog) {
        slowLog = newSlowLog;
    }

    /** SLOWLOG GET [count]. Replies with the newest entries. */
    private void get(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() > 3) {
            throw ErrorReply.subcommandSyntax(args.get(1).toString(), "SLOWLOG").raise();
        }
        long count = USUAL_COUNT;
        if (args.count() == 3) {
            count = Decimal.isLong(args.get(2)) ? Decimal.toLong(args.get(2)) : -2;
            if (count < -1) {
                throw ErrorReply.of("ERR count should be greater than or equal to -1")
                        .raise();
            }
        }
        int left = (int) (count < 0 ? slowLog.size() : Math.min(count, slowLog.size()));

        out.array(left);
        for (SlowLog.Entry entry : slowLog.entries()) {
            if (left-- == 0) {
                break;
            }
            write(entry, out);
        }
    }

    private static void write(SlowLog.Entry entry, ReplyWriter out) {
        out.array(ENTRY_FIELDS);
        out.integer(entry.id());
        out.integer(entry.atSeconds());
        out.integer(entry.micros());
        out.array(entry.words().size());
        entry.words().forEach(out::bulk);
        out.bulk(entry.address());
        out.bulk(entry.name().getBytes(StandardCharsets.UTF_8));
    }

    /** SLOWLOG LEN. */
    private void len(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(slowLog.size());
    }

    /** SLOWLOG RESET. */
    private void reset(CommandContext ctx, Args args, ReplyWriter out) {
        slowLog.reset();

        out.ok();
    }

    /** SLOWLOG HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(out, HELP);
    }
}
