package io.vireo.config;

import static io.vireo.config.Access.FIXED;
import static io.vireo.config.Access.HIDDEN;
import static io.vireo.config.Access.HIDDEN_FIXED;
import static io.vireo.config.Access.SETTABLE;
import static io.vireo.config.NumberTypes.anyBytes;
import static io.vireo.config.NumberTypes.bytes;
import static io.vireo.config.NumberTypes.large;
import static io.vireo.config.NumberTypes.port;
import static io.vireo.config.NumberTypes.whole;
import static io.vireo.config.TextTypes.oneOf;
import static io.vireo.config.TextTypes.only;
import static io.vireo.config.TextTypes.secret;
import static io.vireo.config.TextTypes.text;
import static io.vireo.config.TextTypes.textOrEmpty;
import static io.vireo.config.TextTypes.yesNo;

import io.vireo.base.Bytes;

/**
 * The options of Redis that Vireo accepts and does not obey, each with the reason.
 *
 * <p>Their values are checked, kept and shown, so that a configuration made for Redis starts Vireo; where one is given
 * that is not the default, the log says once that it has no effect. Whoever builds what an option is for moves its row
 * to {@link Options}.
 */
final class IdleOptions {
    private static final int MAX = Integer.MAX_VALUE;

    static final OptionSection SECTION = new OptionSection("Accepted, without effect");

    static {
        users();
        collections();
        memory();
        replication();
        process();
        cluster();
        tls();
    }

    private IdleOptions() {}

    private static void users() {
        String noUsers = "There are no users beside the default one yet.";
        String noScripts = "There are no scripts yet.";
        SECTION.idle(
                "aclfile",
                only(textOrEmpty(), String::isEmpty, "this version of Vireo knows no users beside the default one"),
                "",
                FIXED,
                noUsers);
        SECTION.idle("acllog-max-len", large(0, Long.MAX_VALUE), 128L, SETTABLE, noUsers);
        SECTION.idle("acl-pubsub-default", oneOf("allchannels", "resetchannels"), "resetchannels", SETTABLE, noUsers);
        SECTION.idle("busy-reply-threshold", large(0, Long.MAX_VALUE), 5_000L, SETTABLE, noScripts, "lua-time-limit");
        SECTION.idle("lua-enable-deprecated-api", yesNo(), false, HIDDEN_FIXED, noScripts);
    }

    private static void collections() {
        SECTION.idle("list-compress-depth", whole(0, MAX), 0, SETTABLE, "The nodes of lists are kept uncompressed.");
    }

    private static void memory() {
        String ownRules = "The arena defragments itself by rules of its own.";
        SECTION.idle("active-defrag-ignore-bytes", bytes(1), 100L << 20, SETTABLE, ownRules);
        SECTION.idle("active-defrag-threshold-lower", whole(0, 1000), 10, SETTABLE, ownRules);
        SECTION.idle("active-defrag-threshold-upper", whole(0, 1000), 100, SETTABLE, ownRules);
        SECTION.idle("active-defrag-cycle-min", whole(1, 99), 1, SETTABLE, ownRules);
        SECTION.idle("active-defrag-cycle-max", whole(1, 99), 25, SETTABLE, ownRules);
        SECTION.idle("active-defrag-max-scan-fields", large(1, Long.MAX_VALUE), 1000L, SETTABLE, ownRules);
        SECTION.idle("jemalloc-bg-thread", yesNo(), true, SETTABLE, "Memory is the arena's, not jemalloc's.");
        SECTION.idle(
                "activerehashing", yesNo(), true, SETTABLE, "Tables grow a segment at a time, in no background task.");
        SECTION.idle("dynamic-hz", yesNo(), true, SETTABLE, "Background work takes its time by load at any rate.");
        SECTION.idle("disable-thp", yesNo(), true, FIXED, "The arena advises the kernel page by page.");
    }

    private static void replication() {
        SECTION.idle(
                "propagation-error-behavior",
                oneOf(PropagationErrors.class),
                PropagationErrors.IGNORE,
                SETTABLE,
                "A command of the stream that fails always ends the link.");
        SECTION.idle(
                "replica-ignore-disk-write-errors",
                yesNo(),
                false,
                SETTABLE,
                "A replica goes on applying the stream when its disk fails.");
    }

    private static void process() {
        String oneLoop = "One loop reads, executes and writes.";
        String noTitle = "A Java process cannot change its title.";
        String unbound = "Threads are not bound to processors.";
        String ownReport = "The JVM writes its own report of a crash.";
        SECTION.idle("io-threads", whole(1, 128), 1, FIXED, oneLoop);
        SECTION.idle("io-threads-do-reads", yesNo(), false, FIXED, oneLoop);
        SECTION.idle("socket-mark-id", large(0, 4_294_967_295L), 0L, FIXED, "Sockets are not marked.");
        SECTION.idle("set-proc-title", yesNo(), true, FIXED, noTitle);
        SECTION.idle(
                "proc-title-template",
                ListTypes.titleTemplate(),
                "{title} {listen-addr} {server-mode}",
                SETTABLE,
                noTitle);
        SECTION.idle("server_cpulist", text(), "", FIXED, unbound);
        SECTION.idle("bio_cpulist", text(), "", FIXED, unbound);
        SECTION.idle("aof_rewrite_cpulist", text(), "", FIXED, unbound);
        SECTION.idle("bgsave_cpulist", text(), "", FIXED, unbound);
        SECTION.idle("crash-memcheck-enabled", yesNo(), true, SETTABLE, ownReport);
        SECTION.idle("use-exit-on-panic", yesNo(), false, HIDDEN, "A broken invariant always halts the process.");
        SECTION.idle("watchdog-period", whole(0, MAX), 0, HIDDEN, "The JVM shows its stacks on request.");
        SECTION.idle("ignore-warnings", textOrEmpty(), "", SETTABLE, "No warning stops the start.");
        SECTION.idle("enable-module-command", oneOf("no", "yes", "local"), "no", FIXED, "There are no modules.");
    }

    private static void cluster() {
        String noCluster = "There is no cluster yet.";
        SECTION.idle(
                "cluster-enabled",
                only(yesNo(), on -> !on, "this version of Vireo has no cluster mode"),
                false,
                FIXED,
                noCluster);
        SECTION.idle("cluster-config-file", text(), "nodes.conf", FIXED, noCluster);
        SECTION.idle("cluster-node-timeout", large(0, Long.MAX_VALUE), 15_000L, SETTABLE, noCluster);
        SECTION.idle("cluster-port", port(), 0, FIXED, noCluster);
        SECTION.idle("cluster-announce-ip", text(), "", SETTABLE, noCluster);
        SECTION.idle("cluster-announce-port", port(), 0, SETTABLE, noCluster);
        SECTION.idle("cluster-announce-bus-port", port(), 0, SETTABLE, noCluster);
        SECTION.idle("cluster-announce-tls-port", port(), 0, SETTABLE, noCluster);
        SECTION.idle("cluster-announce-hostname", ListTypes.hostName(), "", SETTABLE, noCluster);
        SECTION.idle(
                "cluster-preferred-endpoint-type",
                oneOf("ip", "hostname", "unknown-endpoint"),
                "ip",
                SETTABLE,
                noCluster);
        SECTION.idle(
                "cluster-replica-validity-factor",
                whole(0, MAX),
                10,
                SETTABLE,
                noCluster,
                "cluster-slave-validity-factor");
        SECTION.idle("cluster-replica-no-failover", yesNo(), false, SETTABLE, noCluster, "cluster-slave-no-failover");
        SECTION.idle("cluster-migration-barrier", whole(0, MAX), 1, SETTABLE, noCluster);
        SECTION.idle("cluster-allow-replica-migration", yesNo(), true, SETTABLE, noCluster);
        SECTION.idle("cluster-require-full-coverage", yesNo(), true, SETTABLE, noCluster);
        SECTION.idle("cluster-allow-reads-when-down", yesNo(), false, SETTABLE, noCluster);
        SECTION.idle("cluster-allow-pubsubshard-when-down", yesNo(), true, SETTABLE, noCluster);
        SECTION.idle("cluster-link-sendbuf-limit", anyBytes(), 0L, SETTABLE, noCluster);
    }

    private static void tls() {
        String noTls = "There is no TLS yet.";
        String refusedTls = "this version of Vireo has no TLS, and would send in clear text what is meant to be secret";
        SECTION.idle("tls-port", only(port(), port -> port == 0, refusedTls), 0, SETTABLE, noTls);
        SECTION.idle("tls-replication", only(yesNo(), on -> !on, refusedTls), false, SETTABLE, noTls);
        SECTION.idle("tls-cluster", only(yesNo(), on -> !on, refusedTls), false, SETTABLE, noTls);
        SECTION.idle("tls-auth-clients", oneOf("no", "yes", "optional"), "yes", SETTABLE, noTls);
        SECTION.idle("tls-cert-file", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-key-file", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-client-cert-file", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-client-key-file", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-dh-params-file", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-ca-cert-file", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-ca-cert-dir", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-protocols", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-ciphers", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-ciphersuites", text(), "", SETTABLE, noTls);
        SECTION.idle("tls-key-file-pass", secret(), Bytes.copyOf(""), SETTABLE, noTls);
        SECTION.idle("tls-client-key-file-pass", secret(), Bytes.copyOf(""), SETTABLE, noTls);
        SECTION.idle("tls-prefer-server-ciphers", yesNo(), false, SETTABLE, noTls);
        SECTION.idle("tls-session-caching", yesNo(), true, SETTABLE, noTls);
        SECTION.idle("tls-session-cache-size", whole(0, MAX), 20_480, SETTABLE, noTls);
        SECTION.idle("tls-session-cache-timeout", whole(0, MAX), 300, SETTABLE, noTls);
    }
}
