package io.vireo.node;

import io.vireo.base.Product;
import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.config.Config;
import io.vireo.config.Options;
import java.util.function.LongUnaryOperator;

/** INFO's {@code Server}. */
final class ServerSection implements InfoSection {
    private static final int SECONDS_PER_DAY = 86_400;
    private static final long LRU_CLOCK_MASK = (1 << 24) - 1;

    private final Config config;
    private final String runId;
    private final long startedAtMs;
    private final LongUnaryOperator endsIn;

    /** @param endsIn how many milliseconds are left of the node's time, from one on; -1 where it is not to end */
    ServerSection(Config config, String runId, long startedAtMs, LongUnaryOperator endsIn) {
        this.config = config;
        this.runId = runId;
        this.startedAtMs = startedAtMs;
        this.endsIn = endsIn;
    }

    @Override
    public String title() {
        return "Server";
    }

    @Override
    public void write(InfoText out) {
        long nowMs = System.currentTimeMillis();
        long upSeconds = (nowMs - startedAtMs) / 1000;
        out.field("redis_version", Product.REDIS_VERSION)
                .field("server_name", "vireo")
                .field("vireo_version", Product.version())
                .field("redis_git_sha1", "00000000")
                .field("redis_git_dirty", 0)
                .field("redis_build_id", Product.version())
                .field("redis_mode", "standalone")
                .field(
                        "os",
                        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                                + System.getProperty("os.arch"))
                .field("arch_bits", 64)
                .field("monotonic_clock", "POSIX clock_gettime")
                .field("multiplexing_api", "epoll")
                .field("atomicvar_api", "java-varhandle")
                .field("gcc_version", "0.0.0")
                .field("java_version", Runtime.version().toString())
                .field("process_id", ProcessHandle.current().pid())
                .field("process_supervised", Supervisor.of(config).word())
                .field("run_id", runId)
                .field("tcp_port", config.get(Options.PORT))
                .field("server_time_usec", nowMs * 1000)
                .field("uptime_in_seconds", upSeconds)
                .field("uptime_in_days", upSeconds / SECONDS_PER_DAY)
                .field("hz", config.get(Options.HZ))
                .field("configured_hz", config.get(Options.HZ))
                .field("lru_clock", nowMs / 1000 & LRU_CLOCK_MASK)
                .field("executable", ProcessHandle.current().info().command().orElse(""))
                .field("config_file", config.file() == null ? "" : config.file().toString())
                .field("io_threads_active", 0);
        long endsInMs = endsIn.applyAsLong(nowMs);
        if (endsInMs >= 0) {
            out.field("shutdown_in_milliseconds", endsInMs);
        }
    }
}
