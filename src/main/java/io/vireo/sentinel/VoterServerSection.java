package io.vireo.sentinel;

import io.vireo.base.Product;
import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;

/** INFO's {@code Server} on a voter's port. */
final class VoterServerSection implements InfoSection {
    private static final int SECONDS_PER_DAY = 86_400;

    private final Sentinel sentinel;
    private final int port;
    private final long startedAtMs;

    /** @param startedAtMs in milliseconds since 1970 */
    VoterServerSection(Sentinel sentinel, int port, long startedAtMs) {
        this.sentinel = sentinel;
        this.port = port;
        this.startedAtMs = startedAtMs;
    }

    @Override
    public String title() {
        return "Server";
    }

    @Override
    public void write(InfoText out) {
        long nowMs = System.currentTimeMillis();
        long upSeconds = (nowMs - startedAtMs) / 1000;
        GroupView view = sentinel.view();
        out.field("redis_version", Product.REDIS_VERSION)
                .field("server_name", "vireo")
                .field("vireo_version", Product.version())
                .field("redis_mode", "sentinel")
                .field("arch_bits", Long.SIZE)
                .field("java_version", Runtime.version().toString())
                .field("process_id", ProcessHandle.current().pid())
                .field("run_id", view.runId(view.self()))
                .field("tcp_port", port)
                .field("server_time_usec", nowMs * 1000)
                .field("uptime_in_seconds", upSeconds)
                .field("uptime_in_days", upSeconds / SECONDS_PER_DAY);
    }
}
