package io.vireo.sentinel;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.pubsub.Channels;
import io.vireo.sentinel.SentinelEvents.Seen;
import io.vireo.topology.GroupRecord;
import io.vireo.voter.Timing;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A voter as clients see it: what it knows now, and telling those who subscribe what has changed.
 *
 * <p>A voter may be the only one that has accepted a record, and then nobody may ever lead by it. So clients are shown the
 * primary of the last record that a majority is known to have: it takes writes by then, or is about to.
 */
@RunsOn(Loop.KEYSPACE)
public final class Sentinel {
    private final Supplier<GroupView> source;
    private final Timing timing;
    private final Channels channels;
    private SentinelSettings settings;
    private Seen seen = Seen.NOTHING;
    private Optional<GroupRecord> decided = Optional.empty();
    private long forgotBeforeMs = Long.MIN_VALUE;

    /**
     * @param source gives what the voter knows at the moment of the call
     * @param channels where events are published
     */
    public Sentinel(Supplier<GroupView> source, Timing timing, Channels channels) {
        this.source = source;
        this.timing = timing;
        this.channels = channels;
        this.settings = SentinelSettings.of(timing);
    }

    /** Publishes what has changed since the last call; called every few tens of milliseconds. */
    public void tick() {
        Step<Seen, SentinelEvent> step = SentinelEvents.on(seen, view());
        seen = step.state();
        step.actions().forEach(this::publish);
    }

    void publish(SentinelEvent event) {
        Bytes channel = Bytes.copyOf(event.channel());
        Bytes payload = Bytes.copyOf(event.payload());
        channels.publish(channel, payload);
        Reference.reachabilityFence(channel);
        Reference.reachabilityFence(payload);
    }

    /** What the voter knows now, with its own record only where no other was ever known to be decided, as after its start. */
    GroupView view() {
        GroupView own = source.get();
        if (own.isDecided()) {
            decided = own.record();
        }
        return own.withRecord(decided.or(own::record))
                .withDownAfter(settings.downAfterMs())
                .forgetting(forgotBeforeMs);
    }

    Timing timing() {
        return timing;
    }

    SentinelSettings settings() {
        return settings;
    }

    void settings(SentinelSettings newSettings) {
        settings = newSettings;
    }

    /** Shows no replica any more that does not report from now on. */
    void forgetReplicas() {
        forgotBeforeMs = view().nowMs();
    }

    /** For how long the primary has been the primary, as far as this voter has seen. */
    long primaryForMs(GroupView view) {
        return Math.max(0, view.nowMs() - seen.sinceMs());
    }

    /** For how long a majority has taken the primary for down. */
    OptionalLong downForMostMs(GroupView view) {
        OptionalLong sinceMs = seen.downForMostSinceMs();
        return sinceMs.isPresent() ? OptionalLong.of(Math.max(0, view.nowMs() - sinceMs.getAsLong())) : sinceMs;
    }
}
