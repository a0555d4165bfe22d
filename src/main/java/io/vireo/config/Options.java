package io.vireo.config;

import static io.vireo.config.Access.FIXED;
import static io.vireo.config.Access.FIXED_AS_IT_IS;
import static io.vireo.config.Access.HIDDEN;
import static io.vireo.config.Access.PROTECTED;
import static io.vireo.config.Access.PROTECTED_ONCE_LOADED;
import static io.vireo.config.Access.SETTABLE;
import static io.vireo.config.Access.SETTABLE_ONCE_LOADED;
import static io.vireo.config.NumberTypes.anyBytes;
import static io.vireo.config.NumberTypes.bytes;
import static io.vireo.config.NumberTypes.bytesAtLeast;
import static io.vireo.config.NumberTypes.bytesOrPercent;
import static io.vireo.config.NumberTypes.clamped;
import static io.vireo.config.NumberTypes.fileMode;
import static io.vireo.config.NumberTypes.large;
import static io.vireo.config.NumberTypes.port;
import static io.vireo.config.NumberTypes.whole;
import static io.vireo.config.TextTypes.binary;
import static io.vireo.config.TextTypes.directory;
import static io.vireo.config.TextTypes.fileName;
import static io.vireo.config.TextTypes.filePath;
import static io.vireo.config.TextTypes.oneOf;
import static io.vireo.config.TextTypes.secret;
import static io.vireo.config.TextTypes.text;
import static io.vireo.config.TextTypes.words;
import static io.vireo.config.TextTypes.yesNo;

import io.vireo.base.Bytes;
import io.vireo.base.Glob;
import io.vireo.base.LogLevel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The options that Vireo obeys, one row each; {@link CollectionOptions} has those of
 * collections, {@link MonitorOptions} those of what is noted about commands, {@link ProcessOptions} those of the process, {@link IdleOptions} those it only accepts.
 *
 * <p>Names, aliases, bounds, defaults and what CONFIG SET may change are those of Redis 7.0.15, except in the last
 * section.
 */
public final class Options {
    private static final int MAX = Integer.MAX_VALUE;
    private static final Bytes NO_BYTES = Bytes.copyOf("");

    private static final OptionSection NETWORK = new OptionSection("Network and clients");

    public static final Option<Integer> PORT =
            NETWORK.option("port", port(), 6379, SETTABLE, "TCP port for clients; 0 listens on none.");

    public static final Option<List<String>> BIND = NETWORK.option(
            "bind",
            words(16, "Too many bind addresses specified."),
            List.of("*", "-::*"),
            SETTABLE,
            "Addresses to listen on; one that begins with a dash may be missing on this machine.");

    public static final Option<String> BIND_SOURCE_ADDR = NETWORK.option(
            "bind-source-addr",
            text(),
            "",
            SETTABLE,
            "Address that a replica's connection to its primary comes from, if it can; empty: the system chooses.");

    public static final Option<String> UNIX_SOCKET =
            NETWORK.option("unixsocket", text(), "", FIXED, "Path of a Unix socket to listen on as well; empty: none.");

    public static final Option<Integer> UNIX_SOCKET_PERM =
            NETWORK.option("unixsocketperm", fileMode(), 0, FIXED, "Mode of the Unix socket; 0 leaves the default.");

    public static final Option<Integer> TCP_BACKLOG =
            NETWORK.option("tcp-backlog", whole(0, MAX), 511, FIXED, "Connections that may wait to be accepted.");

    public static final Option<Integer> TIMEOUT = NETWORK.option(
            "timeout", whole(0, MAX), 0, SETTABLE, "Seconds after which an idle client is closed; 0: never.");

    public static final Option<Integer> TCP_KEEPALIVE = NETWORK.option(
            "tcp-keepalive", whole(0, MAX), 300, SETTABLE, "Seconds between TCP probes of a silent client; 0: none.");

    public static final Option<Boolean> PROTECTED_MODE = NETWORK.option(
            "protected-mode", yesNo(), true, SETTABLE, "While no password is set, refuse clients from other machines.");

    public static final Option<Long> MAXCLIENTS =
            NETWORK.option("maxclients", large(1, 4_294_967_295L), 10_000L, SETTABLE, "Clients connected at once.");

    public static final Option<Long> PROTO_MAX_BULK_LEN = NETWORK.option(
            "proto-max-bulk-len", bytes(1 << 20), 512L << 20, SETTABLE, "Longest single argument of a command.");

    public static final Option<Long> CLIENT_QUERY_BUFFER_LIMIT = NETWORK.option(
            "client-query-buffer-limit",
            bytes(1 << 20),
            1L << 30,
            SETTABLE,
            "Most bytes of unfinished commands kept for one client.");

    public static final Option<OutputBufferLimits> CLIENT_OUTPUT_BUFFER_LIMIT = NETWORK.option(
            "client-output-buffer-limit",
            OutputBufferLimits.type(),
            OutputBufferLimits.DEFAULT,
            SETTABLE,
            "Most bytes of unsent answers kept for one client of a class, before it is closed.");

    public static final Option<Long> MAXMEMORY_CLIENTS = NETWORK.option(
            "maxmemory-clients",
            bytesOrPercent(),
            0L,
            SETTABLE,
            "Memory of all clients' buffers, or a percentage of maxmemory, beyond which clients are closed, those with"
                    + " the most first; 0: no limit.");

    private static final OptionSection SERVER = new OptionSection("Server");

    public static final Option<Boolean> CRASH_LOG_ENABLED = SERVER.option(
            "crash-log-enabled", yesNo(), true, SETTABLE, "Log what every thread does where SIGABRT ends the process.");

    public static final Option<Boolean> DAEMONIZE =
            SERVER.option("daemonize", yesNo(), false, FIXED, "Run in the background.");

    public static final Option<String> PIDFILE =
            SERVER.option("pidfile", text(), "", FIXED, "File that holds the process id while the server runs.");

    public static final Option<LogLevel> LOGLEVEL =
            SERVER.option("loglevel", oneOf(LogLevel.class), LogLevel.NOTICE, SETTABLE, "Least level that is logged.");

    public static final Option<String> LOGFILE =
            SERVER.option("logfile", filePath(), "", FIXED, "Log file, found from dir; empty: standard output.");

    public static final Option<Boolean> ALWAYS_SHOW_LOGO = SERVER.option(
            "always-show-logo", yesNo(), false, FIXED, "Print the banner also where the output is no terminal.");

    public static final Option<Integer> DATABASES =
            SERVER.option("databases", whole(1, MAX), 16, FIXED, "How many databases SELECT can choose from.");

    public static final Option<Path> DIR = SERVER.option(
            "dir",
            directory(),
            Path.of("."),
            PROTECTED_ONCE_LOADED,
            "Working directory, from which the names of files are found; itself found from where the server starts.");

    public static final Option<Integer> HZ =
            SERVER.option("hz", clamped(1, 500), 10, SETTABLE, "Rounds of background work in a second, at most 500.");

    public static final Option<ActionAccess> ENABLE_PROTECTED_CONFIGS = SERVER.option(
            "enable-protected-configs",
            oneOf(ActionAccess.class),
            ActionAccess.NO,
            FIXED,
            "Who may change protected options with CONFIG SET.");

    public static final Option<ActionAccess> ENABLE_DEBUG_COMMAND = SERVER.option(
            "enable-debug-command", oneOf(ActionAccess.class), ActionAccess.NO, FIXED, "Who may use DEBUG.");

    public static final Option<Integer> SHUTDOWN_TIMEOUT = SERVER.option(
            "shutdown-timeout", whole(0, MAX), 10, SETTABLE, "Seconds that a shutdown waits for replicas to catch up.");

    public static final Option<Set<ShutdownFlag>> SHUTDOWN_ON_SIGINT =
            SERVER.option("shutdown-on-sigint", ShutdownFlag.type(), Set.of(), SETTABLE, "How SIGINT ends the server.");

    public static final Option<Set<ShutdownFlag>> SHUTDOWN_ON_SIGTERM = SERVER.option(
            "shutdown-on-sigterm", ShutdownFlag.type(), Set.of(), SETTABLE, "How SIGTERM ends the server.");

    public static final Option<Bytes> REQUIREPASS = SERVER.option(
            "requirepass", secret(), NO_BYTES, SETTABLE, "Password of the default user; empty: none is asked for.");

    private static final OptionSection SNAPSHOTS = new OptionSection("Snapshots");

    public static final Option<List<SavePoint>> SAVE = SNAPSHOTS.option(
            "save",
            SavePoint.type(),
            SavePoint.DEFAULT,
            SETTABLE,
            "Save once these seconds passed and this many changes were made; lines add up, \"\" clears them.");

    public static final Option<String> DBFILENAME = SNAPSHOTS.option(
            "dbfilename", fileName("dbfilename", true), "dump.rdb", PROTECTED, "Name of the RDB file in dir.");

    public static final Option<Boolean> STOP_WRITES_ON_BGSAVE_ERROR = SNAPSHOTS.option(
            "stop-writes-on-bgsave-error", yesNo(), true, SETTABLE, "Refuse writes after a background save failed.");

    public static final Option<Boolean> RDBCOMPRESSION =
            SNAPSHOTS.option("rdbcompression", yesNo(), true, SETTABLE, "Compress strings in RDB files.");

    public static final Option<Boolean> RDBCHECKSUM =
            SNAPSHOTS.option("rdbchecksum", yesNo(), true, FIXED, "Write and check the checksum of RDB files.");

    public static final Option<Boolean> RDB_DEL_SYNC_FILES = SNAPSHOTS.option(
            "rdb-del-sync-files",
            yesNo(),
            false,
            SETTABLE,
            "Delete the file of a full copy where neither RDB nor AOF is wanted.");

    public static final Option<Boolean> RDB_SAVE_INCREMENTAL_FSYNC = SNAPSHOTS.option(
            "rdb-save-incremental-fsync", yesNo(), true, SETTABLE, "Flush an RDB file to disk as it is written.");

    public static final Option<PayloadChecks> SANITIZE_DUMP_PAYLOAD = SNAPSHOTS.option(
            "sanitize-dump-payload",
            oneOf(PayloadChecks.class),
            PayloadChecks.NO,
            SETTABLE,
            "Whose RDB and RESTORE payloads are checked beyond what is always checked.");

    public static final Option<Integer> RDB_KEY_SAVE_DELAY = SNAPSHOTS.option(
            "rdb-key-save-delay", whole(Integer.MIN_VALUE, MAX), 0, HIDDEN, "Microseconds to wait at each key saved.");

    public static final Option<Integer> KEY_LOAD_DELAY = SNAPSHOTS.option(
            "key-load-delay",
            whole(Integer.MIN_VALUE, MAX),
            0,
            HIDDEN,
            "Microseconds to wait at each key loaded; below 0, one microsecond every that many keys.");

    public static final Option<Long> LOADING_PROCESS_EVENTS_INTERVAL_BYTES = SNAPSHOTS.option(
            "loading-process-events-interval-bytes",
            large(1_024, MAX),
            2L << 20,
            HIDDEN,
            "Bytes loaded between two looks at the clients.");

    private static final OptionSection REPLICATION = new OptionSection("Replication");

    public static final Option<PrimaryAddress> REPLICAOF = REPLICATION.option(
            "replicaof", PrimaryAddress.type(), PrimaryAddress.NONE, FIXED, "The primary to follow.", "slaveof");

    public static final Option<Bytes> MASTERUSER = REPLICATION.option(
            "masteruser", binary(), NO_BYTES, SETTABLE, "User name for the primary; empty: the default user.");

    public static final Option<Bytes> MASTERAUTH =
            REPLICATION.option("masterauth", secret(), NO_BYTES, SETTABLE, "Password for the primary.");

    public static final Option<Boolean> REPLICA_SERVE_STALE_DATA = REPLICATION.option(
            "replica-serve-stale-data",
            yesNo(),
            true,
            SETTABLE,
            "Whether a replica answers while it has no link to its primary.",
            "slave-serve-stale-data");

    public static final Option<Boolean> REPLICA_READ_ONLY = REPLICATION.option(
            "replica-read-only", yesNo(), true, SETTABLE, "Whether a replica refuses writes.", "slave-read-only");

    public static final Option<Integer> REPLICA_PRIORITY = REPLICATION.option(
            "replica-priority",
            whole(0, MAX),
            100,
            SETTABLE,
            "Lower is promoted first; 0 is never promoted.",
            "slave-priority");

    public static final Option<Boolean> REPLICA_ANNOUNCED = REPLICATION.option(
            "replica-announced", yesNo(), true, SETTABLE, "Whether Sentinel shows this replica to clients.");

    public static final Option<String> REPLICA_ANNOUNCE_IP = REPLICATION.option(
            "replica-announce-ip",
            text(),
            "",
            SETTABLE,
            "Address that a replica tells its primary; empty: that of its connection.",
            "slave-announce-ip");

    public static final Option<Integer> REPLICA_ANNOUNCE_PORT = REPLICATION.option(
            "replica-announce-port",
            port(),
            0,
            SETTABLE,
            "Port that a replica tells its primary; 0: the one it listens on.",
            "slave-announce-port");

    public static final Option<Boolean> REPLICA_IGNORE_MAXMEMORY = REPLICATION.option(
            "replica-ignore-maxmemory",
            yesNo(),
            true,
            SETTABLE,
            "Whether a replica leaves eviction to its primary.",
            "slave-ignore-maxmemory");

    public static final Option<Boolean> REPL_DISKLESS_SYNC = REPLICATION.option(
            "repl-diskless-sync", yesNo(), true, SETTABLE, "Send a full copy without writing it to disk first.");

    public static final Option<Integer> REPL_DISKLESS_SYNC_DELAY = REPLICATION.option(
            "repl-diskless-sync-delay",
            whole(0, MAX),
            5,
            SETTABLE,
            "Seconds that a diskless copy waits for more replicas to share it.");

    public static final Option<Integer> REPL_DISKLESS_SYNC_MAX_REPLICAS = REPLICATION.option(
            "repl-diskless-sync-max-replicas",
            whole(0, MAX),
            0,
            SETTABLE,
            "Replicas at which a diskless copy waits no longer; 0: waits its time.");

    public static final Option<DisklessLoad> REPL_DISKLESS_LOAD = REPLICATION.option(
            "repl-diskless-load",
            oneOf(DisklessLoad.class),
            DisklessLoad.DISABLED,
            SETTABLE_ONCE_LOADED,
            "How a replica takes a full copy.");

    public static final Option<Integer> REPL_PING_REPLICA_PERIOD = REPLICATION.option(
            "repl-ping-replica-period",
            whole(1, MAX),
            10,
            SETTABLE,
            "Seconds between a primary's pings to its replicas.",
            "repl-ping-slave-period");

    public static final Option<Integer> REPL_TIMEOUT = REPLICATION.option(
            "repl-timeout", whole(1, MAX), 60, SETTABLE, "Seconds of silence after which a link is given up.");

    public static final Option<Boolean> REPL_DISABLE_TCP_NODELAY = REPLICATION.option(
            "repl-disable-tcp-nodelay",
            yesNo(),
            false,
            SETTABLE,
            "Let TCP gather the stream into fewer packets, up to 40 ms late.");

    public static final Option<Long> REPL_BACKLOG_SIZE = REPLICATION.option(
            "repl-backlog-size", bytesAtLeast(16_384), 1L << 20, SETTABLE, "Bytes of stream kept for reconnects.");

    public static final Option<Boolean> REPL_BACKLOG_FILE = REPLICATION.option(
            "repl-backlog-file",
            yesNo(),
            false,
            SETTABLE,
            "Keep the backlog on disk too, so that replicas that lag can continue after a restart.");

    public static final Option<Long> REPL_BACKLOG_TTL = REPLICATION.option(
            "repl-backlog-ttl",
            large(0, Long.MAX_VALUE),
            3_600L,
            SETTABLE,
            "Seconds without replicas after which a primary drops its backlog; 0: never.");

    public static final Option<Integer> MIN_REPLICAS_TO_WRITE = REPLICATION.option(
            "min-replicas-to-write",
            whole(0, MAX),
            0,
            SETTABLE,
            "Replicas in touch without which a primary refuses writes; 0: any.",
            "min-slaves-to-write");

    public static final Option<Integer> MIN_REPLICAS_MAX_LAG = REPLICATION.option(
            "min-replicas-max-lag",
            whole(0, MAX),
            10,
            SETTABLE,
            "Seconds since its last acknowledgement within which a replica counts as in touch.",
            "min-slaves-max-lag");

    private static final OptionSection MEMORY = new OptionSection("Memory and expiry");

    public static final Option<Long> MAXMEMORY =
            MEMORY.option("maxmemory", anyBytes(), 0L, SETTABLE, "Bytes that the data may take; 0: no limit.");

    public static final Option<MaxmemoryPolicy> MAXMEMORY_POLICY = MEMORY.option(
            "maxmemory-policy",
            oneOf(MaxmemoryPolicy.class),
            MaxmemoryPolicy.NOEVICTION,
            SETTABLE,
            "Which keys make room at the limit.");

    public static final Option<Integer> MAXMEMORY_SAMPLES =
            MEMORY.option("maxmemory-samples", whole(1, MAX), 5, SETTABLE, "Keys compared to find one to evict.");

    public static final Option<Integer> MAXMEMORY_EVICTION_TENACITY = MEMORY.option(
            "maxmemory-eviction-tenacity",
            whole(0, 100),
            10,
            SETTABLE,
            "How long one command may evict: 0 is least, 100 is without end.");

    public static final Option<Integer> LFU_LOG_FACTOR =
            MEMORY.option("lfu-log-factor", whole(0, MAX), 10, SETTABLE, "How slowly a key's access counter grows.");

    public static final Option<Integer> LFU_DECAY_TIME = MEMORY.option(
            "lfu-decay-time", whole(0, MAX), 1, SETTABLE, "Minutes after which a key's access counter falls by one.");

    public static final Option<Boolean> LAZYFREE_LAZY_EVICTION = MEMORY.option(
            "lazyfree-lazy-eviction",
            yesNo(),
            false,
            SETTABLE,
            "Evicted keys count as freed lazily; replicas get UNLINK.");

    public static final Option<Boolean> LAZYFREE_LAZY_EXPIRE = MEMORY.option(
            "lazyfree-lazy-expire",
            yesNo(),
            false,
            SETTABLE,
            "Expired keys count as freed lazily; replicas get UNLINK.");

    public static final Option<Boolean> LAZYFREE_LAZY_SERVER_DEL = MEMORY.option(
            "lazyfree-lazy-server-del",
            yesNo(),
            false,
            SETTABLE,
            "Values that a command replaces count as freed lazily.");

    public static final Option<Boolean> LAZYFREE_LAZY_USER_DEL = MEMORY.option(
            "lazyfree-lazy-user-del", yesNo(), false, SETTABLE, "DEL counts what it frees as UNLINK does.");

    public static final Option<Boolean> LAZYFREE_LAZY_USER_FLUSH = MEMORY.option(
            "lazyfree-lazy-user-flush", yesNo(), false, SETTABLE, "FLUSHALL and FLUSHDB are ASYNC unless told SYNC.");

    public static final Option<Boolean> REPLICA_LAZY_FLUSH = MEMORY.option(
            "replica-lazy-flush",
            yesNo(),
            false,
            SETTABLE,
            "Data given up for a full copy count as freed lazily.",
            "slave-lazy-flush");

    public static final Option<Integer> ACTIVE_EXPIRE_EFFORT = MEMORY.option(
            "active-expire-effort", whole(1, 10), 1, SETTABLE, "How much time goes into removing expired keys.");

    public static final Option<Boolean> ACTIVEDEFRAG =
            MEMORY.option("activedefrag", yesNo(), false, SETTABLE, "Move values together to give memory back.");

    private static final OptionSection VIREO = new OptionSection("Vireo's own");

    public static final Option<String> SET_NAME = VIREO.option(
            "set-name", text(), "main", FIXED_AS_IT_IS, "Name of the replica set, Sentinel's master name.");

    public static final Option<Boolean> REPLICA_SERVE_READS = VIREO.option(
            "replica-serve-reads",
            yesNo(),
            true,
            SETTABLE,
            "no: a replica is a standby that answers administration only.");

    public static final Option<Boolean> REPLICA_WIPE_GUARD = VIREO.option(
            "replica-wipe-guard",
            yesNo(),
            true,
            SETTABLE,
            "Keep a replica's data when its primary comes back empty with a new history.");

    public static final Option<Consistency> CONSISTENCY = VIREO.option(
            "consistency", Consistency.type(), Consistency.ASYNC, SETTABLE, "When the bytes of an answer may leave.");

    public static final Option<Integer> HTTP_PORT = VIREO.option(
            "http-port",
            port(),
            0,
            FIXED_AS_IT_IS,
            "TCP port for health and metrics, on the addresses of bind; 0: none.");

    public static final Option<String> EVENTBUS_ADDRESS = VIREO.option(
            "eventbus-address",
            text(),
            "",
            FIXED_AS_IT_IS,
            "Prefix of the event bus addresses on which changes are published, as vireo.main; empty: none are.");

    public static final Option<Integer> HAZELCAST_PORT = VIREO.option(
            "hazelcast-port",
            port(),
            0,
            FIXED_AS_IT_IS,
            "TCP port by which the event bus of this process is one with those of hazelcast-members, on the first"
                    + " single address of bind, else on 127.0.0.1; 0: the event bus ends at this process.");

    public static final Option<List<String>> HAZELCAST_MEMBERS = VIREO.option(
            "hazelcast-members",
            words(64, "Too many Hazelcast members specified."),
            List.of(),
            FIXED_AS_IT_IS,
            "Members of the event bus that are asked at the start, host:port each, by blanks or commas.");

    static final List<OptionSection> SECTIONS = List.of(
            NETWORK,
            SERVER,
            SNAPSHOTS,
            AppendOnlyOptions.SECTION,
            REPLICATION,
            MEMORY,
            CollectionOptions.SECTION,
            MonitorOptions.SECTION,
            ProcessOptions.SECTION,
            ChannelOptions.SECTION,
            VoterOptions.SECTION,
            VIREO,
            IdleOptions.SECTION);

    /** Every option, in the order of the options page. */
    public static final List<Option<?>> ALL =
            SECTIONS.stream().flatMap(section -> section.rows().stream()).toList();

    private static final Map<String, Option<?>> BY_NAME = byName();

    private Options() {}

    /** The port by which a replica wants to be reached: as announced, else its own. */
    public static int announcedPort(Config config) {
        int announced = config.get(REPLICA_ANNOUNCE_PORT);
        return announced != 0 ? announced : config.get(PORT);
    }

    /** The option of this name or alias, in any case; null if there is none. */
    public static Option<?> find(String name) {
        return BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    /** The names and aliases that match, in the order of the table, each with its option; none that is hidden. */
    static Map<String, Option<?>> matching(Bytes pattern) {
        Map<String, Option<?>> found = new LinkedHashMap<>();
        BY_NAME.forEach((name, option) -> {
            if (!option.access().isHidden() && Glob.matches(pattern, Bytes.copyOf(name), true)) {
                found.put(name, option);
            }
        });
        return found;
    }

    private static Map<String, Option<?>> byName() {
        Map<String, Option<?>> found = new LinkedHashMap<>();
        for (Option<?> option : ALL) {
            for (String name : option.names()) {
                found.put(name, option);
            }
        }
        return found;
    }
}
