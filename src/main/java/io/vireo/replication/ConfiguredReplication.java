package io.vireo.replication;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.AppendOnlyOptions;
import io.vireo.config.Config;
import io.vireo.config.Consistency;
import io.vireo.config.Options;
import io.vireo.config.OutputBufferLimits;
import java.util.Optional;
import java.util.function.Supplier;

/** Replication as a node's configuration wants it. */
@RunsOn(Loop.KEYSPACE)
final class ConfiguredReplication implements ReplicationSettings {
    private static final long SECOND_MS = 1_000;

    private final Config config;
    private final Supplier<Optional<Member>> member;

    /** @param member who we are in our group, if there is one */
    ConfiguredReplication(Config config, Supplier<Optional<Member>> member) {
        this.config = config;
        this.member = member;
    }

    @Override
    public LinkSettings link() {
        Optional<Member> self = member.get();
        return new LinkSettings(
                Options.announcedPort(config),
                config.get(Options.REPLICA_ANNOUNCE_IP),
                secret(config.get(Options.MASTERUSER)),
                secret(config.get(Options.MASTERAUTH)),
                timeoutMs(),
                config.get(Options.REPLICA_WIPE_GUARD),
                self,
                acksDisk(self.isPresent()));
    }

    /** In strong mode to hold something means that it is on the disk, where each write is flushed to it. */
    private boolean acksDisk(boolean isMember) {
        boolean mayBeStrong = isMember || config.get(Options.CONSISTENCY) == Consistency.STRONG;
        return mayBeStrong && AppendOnlyOptions.isAlwaysFlushed(config);
    }

    private static String secret(Bytes bytes) {
        return bytes.toString();
    }

    @Override
    public CutPlan.Settings cut() {
        return new CutPlan.Settings(
                config.get(Options.REPL_DISKLESS_SYNC),
                config.get(Options.REPL_DISKLESS_SYNC_DELAY) * SECOND_MS,
                config.get(Options.REPL_DISKLESS_SYNC_MAX_REPLICAS));
    }

    @Override
    public long timeoutMs() {
        return config.get(Options.REPL_TIMEOUT) * SECOND_MS;
    }

    @Override
    public long pingPeriodMs() {
        return config.get(Options.REPL_PING_REPLICA_PERIOD) * SECOND_MS;
    }

    @Override
    public long backlogTtlSeconds() {
        return config.get(Options.REPL_BACKLOG_TTL);
    }

    @Override
    public OutputLimit outputLimit() {
        OutputBufferLimits.Limit limit =
                config.get(Options.CLIENT_OUTPUT_BUFFER_LIMIT).replica();
        return new OutputLimit(limit.hardBytes(), limit.softBytes(), limit.softSeconds() * SECOND_MS);
    }
}
