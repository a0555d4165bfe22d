package io.vireo.tracking;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandSpec;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.command.TrackingMode;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** CLIENT TRACKING and its relatives. Handlers run on the keyspace thread. */
@RunsOn(Loop.KEYSPACE)
final class TrackingCommands {
    private static final ErrorReply TWO_REDIRECTS =
            ErrorReply.of("ERR A client can only redirect to a single other client");
    private static final ErrorReply NO_SUCH_REDIRECT =
            ErrorReply.of("ERR The client ID you want redirect to does not exist");
    private static final ErrorReply PREFIX_WITHOUT_BCAST =
            ErrorReply.of("ERR PREFIX option requires BCAST mode to be enabled");
    private static final ErrorReply SWITCHES_BCAST =
            ErrorReply.of("ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then"
                    + " re-enabling it with a different mode.");
    private static final ErrorReply OPT_WITH_BCAST =
            ErrorReply.of("ERR OPTIN and OPTOUT are not compatible with BCAST");
    private static final ErrorReply OPTIN_WITH_OPTOUT =
            ErrorReply.of("ERR You can't specify both OPTIN mode and OPTOUT mode");
    private static final ErrorReply SWITCHES_OPT =
            ErrorReply.of("ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then"
                    + " re-enabling it with a different mode.");
    private static final ErrorReply CACHING_WITHOUT_TRACKING =
            ErrorReply.of("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or"
                    + " OPTOUT mode enabled");
    private static final ErrorReply YES_WITHOUT_OPTIN =
            ErrorReply.of("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
    private static final ErrorReply NO_WITHOUT_OPTOUT =
            ErrorReply.of("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");

    /** What the words of CLIENT TRACKING ask for. */
    private static final class Wish {
        private long redirect;
        private boolean broadcast;
        private boolean optIn;
        private boolean optOut;
        private boolean noLoop;
        private final List<Bytes> prefixes = new ArrayList<>();
    }

    private final Tracking tracking;
    private final Sessions sessions;

    TrackingCommands(Tracking tracking, Sessions sessions) {
        this.tracking = tracking;
        this.sessions = sessions;
    }

    List<CommandSpec> rows() {
        return List.of(
                plain("tracking", -3, this::tracking, NOSCRIPT, LOADING, STALE),
                plain("caching", 3, TrackingCommands::caching, NOSCRIPT, LOADING, STALE),
                plain("trackinginfo", 2, this::trackingInfo, NOSCRIPT, LOADING, STALE),
                plain("getredir", 2, TrackingCommands::getRedirect, NOSCRIPT, LOADING, STALE));
    }

    /** CLIENT TRACKING ON|OFF [REDIRECT id] [BCAST] [PREFIX prefix ...] [OPTIN] [OPTOUT] [NOLOOP]. */
    private void tracking(CommandContext ctx, Args args, ReplyWriter out) {
        Wish wish = wish(args);
        Session session = ctx.session();
        boolean on = args.get(2).isWord("on");
        if (!on && !args.get(2).isWord("off")) {
            throw ErrorReply.SYNTAX.raise();
        }
        if (on) {
            check(wish, session.tracking());
            if (wish.broadcast) {
                checkPrefixes(wish.prefixes, tracking.broadcasts().of(session));
            }
        }

        if (on) {
            tracking.begin(
                    session, new TrackingMode(wish.redirect, wish.broadcast, wish.optIn, wish.optOut, wish.noLoop));
            if (wish.broadcast && wish.prefixes.isEmpty()) {
                tracking.broadcasts().add(session, new Bytes());
            }
            wish.prefixes.forEach(prefix -> tracking.broadcasts().add(session, prefix));
        } else {
            tracking.forget(session);
        }

        out.ok();
    }

    private Wish wish(Args args) {
        Wish wish = new Wish();
        for (int i = 3; i < args.count(); i++) {
            Bytes word = args.get(i);
            boolean more = i + 1 < args.count();
            if (more && word.isWord("redirect")) {
                if (wish.redirect != 0) {
                    throw TWO_REDIRECTS.raise();
                }
                wish.redirect = args.integer(++i);
                if (sessions.byId(wish.redirect) == null) {
                    throw NO_SUCH_REDIRECT.raise();
                }
            } else if (more && word.isWord("prefix")) {
                wish.prefixes.add(args.get(++i));
            } else if (word.isWord("bcast")) {
                wish.broadcast = true;
            } else if (word.isWord("optin")) {
                wish.optIn = true;
            } else if (word.isWord("optout")) {
                wish.optOut = true;
            } else if (word.isWord("noloop")) {
                wish.noLoop = true;
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        return wish;
    }

    private static void check(Wish wish, TrackingMode now) {
        if (!wish.broadcast && !wish.prefixes.isEmpty()) {
            throw PREFIX_WITHOUT_BCAST.raise();
        }
        if (now != null && now.isBroadcast() != wish.broadcast) {
            throw SWITCHES_BCAST.raise();
        }
        if (wish.broadcast && (wish.optIn || wish.optOut)) {
            throw OPT_WITH_BCAST.raise();
        }
        if (wish.optIn && wish.optOut) {
            throw OPTIN_WITH_OPTOUT.raise();
        }
        if (now != null && (wish.optIn && now.isOptOut() || wish.optOut && now.isOptIn())) {
            throw SWITCHES_OPT.raise();
        }
    }

    private static void checkPrefixes(List<Bytes> prefixes, Collection<Bytes> own) {
        for (int i = 0; i < prefixes.size(); i++) {
            Bytes prefix = prefixes.get(i);
            for (Bytes other : own) {
                if (overlaps(prefix, other)) {
                    throw overlap(prefix, "an existing prefix", other).raise();
                }
            }
            for (Bytes other : prefixes.subList(i + 1, prefixes.size())) {
                if (overlaps(prefix, other)) {
                    throw overlap(prefix, "another provided prefix", other).raise();
                }
            }
        }
    }

    private static boolean overlaps(Bytes a, Bytes b) {
        return Broadcasts.begins(a, b) || Broadcasts.begins(b, a);
    }

    private static ErrorReply overlap(Bytes prefix, String with, Bytes other) {
        return ErrorReply.of("ERR Prefix '" + prefix + "' overlaps with " + with + " '" + other
                + "'. Prefixes for a single client must not overlap.");
    }

    /** CLIENT CACHING YES | NO. Holds for the next command, or for all of a transaction. */
    private static void caching(CommandContext ctx, Args args, ReplyWriter out) {
        TrackingMode mode = ctx.session().tracking();
        if (mode == null) {
            throw CACHING_WITHOUT_TRACKING.raise();
        }
        if (args.get(2).isWord("yes")) {
            if (!mode.isOptIn()) {
                throw YES_WITHOUT_OPTIN.raise();
            }
        } else if (args.get(2).isWord("no")) {
            if (!mode.isOptOut()) {
                throw NO_WITHOUT_OPTOUT.raise();
            }
        } else {
            throw ErrorReply.SYNTAX.raise();
        }

        ctx.session().sayCaching();

        out.ok();
    }

    /** CLIENT GETREDIR. Replies with the id of the client that is told instead: 0 for itself, -1 without tracking. */
    private static void getRedirect(CommandContext ctx, Args args, ReplyWriter out) {
        TrackingMode mode = ctx.session().tracking();
        out.integer(mode == null ? -1 : mode.redirect());
    }

    /** CLIENT TRACKINGINFO. Replies with a map: the flags, the client that is told instead, and the prefixes. */
    private void trackingInfo(CommandContext ctx, Args args, ReplyWriter out) {
        Session session = ctx.session();
        List<String> flags = flags(session);
        Collection<Bytes> prefixes = tracking.broadcasts().of(session);

        out.map(3);
        out.bulk("flags");
        out.set(flags.size());
        flags.forEach(out::bulk);
        out.bulk("redirect");
        out.integer(session.tracking() == null ? -1 : session.tracking().redirect());
        out.bulk("prefixes");
        out.array(prefixes.size());
        prefixes.forEach(out::bulk);
    }

    private static List<String> flags(Session session) {
        TrackingMode mode = session.tracking();
        if (mode == null) {
            return List.of("off");
        }
        List<String> flags = new ArrayList<>(List.of("on"));
        add(flags, "bcast", mode.isBroadcast());
        add(flags, "optin", mode.isOptIn());
        add(flags, "caching-yes", mode.isOptIn() && session.isCachingSaid());
        add(flags, "optout", mode.isOptOut());
        add(flags, "caching-no", mode.isOptOut() && session.isCachingSaid());
        add(flags, "noloop", mode.isNoLoop());
        add(flags, "broken_redirect", mode.isBroken());
        return flags;
    }

    private static void add(List<String> flags, String flag, boolean isSet) {
        if (isSet) {
            flags.add(flag);
        }
    }
}
