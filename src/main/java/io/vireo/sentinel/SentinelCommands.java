package io.vireo.sentinel;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Glob;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandSpec;
import io.vireo.command.Handler;
import io.vireo.command.HelpReply;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.topology.Endpoint;
import io.vireo.voter.VoterReply.Heard;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * SENTINEL and its subcommands. There is one master, and its name is the set's. What would change who votes, or how the
 * group elects, is refused: the set is fixed, and each node has its own configuration.
 */
@RunsOn(Loop.KEYSPACE)
final class SentinelCommands {
    static final ErrorReply UNKNOWN_MASTER = ErrorReply.of("ERR No such master with that name");
    static final ErrorReply IN_PROGRESS = ErrorReply.of("INPROG Failover already in progress");
    static final ErrorReply NO_GOOD_REPLICA = ErrorReply.of("NOGOODSLAVE No suitable replica to promote");
    private static final ErrorReply DUPLICATE_MASTER = ErrorReply.of("ERR Duplicate master name.");
    private static final ErrorReply SCRIPTS_DENIED = ErrorReply.of(
            "ERR Reconfiguration of scripts path is denied for security reasons. Check the deny-scripts-reconfig"
                    + " configuration directive in your Sentinel configuration");
    private static final ErrorReply CONFIG_SYNTAX =
            ErrorReply.of("ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported.");
    private static final ErrorReply UNKNOWN_FAILURE = ErrorReply.of("ERR Unknown failure simulation specified");

    private final Sentinel sentinel;
    private final Handover handover;

    SentinelCommands(Sentinel sentinel, Handover handover) {
        this.sentinel = sentinel;
        this.handover = handover;
    }

    /** The family's rows. */
    CommandFamily rows() {
        return new CommandFamily(
                "sentinel",
                List.of(container(
                        "sentinel",
                        -2,
                        List.of(
                                row("ckquorum", 3, this::ckquorum),
                                row("config", -3, this::config),
                                row("debug", -2, this::debug),
                                row("failover", 3, this::failover),
                                row("flushconfig", 2, SentinelCommands::flushconfig),
                                row("get-master-addr-by-name", 3, this::getMasterAddrByName),
                                plain("help", 2, SentinelCommands::help, LOADING, STALE),
                                row("info-cache", -3, this::infoCache),
                                row("is-master-down-by-addr", 6, this::isMasterDownByAddr),
                                row("master", 3, this::master),
                                row("masters", 2, this::masters),
                                row("monitor", 6, this::monitor),
                                row("myid", 2, this::myid),
                                row("pending-scripts", 2, SentinelCommands::pendingScripts),
                                row("remove", 3, this::remove),
                                row("replicas", 3, this::replicas),
                                row("reset", 3, this::reset),
                                row("sentinels", 3, this::sentinels),
                                row("set", -5, this::set),
                                row("simulate-failure", -3, SentinelCommands::simulateFailure),
                                row("slaves", 3, this::replicas)),
                        ADMIN)));
    }

    private static CommandSpec row(String name, int arity, Handler handler) {
        return plain(name, arity, handler, ADMIN);
    }

    /** What is known now, for a command whose third word is the master's name. */
    private GroupView viewOf(Args args) {
        GroupView view = sentinel.view();
        if (!args.get(2).toString().equals(view.name())) {
            throw UNKNOWN_MASTER.raise();
        }
        return view;
    }

    private static ErrorReply fixed(GroupView view) {
        return ErrorReply.of("ERR The set of voters is fixed: they serve the group '" + view.name()
                + "', as the directive voters of each says");
    }

    // Who is who.

    /** SENTINEL MYID. */
    private void myid(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = sentinel.view();
        out.bulk(view.runId(view.self()));
    }

    /** SENTINEL MASTERS. Replies with an array of one map. */
    private void masters(CommandContext ctx, Args args, ReplyWriter out) {
        SentinelEntries.write(List.of(entries(sentinel.view()).master()), out);
    }

    /** SENTINEL MASTER name. */
    private void master(CommandContext ctx, Args args, ReplyWriter out) {
        SentinelEntries.write(entries(viewOf(args)).master(), out);
    }

    /** SENTINEL REPLICAS name. Replies with an array of maps. */
    private void replicas(CommandContext ctx, Args args, ReplyWriter out) {
        SentinelEntries.write(entries(viewOf(args)).replicas(), out);
    }

    /** SENTINEL SENTINELS name. Replies with an array of maps, of all voters but this one. */
    private void sentinels(CommandContext ctx, Args args, ReplyWriter out) {
        SentinelEntries.write(entries(viewOf(args)).sentinels(), out);
    }

    private SentinelEntries entries(GroupView view) {
        return new SentinelEntries(sentinel, view);
    }

    /**
     * SENTINEL GET-MASTER-ADDR-BY-NAME name. Replies with host and port; null if there is no such master, or nobody
     * leads yet.
     */
    private void getMasterAddrByName(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = sentinel.view();
        Optional<Endpoint> endpoint =
                args.get(2).toString().equals(view.name()) ? view.primaryEndpoint() : Optional.empty();
        if (endpoint.isEmpty()) {
            out.nullArray();
            return;
        }
        out.array(2);
        out.bulk(endpoint.get().host());
        out.bulk(endpoint.get().port());
    }

    /**
     * SENTINEL IS-MASTER-DOWN-BY-ADDR ip port current-epoch runid. Replies with whether this voter takes it for down. A
     * vote it does not give: voters have a protocol of their own.
     */
    private void isMasterDownByAddr(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = sentinel.view();
        long port = args.integer(3);
        args.integer(4);
        Optional<Endpoint> endpoint = view.primaryEndpoint();
        boolean isIt = endpoint.isPresent()
                && endpoint.get().port() == port
                && endpoint.get().host().equalsIgnoreCase(args.get(2).toString());

        out.array(3);
        out.integer(isIt && view.isPrimaryDown() ? 1 : 0);
        out.bulk("*");
        out.integer(0);
    }

    /**
     * SENTINEL INFO-CACHE name [name ...]. Replies with a map of arrays: of each node the age of what is known, and no
     * INFO.
     */
    private void infoCache(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = sentinel.view();
        boolean isNamed = false;
        for (int i = 2; i < args.count(); i++) {
            isNamed |= args.get(i).toString().equals(view.name());
        }
        if (!isNamed) {
            out.map(0);
            return;
        }
        List<Heard> nodes = new ArrayList<>();
        view.primary().ifPresent(nodes::add);
        nodes.addAll(view.replicas());
        out.map(1);
        out.bulk(view.name());
        out.array(nodes.size());
        for (Heard node : nodes) {
            out.array(2);
            out.integer(node.ageMs());
            out.nullBulk();
        }
    }

    // Votes and failovers.

    /** SENTINEL CKQUORUM name. */
    private void ckquorum(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = viewOf(args);
        requireQuorum(view);
        out.simple("OK " + view.usable() + " usable Sentinels. Quorum and failover authorization can be reached");
    }

    private static void requireQuorum(GroupView view) {
        if (view.usable() < view.quorum()) {
            throw ErrorReply.of("NOQUORUM " + view.usable() + " usable Sentinels. Not enough available Sentinels to"
                            + " reach the specified quorum for this master. Not enough available Sentinels to reach the"
                            + " majority and authorize a failover")
                    .raise();
        }
    }

    /** SENTINEL FAILOVER name. Replies once it has begun; without a majority of the voters it cannot. */
    private void failover(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = viewOf(args);
        if (view.isFailingOver()) {
            throw IN_PROGRESS.raise();
        }
        if (view.candidates().isEmpty()) {
            throw NO_GOOD_REPLICA.raise();
        }
        requireQuorum(view);
        Optional<ErrorReply> refusal = handover.begin();
        if (refusal.isPresent()) {
            throw refusal.get().raise();
        }
        out.ok();
    }

    // What is monitored.

    /**
     * SENTINEL RESET pattern. Replies with how many masters match, 0 or 1; replicas that are gone are shown no more.
     */
    private void reset(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = sentinel.view();
        Bytes name = Bytes.copyOf(view.name());
        boolean isMatch = Glob.matches(args.get(2), name, true);
        Reference.reachabilityFence(name);
        if (isMatch) {
            sentinel.forgetReplicas();
            publishAboutMaster("+reset-master", view, "");
        }
        out.integer(isMatch ? 1 : 0);
    }

    private void publishAboutMaster(String channel, GroupView view, String more) {
        view.primaryEndpoint()
                .ifPresent(endpoint -> sentinel.publish(
                        new SentinelEvent(channel, "master " + view.name() + " " + endpoint.words() + more)));
    }

    /** SENTINEL MONITOR name ip port quorum. Refused. */
    private void monitor(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = sentinel.view();
        throw (args.get(2).toString().equals(view.name()) ? DUPLICATE_MASTER : fixed(view)).raise();
    }

    /** SENTINEL REMOVE name. Refused. */
    private void remove(CommandContext ctx, Args args, ReplyWriter out) {
        throw fixed(viewOf(args)).raise();
    }

    // Settings.

    /**
     * SENTINEL SET name option value [option value ...]. Lengths of time are taken; of the rest, what is so already.
     */
    private void set(CommandContext ctx, Args args, ReplyWriter out) {
        GroupView view = viewOf(args);
        SentinelSettings settings = sentinel.settings();
        Map<String, String> said = new LinkedHashMap<>();
        for (int i = 3; i < args.count(); i += 2) {
            String option = args.get(i).toString().toLowerCase(Locale.ROOT);
            boolean hasValue = i + 1 < args.count();
            settings = switch (hasValue ? option : "") {
                case "down-after-milliseconds" -> settings.withDownAfterMs(positive(args, i));
                case "failover-timeout" -> settings.withFailoverTimeoutMs(positive(args, i));
                case "parallel-syncs" -> settings.withParallelSyncs(positive(args, i));
                case "quorum" -> {
                    if (positive(args, i) != view.quorum()) {
                        throw ErrorReply.of("ERR The quorum is the majority of the voters, which is " + view.quorum())
                                .raise();
                    }
                    yield settings;
                }
                case "notification-script", "client-reconfig-script" -> throw SCRIPTS_DENIED.raise();
                case "auth-pass", "auth-user", "rename-command", "master-reboot-down-after-period" ->
                    throw ErrorReply.of("ERR SENTINEL SET '" + option + "' has nothing to set here: nodes report to"
                                    + " voters, and each has its own configuration")
                            .raise();
                default ->
                    throw ErrorReply.of(
                                    "ERR Unknown option or number of arguments for SENTINEL SET '" + args.get(i) + "'")
                            .raise();
            };
            said.put(option, args.get(i + 1).toString());
        }
        sentinel.settings(settings);
        said.forEach((option, value) -> publishAboutMaster("+set", view, " " + option + " " + value));
        out.ok();
    }

    private static long positive(Args args, int option) {
        Bytes value = args.get(option + 1);
        long number = Decimal.isLong(value) ? Decimal.toLong(value) : 0;
        if (number <= 0) {
            throw ErrorReply.of("ERR Invalid argument '" + value + "' for SENTINEL SET '" + args.get(option) + "'")
                    .raise();
        }
        return number;
    }

    /**
     * SENTINEL CONFIG GET pattern, or SET name value. They tell how this voter is reached, which its configuration
     * says.
     */
    private void config(CommandContext ctx, Args args, ReplyWriter out) {
        Map<String, String> options = options();
        if (args.get(2).isWord("get") && args.count() == 4) {
            options.keySet().removeIf(name -> !matches(args.get(3), name));
            SentinelEntries.write(options, out);
        } else if (args.get(2).isWord("set") && args.count() == 5) {
            String now = options.get(args.get(3).toString().toLowerCase(Locale.ROOT));
            if (now == null) {
                throw ErrorReply.of("ERR Invalid argument '" + args.get(3) + "' to SENTINEL CONFIG SET")
                        .raise();
            }
            if (!now.equals(args.get(4).toString())) {
                throw ErrorReply.of(
                                "ERR Invalid value '" + args.get(4) + "' to SENTINEL CONFIG SET '" + args.get(3) + "'")
                        .raise();
            }
            out.ok();
        } else {
            throw CONFIG_SYNTAX.raise();
        }
    }

    private Map<String, String> options() {
        Endpoint self = sentinel.view().self().endpoint();
        Map<String, String> options = new LinkedHashMap<>();
        options.put("resolve-hostnames", "yes");
        options.put("announce-hostnames", "yes");
        options.put("announce-ip", self.host());
        options.put("announce-port", Integer.toString(self.port()));
        options.put("sentinel-user", "");
        options.put("sentinel-pass", "");
        return options;
    }

    private static boolean matches(Bytes pattern, String name) {
        Bytes bytes = Bytes.copyOf(name);
        try {
            return Glob.matches(pattern, bytes, true);
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    /** SENTINEL DEBUG. Replies with a map of the voter's lengths of time, in milliseconds; none can be set. */
    private void debug(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() > 2) {
            throw ErrorReply.of("ERR Unknown option or number of arguments for SENTINEL DEBUG '" + args.get(2) + "'")
                    .raise();
        }
        Map<String, String> times = new LinkedHashMap<>();
        Consumer<Map.Entry<String, Long>> put = time -> times.put(time.getKey(), Long.toString(time.getValue()));
        put.accept(Map.entry("INFO-PERIOD", sentinel.timing().probeMs()));
        put.accept(Map.entry("PING-PERIOD", sentinel.timing().probeMs()));
        put.accept(Map.entry("DEFAULT-DOWN-AFTER", sentinel.timing().downAfterMs()));
        put.accept(Map.entry("DEFAULT-FAILOVER-TIMEOUT", SentinelSettings.FAILOVER_TIMEOUT_MS));
        put.accept(Map.entry("ELECTION-TIMEOUT", sentinel.timing().ballotMs()));
        SentinelEntries.write(times, out);
    }

    // What there is nothing of.

    /** SENTINEL FLUSHCONFIG. What a voter must not forget is on the disk before anybody hears of it. */
    private static void flushconfig(CommandContext ctx, Args args, ReplyWriter out) {
        out.ok();
    }

    /** SENTINEL PENDING-SCRIPTS. There are none. */
    private static void pendingScripts(CommandContext ctx, Args args, ReplyWriter out) {
        out.array(0);
    }

    /** SENTINEL SIMULATE-FAILURE mode [mode ...]; HELP lists the modes, of which there are none. */
    private static void simulateFailure(CommandContext ctx, Args args, ReplyWriter out) {
        if (!args.get(2).isWord("help")) {
            throw UNKNOWN_FAILURE.raise();
        }
        out.array(0);
    }

    /** SENTINEL HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(
                out,
                "SENTINEL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
                "CKQUORUM <master-name>",
                "    Whether enough voters can be reached to elect a primary.",
                "CONFIG GET <pattern>",
                "    How clients reach this voter.",
                "CONFIG SET <param> <value>",
                "    Refused, unless it is so already.",
                "DEBUG",
                "    This voter's lengths of time, in milliseconds.",
                "FAILOVER <master-name>",
                "    Have the primary hand over to a replica.",
                "FLUSHCONFIG",
                "    Nothing: a voter's state is always on the disk.",
                "GET-MASTER-ADDR-BY-NAME <master-name>",
                "    Host and port of the primary.",
                "INFO-CACHE <master-name> [<master-name> ...]",
                "    How long ago each node has reported.",
                "IS-MASTER-DOWN-BY-ADDR <ip> <port> <current-epoch> <runid>",
                "    Whether this voter takes the primary for down.",
                "MASTER <master-name>",
                "    What is known of the primary.",
                "MASTERS",
                "    The same, as a list of one.",
                "MONITOR <name> <ip> <port> <quorum>",
                "    Refused: the set of voters is fixed.",
                "MYID",
                "    The id of this voter.",
                "PENDING-SCRIPTS",
                "    Nothing: there are no scripts.",
                "REMOVE <master-name>",
                "    Refused: the set of voters is fixed.",
                "REPLICAS <master-name>",
                "    What is known of each replica.",
                "RESET <pattern>",
                "    Show replicas no more that are gone.",
                "SENTINELS <master-name>",
                "    What is known of the other voters.",
                "SET <master-name> <option> <value> [<option> <value> ...]",
                "    Change how long somebody is silent before it is shown as down (down-after-milliseconds).",
                "SIMULATE-FAILURE HELP",
                "    Nothing: there is no such simulation.",
                "HELP",
                "    This text.");
    }
}
