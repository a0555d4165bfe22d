package io.vireo.sentinel;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.voter.Timing;

/**
 * What SENTINEL SET may change. It is forgotten with a restart, and changes nothing in how the group elects.
 *
 * @param downAfterMs from which silence on this voter shows somebody as down
 * @param failoverTimeoutMs shown, and without effect
 * @param parallelSyncs shown, and without effect
 */
@RunsOn(Loop.ANY)
record SentinelSettings(long downAfterMs, long failoverTimeoutMs, long parallelSyncs) {
    static final long FAILOVER_TIMEOUT_MS = 180_000;

    static SentinelSettings of(Timing timing) {
        return new SentinelSettings(timing.downAfterMs(), FAILOVER_TIMEOUT_MS, 1);
    }

    SentinelSettings withDownAfterMs(long ms) {
        return new SentinelSettings(ms, failoverTimeoutMs, parallelSyncs);
    }

    SentinelSettings withFailoverTimeoutMs(long ms) {
        return new SentinelSettings(downAfterMs, ms, parallelSyncs);
    }

    SentinelSettings withParallelSyncs(long count) {
        return new SentinelSettings(downAfterMs, failoverTimeoutMs, count);
    }
}
