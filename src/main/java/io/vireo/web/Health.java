package io.vireo.web;

/**
 * The answer to a probe.
 *
 * @param isGood 200 if so, else 503
 * @param reason one line
 */
record Health(boolean isGood, String reason) {
    /** Whether clients that may use this node at all are served by it now. */
    static Health ready(NodeSnapshot node) {
        if (node.isLoading()) {
            return new Health(false, "loading the data set");
        }
        if (!node.hasData()) {
            return new Health(false, "waiting for the first copy of the primary's data");
        }
        if (!node.isPrimary() && !node.isLinkUp() && !node.servesStale()) {
            return new Health(false, "the link to the primary is down, and replica-serve-stale-data is no");
        }
        return new Health(true, "ready");
    }

    /** Whether this node takes writes. */
    static Health primary(NodeSnapshot node) {
        Health ready = ready(node);
        return !ready.isGood() || node.isPrimary() ? ready : new Health(false, "a replica");
    }

    /**
     * Whether this node is a replica that is up to date.
     *
     * @param maxLagMs the longest silence of its primary
     * @param maxLagBytes the most bytes that have come and are not applied
     */
    static Health replica(NodeSnapshot node, long maxLagMs, long maxLagBytes) {
        if (node.isPrimary()) {
            return new Health(false, "a primary");
        }
        Health ready = ready(node);
        if (!ready.isGood()) {
            return ready;
        }
        if (!node.isLinkUp()) {
            return new Health(false, "the link to the primary is down");
        }
        if (node.silentMs() > maxLagMs) {
            return new Health(false, "the primary was heard of " + node.silentMs() + " ms ago");
        }
        if (node.unappliedBytes() > maxLagBytes) {
            return new Health(false, node.unappliedBytes() + " bytes are not applied yet");
        }
        return new Health(true, "ready");
    }
}
