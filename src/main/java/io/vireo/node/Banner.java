package io.vireo.node;

import io.vireo.base.Product;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.config.VoterOptions;
import java.io.Console;
import java.util.List;
import java.util.Optional;

/** The first lines of the log, and the logo; people's tools look for their words. */
final class Banner {
    private Banner() {}

    static void starting(ServerLog log, boolean configured) {
        long pid = ProcessHandle.current().pid();
        log.warning("oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
        log.warning("Redis version=" + Product.REDIS_VERSION + ", bits=64, commit=00000000, modified=0, pid=" + pid
                + ", just started (Vireo " + Product.version() + ")");
        log.warning(
                configured
                        ? "Configuration loaded"
                        : "Warning: no config file specified, using the default config. In order to specify a config"
                                + " file use vireo-server /path/to/vireo.conf");
    }

    /** The line of a process that is a voter alone. */
    static void voting(ServerLog log, int port) {
        log.notice("Running mode=sentinel, port=" + port + ".");
    }

    /** The logo where it is wanted, else one line. */
    static void running(ServerLog log, int port, boolean logo) {
        log.notice("monotonic clock: POSIX clock_gettime");
        if (!logo) {
            log.notice("Running mode=standalone, port=" + port + ".");
            return;
        }
        log.raw("""

                 \\\\        Vireo %s (speaks Redis %s) 64 bit
                  (o>      Running in standalone mode
              \\\\__//)      Port: %d
               \\_/_)       PID: %d
                _|_
            """.formatted(
                        Product.version(),
                        Product.REDIS_VERSION,
                        port,
                        ProcessHandle.current().pid()));
    }

    /** Whether the logo is shown: where it is asked for, or where a person looks at standard output. */
    static boolean wantsLogo(Config config) {
        return config.get(Options.ALWAYS_SHOW_LOGO)
                || config.get(Options.LOGFILE).isEmpty()
                        && Optional.ofNullable(System.console())
                                .map(Console::isTerminal)
                                .orElse(false);
    }

    /** What a person can try, once several nodes are up. */
    static String tryNext(List<Config> nodes) {
        if (!nodes.getFirst().get(VoterOptions.VOTERS).isEmpty()) {
            return tryNextInGroup(nodes);
        }
        int primary = port(nodes, true);
        int replica = port(nodes, false);
        if (primary == 0 || replica == 0) {
            return "";
        }
        return """

            %d nodes are up. In another terminal, try:

              redis-cli -p %2$d SET greeting hello
              redis-cli -p %3$d GET greeting          # "hello": it has been copied
              redis-cli -p %3$d SET greeting bye      # refused: this one is a replica
              redis-cli -p %2$d INFO replication      # who follows, and how far each has come
              redis-cli -p %3$d REPLICAOF NO ONE      # makes it a primary

            """.formatted(nodes.size(), primary, replica);
    }

    private static String tryNextInGroup(List<Config> nodes) {
        Config first = nodes.getFirst();
        Config last = nodes.getLast();
        if (first.get(VoterOptions.VOTER_PORT) == 0 || first.get(Options.PORT) == 0 || last == first) {
            return "";
        }
        return """

            %1$d nodes are up, and the voters elect a primary. In another terminal, try:

              redis-cli -p %2$d SENTINEL get-master-addr-by-name %3$s    # who leads
              redis-cli -p %4$d INFO voters           # who votes, in which epoch
              redis-cli -p %4$d SET greeting hello
              redis-cli -p %5$d GET greeting          # "hello": it has been copied
              redis-cli -p %4$d SHUTDOWN              # another node leads a moment later

            """.formatted(
                        nodes.size(),
                        last.get(VoterOptions.VOTER_PORT),
                        first.get(Options.SET_NAME),
                        first.get(Options.PORT),
                        last.get(Options.PORT));
    }

    private static int port(List<Config> nodes, boolean primary) {
        return nodes.stream()
                .filter(node -> node.get(Options.REPLICAOF).isNone() == primary)
                .mapToInt(node -> node.get(Options.PORT))
                .findFirst()
                .orElse(0);
    }
}
