package io.vireo.voter;

import io.vireo.topology.NodeId;
import io.vireo.voter.VoterReply.Heard;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What data nodes have told a voter of themselves, the last of each. Lost with a restart, and heard again soon. */
record Hearsay(Map<NodeId, Entry> entries) {
    /** Names are not checked against any list: a bound keeps a mistake from filling the memory. */
    static final int MOST = 64;

    record Entry(NodeReport report, long atMs) {}

    static final Hearsay NONE = new Hearsay(Map.of());

    Hearsay {
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    Hearsay with(NodeReport report, long nowMs) {
        Map<NodeId, Entry> more = new TreeMap<>(entries);
        if (more.size() >= MOST && !more.containsKey(report.node())) {
            more.values().stream()
                    .min((a, b) -> Long.compare(a.atMs, b.atMs))
                    .ifPresent(oldest -> more.remove(oldest.report.node()));
        }
        more.put(report.node(), new Entry(report, nowMs));
        return new Hearsay(more);
    }

    List<Heard> at(long nowMs) {
        return entries.values().stream()
                .map(entry -> new Heard(entry.report, nowMs - entry.atMs))
                .toList();
    }
}
