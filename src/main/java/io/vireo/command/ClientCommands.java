package io.vireo.command;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** CLIENT and its subcommands. Handlers run on the keyspace thread. */
public final class ClientCommands {
    private static final String[] HELP = {
        "CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CACHING (YES|NO)",
        "    Whether what the next command reads is tracked, in the modes OPTIN and OPTOUT.",
        "GETNAME",
        "    The name of this connection.",
        "GETREDIR",
        "    The connection that is told what concerns this one; 0: itself, -1: nothing is tracked.",
        "ID",
        "    The number of this connection.",
        "INFO",
        "    This connection as one line.",
        "KILL <ip:port>",
        "KILL <option> <value> [<option> <value> [...]]",
        "    Close connections. Options: ADDR, LADDR, TYPE, USER, ID, MAXAGE, SKIPME.",
        "LIST [TYPE (NORMAL|MASTER|REPLICA|PUBSUB)] [ID <id> [<id> ...]]",
        "    All connections, a line each.",
        "NO-EVICT (ON|OFF)",
        "    Keep this connection where all connections together take too much memory.",
        "NO-TOUCH (ON|OFF)",
        "    Whether keys that this connection reads do not count as used.",
        "PAUSE <milliseconds> [WRITE|ALL]",
        "    Let commands wait, all of them or those that write.",
        "READS (ANY | [NOTOLDER <token>] [MAXLAG <milliseconds>])",
        "    Have reads refused where the data are older than a token of REPLTOKEN, or than a time.",
        "REPLY (ON|OFF|SKIP)",
        "    Whether this connection is answered; SKIP leaves out one reply.",
        "SETINFO (LIB-NAME|LIB-VER) <value>",
        "    Note which client library this connection uses.",
        "SETNAME <name>",
        "    Give this connection a name.",
        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
        "         [OPTIN] [OPTOUT] [NOLOOP]",
        "    Tell this connection, or another, when keys change that it keeps copies of.",
        "TRACKINGINFO",
        "    How this connection is told so.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    End what a connection waits for, as if its time were over or with an error.",
        "UNPAUSE",
        "    End a pause.",
        "HELP",
        "    This text.",
    };

    private final Sessions sessions;
    private final List<CommandSpec> more;

    /** @param more subcommands that a feature brings */
    public ClientCommands(Sessions sessions, List<CommandSpec> more) {
        this.sessions = sessions;
        this.more = more;
    }

    /** The family's rows. */
    public CommandFamily rows() {
        return family(
                "connection",
                AclCategory.CONNECTION,
                container(
                        "client",
                        -2,
                        withMore(
                                plain("id", 2, ClientCommands::id, NOSCRIPT, LOADING, STALE),
                                plain("info", 2, ClientCommands::info, NOSCRIPT, LOADING, STALE),
                                plain("list", -2, this::list, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("kill", -3, this::kill, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("getname", 2, ClientCommands::getName, NOSCRIPT, LOADING, STALE),
                                plain("setname", 3, ClientCommands::setName, NOSCRIPT, LOADING, STALE),
                                plain("setinfo", 4, ClientCommands::setInfo, NOSCRIPT, LOADING, STALE),
                                plain("reply", 3, ClientCommands::reply, NOSCRIPT, LOADING, STALE),
                                plain("pause", -3, ClientCommands::pause, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("unpause", 2, ClientCommands::unpause, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("no-evict", 3, ClientCommands::noEvict, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("no-touch", 3, ClientCommands::noTouch, NOSCRIPT, LOADING, STALE),
                                plain("unblock", -3, this::unblock, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("help", 2, ClientCommands::help, LOADING, STALE))));
    }

    private List<CommandSpec> withMore(CommandSpec... own) {
        List<CommandSpec> all = new ArrayList<>(List.of(own));
        all.addAll(more);
        return all;
    }

    /** CLIENT ID. */
    private static void id(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(ctx.session().id());
    }

    /** CLIENT INFO. */
    private static void info(CommandContext ctx, Args args, ReplyWriter out) {
        out.verbatim("txt", utf8(line(ctx, ctx.session(), args) + "\n"));
    }

    /** CLIENT GETNAME. Replies with null for a client without a name. */
    private static void getName(CommandContext ctx, Args args, ReplyWriter out) {
        if (ctx.session().name().isEmpty()) {
            out.nullBulk();
        } else {
            out.bulk(ctx.session().name());
        }
    }

    /** CLIENT SETNAME name. An empty name takes the name away. */
    private static void setName(CommandContext ctx, Args args, ReplyWriter out) {
        if (!Session.isName(args.get(2))) {
            throw ErrorReply.BAD_CLIENT_NAME.raise();
        }
        ctx.session().name(args.get(2).toString());
        out.ok();
    }

    /** CLIENT SETINFO LIB-NAME|LIB-VER value. */
    private static void setInfo(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes attribute = args.get(2);
        boolean isName = attribute.isWord("lib-name");
        if (!isName && !attribute.isWord("lib-ver")) {
            throw ErrorReply.of("ERR Unrecognized option '" + attribute + "'").raise();
        }
        Bytes value = args.get(3);
        if (!Session.isName(value)) {
            throw ErrorReply.of("ERR " + attribute.toString().toLowerCase(Locale.ROOT)
                            + " cannot contain spaces, newlines or special characters.")
                    .raise();
        }
        if (isName) {
            ctx.session().libraryName(value.toString());
        } else {
            ctx.session().libraryVersion(value.toString());
        }
        out.ok();
    }

    /** CLIENT LIST [TYPE type] [ID id ...]. */
    private void list(CommandContext ctx, Args args, ReplyWriter out) {
        Predicate<Session> shown = ClientFilter.ofList(args);

        StringBuilder lines = new StringBuilder();
        for (Session session : sessions.all()) {
            if (shown.test(session)) {
                lines.append(line(ctx, session, args)).append('\n');
            }
        }
        out.verbatim("txt", utf8(lines.toString()));
    }

    private static String line(CommandContext ctx, Session session, Args args) {
        return ClientText.of(session, ctx.nowMs(), session == ctx.session() ? args.totalLength() : 0);
    }

    /** CLIENT KILL addr, replies OK; or CLIENT KILL filter value [filter value ...], replies with how many. */
    private void kill(CommandContext ctx, Args args, ReplyWriter out) {
        boolean oldForm = args.count() == 3;
        boolean skipMe = !oldForm && ClientFilter.skipsMe(args);
        String address = args.get(2).toString();
        Predicate<Session> wanted = oldForm
                ? session -> session.connection().peerAddress().equals(address)
                : ClientFilter.ofKill(args, ctx.nowMs());

        int killed = 0;
        for (Session session : List.copyOf(sessions.all())) {
            if (!wanted.test(session) || skipMe && session == ctx.session()) {
                continue;
            }
            killed++;
            if (session == ctx.session()) {
                session.closeAfterReplies();
            } else {
                session.connection().closeNow();
            }
        }
        if (oldForm && killed == 0) {
            throw ErrorReply.NO_SUCH_CLIENT.raise();
        }
        if (oldForm) {
            out.ok();
        } else {
            out.integer(killed);
        }
    }

    /** CLIENT REPLY ON | OFF | SKIP. Only ON has a reply. */
    private static void reply(CommandContext ctx, Args args, ReplyWriter out) {
        Session session = ctx.session();
        if (args.get(2).isWord("on")) {
            session.replies(Session.Replies.ON);
            ((RespWriter) out).to(session.output(), session.protocol()).ok();
        } else if (args.get(2).isWord("off")) {
            session.replies(Session.Replies.OFF);
        } else if (args.get(2).isWord("skip")) {
            session.skipNextReply();
        } else {
            throw ErrorReply.SYNTAX.raise();
        }
    }

    /** CLIENT PAUSE ms [WRITE | ALL]. */
    private static void pause(CommandContext ctx, Args args, ReplyWriter out) {
        requireAtMost(4, args);
        Pause.Scope scope = Pause.Scope.ALL;
        if (args.count() == 4) {
            if (args.get(3).isWord("write")) {
                scope = Pause.Scope.WRITE;
            } else if (!args.get(3).isWord("all")) {
                throw ErrorReply.PAUSE_MODE.raise();
            }
        }
        long ms = ctx.timeoutMs(args.get(2));

        Blocking blocking = ctx.blocking();
        blocking.beginPause(Pause.Purpose.CLIENT, scope, Blocking.after(blocking.nowMs(), ms));

        out.ok();
    }

    /** CLIENT UNPAUSE. */
    private static void unpause(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.blocking().endPause(Pause.Purpose.CLIENT);
        out.ok();
    }

    /** CLIENT NO-EVICT ON | OFF. */
    private static void noEvict(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.session().evictable(!onOff(args.get(2)));
        out.ok();
    }

    /** CLIENT NO-TOUCH ON | OFF. */
    private static void noTouch(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.session().touching(!onOff(args.get(2)));
        out.ok();
    }

    private static boolean onOff(Bytes word) {
        if (word.isWord("on")) {
            return true;
        }
        if (word.isWord("off")) {
            return false;
        }
        throw ErrorReply.SYNTAX.raise();
    }

    /** CLIENT UNBLOCK id [TIMEOUT | ERROR]. Replies whether that client waited for something that may be ended. */
    private void unblock(CommandContext ctx, Args args, ReplyWriter out) {
        requireAtMost(4, args);
        boolean withError = args.count() == 4 && args.get(3).isWord("error");
        if (args.count() == 4 && !withError && !args.get(3).isWord("timeout")) {
            throw ErrorReply.UNBLOCK_REASON.raise();
        }
        Session session = sessions.byId(args.integer(2));

        boolean ended = session != null && ctx.blocking().unblock(session, withError);

        out.integer(ended ? 1 : 0);
    }

    private static void requireAtMost(int words, Args args) {
        if (args.count() > words) {
            throw ErrorReply.badSubcommand(args.get(1).toString(), "CLIENT").raise();
        }
    }

    /** CLIENT HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(out, HELP);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
