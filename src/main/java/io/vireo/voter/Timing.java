package io.vireo.voter;

/**
 * How long things take, all in milliseconds, out of the two that an operator sets.
 *
 * @param leaseMs how long a primary may serve after the majority's last renewal was sent
 * @param downAfterMs how long somebody is silent before it is suspected
 */
public record Timing(long leaseMs, long downAfterMs) {
    /** Clocks that run unequally by up to 2 % need 4.09 % of the lease. */
    private static final long MARGIN_PERCENT = 5;

    public static final Timing DEFAULT = new Timing(800, 500);

    /** How long a voter keeps others out: longer than the primary serves, whichever of the clocks runs faster. */
    public long grantMs() {
        return leaseMs + Math.ceilDiv(leaseMs * MARGIN_PERCENT, 100);
    }

    /** How long a node that has started waits for others that have, before it takes itself for the best of them. */
    public long loadingMs() {
        return 6 * downAfterMs;
    }

    /** How long a node without data waits for anybody who has some. */
    public long emptyMs() {
        return 20 * downAfterMs;
    }

    /** Between two renewals of the lease. */
    public long renewMs() {
        return Math.max(1, leaseMs / 10);
    }

    /** Between two questions to the voters: how do things stand? */
    public long probeMs() {
        return Math.max(1, downAfterMs / 5);
    }

    /** How old an answer may be that an election begins with, counted from the question. */
    public long freshMs() {
        return downAfterMs * 7 / 10;
    }

    /** How long a node that was heard of is one that may lead. */
    public long heardOfMs() {
        return 2 * downAfterMs;
    }

    /** How much longer a node waits for each other one that would lead better. */
    public long rankMs() {
        return downAfterMs * 3 / 10;
    }

    /** How long promises are waited for. */
    public long ballotMs() {
        return downAfterMs;
    }

    /** Between two sendings of a question that has not been answered. */
    public long resendMs() {
        return probeMs();
    }

    /** How long a node waits at least that may not lead as things stand. */
    public long unfitMs() {
        return downAfterMs;
    }

    /** The longest wait after an election that nobody won. */
    public long backOffMs() {
        return downAfterMs * 4 / 5;
    }

    /** How fresh the last word of a replica must be that is taken into the in-sync set. */
    public long liveMs() {
        return downAfterMs * 3 / 5;
    }

    /** How long a handover waits until all has left. */
    public long drainMs() {
        return downAfterMs * 4 / 5;
    }

    /** How long a lease is left alone while a minority of the voters follows a higher epoch. */
    public long repairMs() {
        return 2 * downAfterMs;
    }

    /** When a replica closes a stream on which nothing comes: before its primary gives it up. */
    public long streamSilentMs() {
        return downAfterMs * 4 / 5;
    }
}
