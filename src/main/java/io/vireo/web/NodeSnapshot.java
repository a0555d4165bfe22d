package io.vireo.web;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.List;

/**
 * What a node says about itself at one moment, for one request.
 *
 * @param info the text of INFO EVERYTHING; empty where only health was asked for
 * @param isLoading whether the data are being loaded, so that clients are answered LOADING
 * @param isLinkUp whether, as a replica, it gets its primary's stream
 * @param hasData whether its data are a primary's own, or a copy that was once complete
 * @param servesStale whether it answers reads while its link is down
 * @param silentMs how long ago its primary was heard of, or -1
 * @param unappliedBytes what came of the primary's stream and is not applied yet
 * @param link the state of its link to a primary, in one word
 * @param loopDelays how late its loop comes to what is due
 */
@RunsOn(Loop.ANY)
public record NodeSnapshot(
        String info,
        boolean isPrimary,
        boolean isLoading,
        boolean isLinkUp,
        boolean hasData,
        boolean servesStale,
        long silentMs,
        long unappliedBytes,
        String link,
        Delays loopDelays,
        List<ReplicaLag> replicas) {

    /** How often something was due, how late it came in all, and the latest of the last minute. */
    public record Delays(long count, long sumNanos, long largestNanos) {}

    /** How far one replica is behind: since when it has told nothing, and how many bytes it has not acknowledged. */
    public record ReplicaLag(String replica, String state, long silentMs, long bytes) {}
}
