package io.vireo.sentinel;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.topology.Endpoint;

/** INFO's {@code Sentinel}, in Redis's words. */
final class SentinelSection implements InfoSection {
    private final Sentinel sentinel;

    SentinelSection(Sentinel sentinel) {
        this.sentinel = sentinel;
    }

    @Override
    public String title() {
        return "Sentinel";
    }

    @Override
    public void write(InfoText out) {
        GroupView view = sentinel.view();
        String status = view.isPrimaryDownForMost() ? "odown" : view.isPrimaryDown() ? "sdown" : "ok";
        Endpoint endpoint = view.primaryEndpoint().orElse(Endpoint.NOWHERE);
        out.field("sentinel_masters", 1)
                .field("sentinel_tilt", 0)
                .field("sentinel_tilt_since_seconds", -1)
                .field("sentinel_running_scripts", 0)
                .field("sentinel_scripts_queue_length", 0)
                .field("sentinel_simulate_failure_flags", 0)
                .field(
                        "master0",
                        "name=" + view.name() + ",status=" + status + ",address=" + endpoint + ",slaves="
                                + view.replicas().size() + ",sentinels="
                                + view.voters().size());
    }
}
