package io.vireo.sentinel;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.NO_MULTI;
import static io.vireo.command.CommandFlag.PUBSUB;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Loop;
import io.vireo.base.Product;
import io.vireo.base.RunsOn;
import io.vireo.command.AclCategory;
import io.vireo.command.ClientCommands;
import io.vireo.command.CommandCommands;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandSpec;
import io.vireo.command.CommandTable;
import io.vireo.command.ConnectionCommands;
import io.vireo.command.Credentials;
import io.vireo.command.Gates;
import io.vireo.command.InfoCommand;
import io.vireo.command.NodeFacts;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.pubsub.Channels;
import io.vireo.pubsub.PubSubCommands;
import io.vireo.pubsub.SubscribedGate;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.voter.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a voter's port serves: the commands of Redis's Sentinel, and no data. The commands that nodes and voters talk by
 * are added by whoever owns the voter.
 *
 * <p>{@link #families} and {@link #addGate} go into a dispatcher of the port's own; then {@link #table} is set. The
 * owner calls {@link #tick} every few tens of milliseconds, and {@link #forget} for each client that has gone.
 */
@RunsOn(Loop.KEYSPACE)
public final class SentinelPort {
    /** Rows that a Sentinel has of those families. */
    private static final Set<String> CONNECTION = Set.of("ping", "auth", "hello", "quit");

    private static final Set<String> PUBSUB_ROWS = Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe");

    /** They would hold up what nodes ask the voter, and end the primary's lease. */
    private static final Set<String> NOT_OF_CLIENT = Set.of("pause", "unpause");

    private static final String HELLO_CHANNEL = "__sentinel__:hello";
    private static final ErrorReply ONLY_HELLO =
            ErrorReply.of("ERR Only HELLO messages are accepted by Sentinel instances.");

    private final Parts parts;
    private final Sessions sessions;
    private final Credentials credentials;
    private final Channels channels = new Channels();
    private final CommandCommands commands = new CommandCommands();
    private final Sentinel sentinel;

    /**
     * What the port needs of the voter and its process.
     *
     * @param source gives what the voter knows at the moment of the call
     * @param end ends what SHUTDOWN ends
     * @param port where it listens, as INFO tells it
     * @param startedAtMs in milliseconds since 1970
     */
    public record Parts(
            Supplier<GroupView> source, Timing timing, Handover handover, Runnable end, int port, long startedAtMs) {}

    /**
     * @param sessions the port's clients
     * @param credentials which they need
     */
    public SentinelPort(Parts parts, Sessions sessions, Credentials credentials) {
        this.parts = parts;
        this.sessions = sessions;
        this.credentials = credentials;
        this.sentinel = new Sentinel(parts.source(), parts.timing(), channels);
    }

    /** The families of the commands, for the dispatcher. */
    public List<CommandFamily> families() {
        InfoCommand info = new InfoCommand(List.of(
                new VoterServerSection(sentinel, parts.port(), parts.startedAtMs()),
                new VoterClientsSection(sessions, channels),
                new SentinelSection(sentinel),
                new VotersSection(this::facts)));
        return List.of(
                new SentinelCommands(sentinel, parts.handover()).rows(),
                only(CONNECTION, new ConnectionCommands(credentials, new Facts(), this::forget).rows()),
                clientRows(),
                commands.rows(),
                pubSubRows(),
                new CommandFamily(
                        "server",
                        List.of(
                                with(info.row(), AclCategory.DANGEROUS),
                                with(
                                        with(
                                                plain("role", 1, this::role, NOSCRIPT, LOADING, STALE, FAST),
                                                AclCategory.ADMIN),
                                        AclCategory.DANGEROUS),
                                plain("shutdown", -1, this::shutdown, ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI))));
    }

    private static CommandFamily only(Set<String> names, CommandFamily family) {
        return new CommandFamily(
                family.group(),
                family.commands().stream()
                        .filter(row -> names.contains(row.name()))
                        .toList());
    }

    private CommandFamily clientRows() {
        CommandFamily family = new ClientCommands(sessions, List.of()).rows();
        return new CommandFamily(
                family.group(),
                family.commands().stream().map(SentinelPort::withoutPause).toList());
    }

    private static CommandSpec withoutPause(CommandSpec row) {
        List<CommandSpec> rest = row.subcommands().stream()
                .filter(sub -> !NOT_OF_CLIENT.contains(sub.name()))
                .toList();
        return container(row.name(), row.arity(), rest);
    }

    private CommandFamily pubSubRows() {
        CommandFamily family = only(PUBSUB_ROWS, new PubSubCommands(channels).rows());
        List<CommandSpec> rows = new ArrayList<>(family.commands());
        rows.add(plain("publish", 3, SentinelPort::publish, PUBSUB, LOADING, STALE, FAST));
        return new CommandFamily(family.group(), rows);
    }

    /** Adds the gate before clients that subscribe. */
    public void addGate(Gates gates) {
        SubscribedGate.add(gates, channels);
    }

    /** Sets the table that COMMAND tells about. */
    public void table(CommandTable table) {
        commands.table(table);
    }

    /** Publishes what has changed since the last call. */
    public void tick() {
        sentinel.tick();
    }

    /** A client is gone. */
    public void forget(Session session) {
        channels.forget(session);
    }

    private VoterFacts facts() {
        GroupView view = parts.source().get();
        return new VoterFacts(
                view.voters(),
                view.usable(),
                view.promised(),
                view.record(),
                view.primaryAddress(),
                OptionalLong.empty());
    }

    /** ROLE. Replies with {@code sentinel} and the names of its masters. */
    private void role(CommandContext ctx, Args args, ReplyWriter out) {
        out.array(2);
        out.bulk("sentinel");
        out.array(1);
        out.bulk(sentinel.view().name());
    }

    /** PUBLISH channel message. Takes what a Sentinel of Redis says of itself, and has no use for it. */
    private static void publish(CommandContext ctx, Args args, ReplyWriter out) {
        if (!args.get(1).toString().equals(HELLO_CHANNEL)) {
            throw ONLY_HELLO.raise();
        }
        out.integer(1);
    }

    /** SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE]. There is nothing to save. No reply, as it ends. */
    private void shutdown(CommandContext ctx, Args args, ReplyWriter out) {
        for (int i = 1; i < args.count(); i++) {
            boolean isKnown = args.get(i).isWord("nosave")
                    || args.get(i).isWord("save")
                    || args.get(i).isWord("now")
                    || args.get(i).isWord("force");
            if (!isKnown) {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        ctx.session().closeAfterReplies();
        parts.end().run();
    }

    /** As HELLO says it. */
    private static final class Facts implements NodeFacts {
        @Override
        public String redisVersion() {
            return Product.REDIS_VERSION;
        }

        @Override
        public String mode() {
            return "sentinel";
        }

        @Override
        public String role() {
            return "";
        }
    }
}
