package io.vireo.pubsub;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.MAY_REPLICATE;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.PUBSUB;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Glob;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandSpec;
import io.vireo.command.Handler;
import io.vireo.command.HelpReply;
import io.vireo.command.KeySpec;
import io.vireo.command.Session;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespWriter;
import java.util.List;
import java.util.Set;

/** SUBSCRIBE, PUBLISH and their relatives. Handlers run on the keyspace thread. */
public final class PubSubCommands {
    private static final CommandFlag[] LISTENING = {PUBSUB, NOSCRIPT, LOADING, STALE};
    private static final CommandFlag[] SENDING = {PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE};
    private static final CommandFlag[] ASKING = {PUBSUB, LOADING, STALE};

    private final Channels channels;
    private final RespWriter pushes = new RespWriter();

    public PubSubCommands(Channels channels) {
        this.channels = channels;
    }

    /** The family's rows. */
    public CommandFamily rows() {
        return new CommandFamily(
                "pubsub",
                List.of(
                        plain("subscribe", -2, subscribe(ChannelKind.CHANNEL), LISTENING),
                        plain("unsubscribe", -1, unsubscribe(ChannelKind.CHANNEL), LISTENING),
                        plain("psubscribe", -2, subscribe(ChannelKind.PATTERN), LISTENING),
                        plain("punsubscribe", -1, unsubscribe(ChannelKind.PATTERN), LISTENING),
                        sharded(plain("ssubscribe", -2, subscribe(ChannelKind.SHARD), LISTENING), -1),
                        sharded(plain("sunsubscribe", -1, unsubscribe(ChannelKind.SHARD), LISTENING), -1),
                        plain("publish", 3, this::publish, SENDING),
                        sharded(plain("spublish", 3, this::spublish, SENDING), 0),
                        container(
                                "pubsub",
                                -2,
                                List.of(
                                        plain("channels", -2, names(ChannelKind.CHANNEL), ASKING),
                                        plain("numsub", -2, numbers(ChannelKind.CHANNEL), ASKING),
                                        plain("numpat", 2, this::numpat, ASKING),
                                        plain("shardchannels", -2, names(ChannelKind.SHARD), ASKING),
                                        plain("shardnumsub", -2, numbers(ChannelKind.SHARD), ASKING),
                                        plain("help", 2, PubSubCommands::help, LOADING, STALE)))));
    }

    /** The same row, whose channels are routed as keys are. */
    private static CommandSpec sharded(CommandSpec row, int last) {
        KeySpec keys = KeySpec.keys(1, last, 1, KeySpec.Flag.NOT_KEY);
        return new CommandSpec(
                row.name(), row.arity(), row.flags(), row.categories(), List.of(keys), row.handler(), List.of());
    }

    /** SUBSCRIBE channel [channel ...]. Replies for each with how many the client listens to by then. */
    private Handler subscribe(ChannelKind kind) {
        return (ctx, args, out) -> {
            for (int i = 1; i < args.count(); i++) {
                channels.subscribe(ctx.session(), kind, args.get(i));
                reply(ctx, kind, kind.subscribed(), args.get(i), out);
            }
        };
    }

    /** UNSUBSCRIBE [channel ...]. Without names the client listens to none any more. */
    private Handler unsubscribe(ChannelKind kind) {
        return (ctx, args, out) -> {
            if (args.count() > 1) {
                for (int i = 1; i < args.count(); i++) {
                    channels.unsubscribe(ctx.session(), kind, args.get(i));
                    reply(ctx, kind, kind.unsubscribed(), args.get(i), out);
                }
                return;
            }
            List<Bytes> all = channels.of(ctx.session(), kind);
            for (Bytes name : all) {
                channels.unsubscribe(ctx.session(), kind, name);
                reply(ctx, kind, kind.unsubscribed(), name, out);
            }
            if (all.isEmpty()) {
                reply(ctx, kind, kind.unsubscribed(), null, out);
            }
        };
    }

    /** Such a reply is a push: a client that wants no replies gets it all the same. */
    private void reply(CommandContext ctx, ChannelKind kind, byte[] what, Bytes name, ReplyWriter replies) {
        Session session = ctx.session();
        ReplyWriter out = session.isMuted() ? pushes.to(session.connection().output(), session.protocol()) : replies;
        out.push(3);
        out.bulk(what);
        if (name == null) {
            out.nullBulk();
        } else {
            out.bulk(name);
        }
        out.integer(channels.countFor(session, kind));
    }

    /** PUBLISH channel message. Replies with how many clients here got it; replicas receive the command as it is. */
    private void publish(CommandContext ctx, Args args, ReplyWriter out) {
        int receivers = channels.publish(args.get(1), args.get(2));
        ctx.propagateAnyway();
        out.integer(receivers);
    }

    /** SPUBLISH channel message. As PUBLISH, for those who listen to the channel of a shard. */
    private void spublish(CommandContext ctx, Args args, ReplyWriter out) {
        int receivers = channels.publishToShard(args.get(1), args.get(2));
        ctx.propagateAnyway();
        out.integer(receivers);
    }

    /** PUBSUB CHANNELS [pattern]. Replies with the names that anybody listens to. */
    private Handler names(ChannelKind kind) {
        return (ctx, args, out) -> {
            if (args.count() > 3) {
                throw ErrorReply.badSubcommand(args.get(1).toString(), "PUBSUB").raise();
            }
            Set<Bytes> all = channels.names(kind);
            List<Bytes> names = args.count() == 2
                    ? List.copyOf(all)
                    : all.stream()
                            .filter(name -> Glob.matches(args.get(2), name, false))
                            .toList();
            out.array(names.size());
            names.forEach(out::bulk);
        };
    }

    /** PUBSUB NUMSUB [channel ...]. Replies with each name and how many listen to it. */
    private Handler numbers(ChannelKind kind) {
        return (ctx, args, out) -> {
            out.array(2 * (args.count() - 2));
            for (int i = 2; i < args.count(); i++) {
                out.bulk(args.get(i));
                out.integer(channels.listeners(kind, args.get(i)));
            }
        };
    }

    /** PUBSUB NUMPAT. Replies with how many patterns anybody listens to. */
    private void numpat(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(channels.patterns());
    }

    /** PUBSUB HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(
                out,
                "PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
                "CHANNELS [<pattern>]",
                "    The channels that anybody listens to; with a pattern, those that match it.",
                "NUMPAT",
                "    How many patterns are listened to.",
                "NUMSUB [<channel> ...]",
                "    How many listen to each of these channels.",
                "SHARDCHANNELS [<pattern>]",
                "    The channels of shards that anybody listens to.",
                "SHARDNUMSUB [<shardchannel> ...]",
                "    How many listen to each of these channels of shards.",
                "HELP",
                "    This text.");
    }
}
