package io.vireo.voter;

import io.vireo.topology.VoterId;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A primary's right to serve, in one epoch.
 *
 * @param echoed for each voter, when the latest renewal was <em>sent</em> that it has answered, by the primary's clock: the
 *     voter keeps others out at least as long, counted from when it got it
 */
record Lease(Map<VoterId, Long> echoed) {
    /** The end of a lease that was never granted. */
    static final long NEVER = Long.MIN_VALUE;

    static final Lease NONE = new Lease(Map.of());

    Lease {
        echoed = Map.copyOf(echoed);
    }

    Lease renewed(VoterId voter, long sentAtMs) {
        Map<VoterId, Long> more = new TreeMap<>(echoed);
        more.merge(voter, sentAtMs, Math::max);
        return new Lease(more);
    }

    /** It holds before this time: as long as there is a majority that each keep others out. */
    long untilMs(int majority, long leaseMs) {
        return echoed.values().stream()
                .sorted(Comparator.reverseOrder())
                .skip(majority - 1L)
                .findFirst()
                .map(sentAtMs -> sentAtMs + leaseMs)
                .orElse(NEVER);
    }
}
