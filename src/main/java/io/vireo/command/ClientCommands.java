package io.vireo.command;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** CLIENT and its subcommands. Handlers run on the keyspace thread. */
public final class ClientCommands {
    private static final String[] HELP = {
        "CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GETNAME",
        "    The name of this connection.",
        "ID",
        "    The number of this connection.",
        "INFO",
        "    This connection as one line.",
        "KILL <ip:port>",
        "KILL <option> <value> [<option> <value> [...]]",
        "    Close connections. Options: ADDR, LADDR, TYPE, USER, ID, SKIPME.",
        "LIST [TYPE (NORMAL|MASTER|REPLICA|PUBSUB)] [ID <id> [<id> ...]]",
        "    All connections, a line each.",
        "SETINFO (LIB-NAME|LIB-VER) <value>",
        "    Note which client library this connection uses.",
        "SETNAME <name>",
        "    Give this connection a name.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    End what a connection waits for, as if its time were over or with an error.",
        "HELP",
        "    This text.",
    };

    private final Sessions sessions;

    public ClientCommands(Sessions sessions) {
        this.sessions = sessions;
    }

    /** The family's rows. */
    public CommandFamily rows() {
        return family(
                "connection",
                AclCategory.CONNECTION,
                container(
                        "client",
                        -2,
                        List.of(
                                plain("id", 2, ClientCommands::id, NOSCRIPT, LOADING, STALE),
                                plain("info", 2, ClientCommands::info, NOSCRIPT, LOADING, STALE),
                                plain("list", -2, this::list, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("kill", -3, this::kill, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("getname", 2, ClientCommands::getName, NOSCRIPT, LOADING, STALE),
                                plain("setname", 3, ClientCommands::setName, NOSCRIPT, LOADING, STALE),
                                plain("setinfo", 4, ClientCommands::setInfo, NOSCRIPT, LOADING, STALE),
                                plain("unblock", -3, this::unblock, ADMIN, NOSCRIPT, LOADING, STALE),
                                plain("help", 2, ClientCommands::help, LOADING, STALE))));
    }

    /** CLIENT ID. */
    private static void id(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(ctx.session().id());
    }

    /** CLIENT INFO. */
    private static void info(CommandContext ctx, Args args, ReplyWriter out) {
        out.verbatim("txt", utf8(ClientText.of(ctx.session(), ctx.nowMs()) + "\n"));
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
        Predicate<Session> shown = session -> true;
        if (args.count() > 2) {
            if (args.get(2).isWord("type") && args.count() == 4) {
                shown = ofType(args.get(3));
            } else if (args.get(2).isWord("id") && args.count() > 3) {
                List<Long> ids = new ArrayList<>();
                for (int i = 3; i < args.count(); i++) {
                    ids.add(clientId(args.get(i), "ERR Invalid client ID"));
                }
                shown = session -> ids.contains(session.id());
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }

        StringBuilder lines = new StringBuilder();
        for (Session session : sessions.all()) {
            if (shown.test(session)) {
                lines.append(ClientText.of(session, ctx.nowMs())).append('\n');
            }
        }
        out.verbatim("txt", utf8(lines.toString()));
    }

    /** CLIENT KILL addr, replies OK; or CLIENT KILL filter value [filter value ...], replies with how many. */
    private void kill(CommandContext ctx, Args args, ReplyWriter out) {
        boolean oldForm = args.count() == 3;
        boolean skipMe = !oldForm;
        Predicate<Session> wanted = session -> true;
        if (oldForm) {
            String address = args.get(2).toString();
            wanted = session -> session.connection().peerAddress().equals(address);
        } else {
            if (args.count() % 2 != 0) {
                throw ErrorReply.SYNTAX.raise();
            }
            for (int i = 2; i < args.count(); i += 2) {
                if (args.get(i).isWord("skipme")) {
                    skipMe = yesNo(args.get(i + 1));
                } else {
                    wanted = wanted.and(filter(args.get(i), args.get(i + 1)));
                }
            }
        }

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

    /** CLIENT UNBLOCK id [TIMEOUT | ERROR]. Replies whether that client waited for something that may be ended. */
    private void unblock(CommandContext ctx, Args args, ReplyWriter out) {
        boolean withError = args.count() == 4 && args.get(3).isWord("error");
        if (args.count() > 4 || args.count() == 4 && !withError && !args.get(3).isWord("timeout")) {
            throw ErrorReply.UNBLOCK_REASON.raise();
        }
        Session session = sessions.byId(args.integer(2));

        boolean ended = session != null && ctx.blocking().unblock(session, withError);

        out.integer(ended ? 1 : 0);
    }

    private static Predicate<Session> filter(Bytes option, Bytes value) {
        String text = value.toString();
        if (option.isWord("id")) {
            long id = clientId(value, "ERR client-id should be greater than 0");
            return session -> session.id() == id;
        }
        if (option.isWord("addr")) {
            return session -> session.connection().peerAddress().equals(text);
        }
        if (option.isWord("laddr")) {
            return session -> session.connection().localAddress().equals(text);
        }
        if (option.isWord("type")) {
            return ofType(value);
        }
        if (option.isWord("user")) {
            if (!text.equals("default")) {
                throw ErrorReply.of("ERR No such user '" + text + "'").raise();
            }
            return session -> session.user().equals(text);
        }
        throw ErrorReply.SYNTAX.raise();
    }

    private static Predicate<Session> ofType(Bytes type) {
        if (type.isWord("normal")) {
            return session -> session.kind() == Session.Kind.NORMAL;
        }
        if (type.isWord("master")) {
            return session -> session.kind() == Session.Kind.PRIMARY;
        }
        if (type.isWord("slave") || type.isWord("replica")) {
            return session -> session.kind() == Session.Kind.REPLICA;
        }
        if (type.isWord("pubsub")) {
            return session -> false;
        }
        throw ErrorReply.of("ERR Unknown client type '" + type + "'").raise();
    }

    private static boolean yesNo(Bytes word) {
        if (word.isWord("yes")) {
            return true;
        }
        if (word.isWord("no")) {
            return false;
        }
        throw ErrorReply.SYNTAX.raise();
    }

    private static long clientId(Bytes word, String problem) {
        if (!Decimal.isLong(word) || Decimal.toLong(word) <= 0) {
            throw ErrorReply.of(problem).raise();
        }
        return Decimal.toLong(word);
    }

    /** CLIENT HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(out, HELP);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
