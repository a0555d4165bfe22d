package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ALLOW_BUSY;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.NO_AUTH;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespWriter;
import java.util.function.Consumer;

/** PING, ECHO, AUTH, HELLO, SELECT, QUIT and RESET. Handlers run on the keyspace thread. */
public final class ConnectionCommands {
    private static final Bytes DEFAULT_USER = Bytes.copyOf("default");

    private final Credentials credentials;
    private final NodeFacts facts;
    private final Consumer<Session> onReset;

    /** @param onReset is told of a client that becomes as a fresh one, for what is kept of it elsewhere */
    public ConnectionCommands(Credentials credentials, NodeFacts facts, Consumer<Session> onReset) {
        this.credentials = credentials;
        this.facts = facts;
        this.onReset = onReset;
    }

    /** The family's rows. */
    public CommandFamily rows() {
        return family(
                "connection",
                AclCategory.CONNECTION,
                plain("ping", -1, ConnectionCommands::ping, FAST),
                plain("echo", 2, ConnectionCommands::echo, LOADING, STALE, FAST),
                plain("select", 2, ConnectionCommands::select, LOADING, STALE, FAST),
                plain("auth", -2, this::auth, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY),
                plain("hello", -1, this::hello, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY),
                plain("quit", -1, ConnectionCommands::quit, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY),
                plain("reset", 1, this::reset, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY));
    }

    /** PING [message]. */
    private static void ping(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() > 2) {
            throw ErrorReply.wrongArity("ping").raise();
        }
        if (ctx.session().isListening() && out.protocol() < 3) {
            out.array(2); // so that it cannot be taken for a message
            out.bulk("pong");
            out.bulk(args.count() == 2 ? args.get(1) : new Bytes());
        } else if (args.count() == 2) {
            out.bulk(args.get(1));
        } else {
            out.simple("PONG");
        }
    }

    /** ECHO message. */
    private static void echo(CommandContext ctx, Args args, ReplyWriter out) {
        out.bulk(args.get(1));
    }

    /** SELECT index. */
    private static void select(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.session().db(ctx.databaseIn(args, 1));
        out.ok();
    }

    /** AUTH [username] password. */
    private void auth(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() > 3) {
            throw ErrorReply.SYNTAX.raise();
        }
        boolean named = args.count() == 3;
        if (!named && !credentials.isPasswordRequired()) {
            throw ErrorReply.AUTH_WITHOUT_PASSWORD.raise();
        }
        Bytes user = named ? args.get(1) : DEFAULT_USER;
        if (!credentials.matches(user, args.get(args.count() - 1))) {
            throw ErrorReply.WRONG_PASS.raise();
        }
        ctx.session().logIn(user.toString());
        out.ok();
    }

    /** HELLO [protover [AUTH username password] [SETNAME clientname]]. Replies with a map of facts. */
    private void hello(CommandContext ctx, Args args, ReplyWriter out) {
        Session session = ctx.session();
        int protocol = args.count() > 1 ? protocol(args.get(1)) : session.protocol();
        Bytes user = null;
        Bytes password = null;
        Bytes name = null;
        for (int i = 2; i < args.count(); i++) {
            int left = args.count() - i - 1;
            if (args.get(i).isWord("auth") && left >= 2) {
                user = args.get(i + 1);
                password = args.get(i + 2);
                i += 2;
            } else if (args.get(i).isWord("setname") && left >= 1) {
                name = args.get(i + 1);
                if (!Session.isName(name)) {
                    throw ErrorReply.BAD_CLIENT_NAME.raise();
                }
                i++;
            } else {
                throw ErrorReply.of("ERR Syntax error in HELLO option '" + args.get(i) + "'")
                        .raise();
            }
        }
        if (user != null && !credentials.matches(user, password)) {
            throw ErrorReply.WRONG_PASS.raise();
        }
        if (user == null && !session.isLoggedIn()) {
            throw ErrorReply.HELLO_NO_AUTH.raise();
        }

        if (user != null) {
            session.logIn(user.toString());
        }
        if (name != null) {
            session.name(name.toString());
        }
        session.protocol(protocol);

        ((RespWriter) out).protocol(protocol);
        boolean hasRole = !facts.role().isEmpty();
        out.map(hasRole ? 7 : 6);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(facts.redisVersion());
        out.bulk("proto");
        out.integer(protocol);
        out.bulk("id");
        out.integer(session.id());
        out.bulk("mode");
        out.bulk(facts.mode());
        if (hasRole) {
            out.bulk("role");
            out.bulk(facts.role());
        }
        out.bulk("modules");
        out.array(0);
    }

    private static int protocol(Bytes word) {
        if (!Decimal.isLong(word)) {
            throw ErrorReply.HELLO_VERSION.raise();
        }
        long version = Decimal.toLong(word);
        if (version != 2 && version != 3) {
            throw ErrorReply.NO_PROTO.raise();
        }
        return (int) version;
    }

    /** QUIT. Replies, then closes the connection. */
    private static void quit(CommandContext ctx, Args args, ReplyWriter out) {
        out.ok();
        ctx.session().closeAfterReplies();
    }

    /** RESET. Back to how a fresh connection is: no name, no login, no MULTI, no watches, RESP2, database 0. */
    private void reset(CommandContext ctx, Args args, ReplyWriter out) {
        if (ctx.session().kind() != Session.Kind.NORMAL) {
            throw ErrorReply.of("ERR can only reset normal client connections").raise();
        }
        ctx.keyspace().unwatchAll(ctx.session());
        onReset.accept(ctx.session());
        ctx.session().reset();
        ((RespWriter) out).protocol(2);
        out.simple("RESET");
    }
}
