package io.vireo.sentinel;

import io.vireo.resp.ReplyWriter;
import io.vireo.sentinel.GroupView.Link;
import io.vireo.topology.Endpoint;
import io.vireo.topology.NodeId;
import io.vireo.voter.VoterReply.Heard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The entries of SENTINEL MASTERS, REPLICAS and SENTINELS: maps of texts, with the names and in the order of Redis 7.0.
 *
 * <p>Nodes report to a voter, and are not asked by it. So the times of pings, and of INFO, are the age of the last
 * report.
 */
final class SentinelEntries {
    private final Sentinel sentinel;
    private final GroupView view;

    SentinelEntries(Sentinel sentinel, GroupView view) {
        this.sentinel = sentinel;
        this.view = view;
    }

    static void write(Map<String, String> entry, ReplyWriter out) {
        out.map(entry.size());
        entry.forEach((name, value) -> {
            out.bulk(name);
            out.bulk(value);
        });
    }

    static void write(List<Map<String, String>> entries, ReplyWriter out) {
        out.array(entries.size());
        entries.forEach(entry -> write(entry, out));
    }

    /** The primary. While it is not known where it is, host and port are empty and 0, and it counts as down. */
    Map<String, String> master() {
        Optional<Heard> primary = view.primary();
        Endpoint endpoint = view.primaryEndpoint().orElse(Endpoint.NOWHERE);
        long ageMs = primary.map(Heard::ageMs).orElse(0L);
        boolean isDown = view.isPrimaryDown();

        Map<String, String> entry =
                begin(view.name(), endpoint, view.primaryId().map(NodeId::text).orElse(""));
        List<String> flags = new ArrayList<>();
        addIf(isDown, "s_down", flags);
        addIf(view.isPrimaryDownForMost(), "o_down", flags);
        flags.add("master");
        addIf(isDown, "disconnected", flags);
        addIf(view.isFailingOver(), "failover_in_progress", flags);
        putLink(entry, flags, ageMs, isDown);
        if (view.isPrimaryDownForMost()) {
            put(entry, "o-down-time", sentinel.downForMostMs(view).orElse(0));
        }
        put(entry, "down-after-milliseconds", view.downAfterMs());
        putReported(entry, "master", ageMs);
        put(
                entry,
                "config-epoch",
                view.record().map(kept -> kept.epoch().number()).orElse(0L));
        put(entry, "num-slaves", view.replicas().size());
        put(entry, "num-other-sentinels", view.links().size());
        put(entry, "quorum", view.quorum());
        put(entry, "failover-timeout", sentinel.settings().failoverTimeoutMs());
        put(entry, "parallel-syncs", sentinel.settings().parallelSyncs());
        return entry;
    }

    List<Map<String, String>> replicas() {
        return view.replicas().stream().map(this::replica).toList();
    }

    private Map<String, String> replica(Heard replica) {
        Endpoint endpoint = GroupView.endpoint(replica);
        Endpoint primary = view.primaryEndpoint().orElse(new Endpoint("?", 0));
        boolean isDown = view.isDown(replica);

        Map<String, String> entry =
                begin(endpoint.toString(), endpoint, replica.report().node().text());
        List<String> flags = new ArrayList<>();
        addIf(isDown, "s_down", flags);
        flags.add("slave");
        addIf(isDown, "disconnected", flags);
        putLink(entry, flags, replica.ageMs(), isDown);
        put(entry, "down-after-milliseconds", view.downAfterMs());
        putReported(entry, "slave", replica.ageMs());
        put(entry, "master-link-down-time", 0);
        entry.put("master-link-status", view.isLinkUp(replica) ? "ok" : "err");
        entry.put("master-host", primary.host());
        put(entry, "master-port", primary.port());
        put(entry, "slave-priority", replica.report().priority());
        put(entry, "slave-repl-offset", replica.report().offset());
        put(entry, "replica-announced", 1);
        return entry;
    }

    /** The other voters. */
    List<Map<String, String>> sentinels() {
        return view.links().stream().map(this::voter).toList();
    }

    private Map<String, String> voter(Link link) {
        String runId = view.runId(link.voter());
        boolean isDown = view.isDown(link);

        Map<String, String> entry = begin(runId, link.voter().endpoint(), runId);
        List<String> flags = new ArrayList<>();
        addIf(isDown, "s_down", flags);
        flags.add("sentinel");
        addIf(!link.isConnected(), "disconnected", flags);
        addIf(view.saysPrimaryIsDown(link), "master_down", flags);
        putLink(entry, flags, link.answeredAgoMs(), isDown);
        put(entry, "down-after-milliseconds", view.downAfterMs());
        put(entry, "last-hello-message", link.answeredAgoMs());
        entry.put("voted-leader", "?");
        put(
                entry,
                "voted-leader-epoch",
                link.answer().map(answer -> answer.promised().number()).orElse(0L));
        return entry;
    }

    // Fields that several have.

    private static Map<String, String> begin(String name, Endpoint endpoint, String runId) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("ip", endpoint.host());
        put(entry, "port", endpoint.port());
        entry.put("runid", runId);
        return entry;
    }

    private void putLink(Map<String, String> entry, List<String> flags, long ageMs, boolean isDown) {
        entry.put("flags", String.join(",", flags));
        put(entry, "link-pending-commands", 0);
        put(entry, "link-refcount", 1);
        put(entry, "last-ping-sent", isDown ? ageMs : 0);
        put(entry, "last-ok-ping-reply", ageMs);
        put(entry, "last-ping-reply", ageMs);
        if (isDown) {
            put(entry, "s-down-time", Math.max(0, ageMs - view.downAfterMs()));
        }
    }

    private void putReported(Map<String, String> entry, String role, long ageMs) {
        put(entry, "info-refresh", ageMs);
        entry.put("role-reported", role);
        put(entry, "role-reported-time", sentinel.primaryForMs(view));
    }

    private static void put(Map<String, String> entry, String name, long value) {
        entry.put(name, Long.toString(value));
    }

    private static void addIf(boolean holds, String flag, List<String> flags) {
        if (holds) {
            flags.add(flag);
        }
    }
}
