package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Command;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandSpec;
import io.vireo.command.Gate;
import io.vireo.command.Gates;
import io.vireo.command.Session;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import java.util.function.Supplier;

/**
 * What replication lets pass: a primary takes no write without enough replicas, a replica takes none at all, and answers
 * nothing from old data where it should not. Disarmed where the role or the configuration makes them needless.
 */
@RunsOn(Loop.KEYSPACE)
final class ReplicationGates {
    private final Config config;
    private final Replication replication;
    private final Supplier<Group> group;
    private final Keyspace keyspace;
    private final Gate enoughReplicas = new EnoughReplicas();
    private final Gate readOnly = new ReadOnly();
    private final Gate standby = new Standby();
    private final Gate stale = new Stale();
    private final Gate fedReplica = new FedReplica();
    private Gates gates;

    ReplicationGates(Config config, Replication replication, Supplier<Group> group, Keyspace keyspace) {
        this.config = config;
        this.group = group;
        this.keyspace = keyspace;
        this.replication = replication;
    }

    /** Adds all, in the order in which Redis asks. */
    void addTo(Gates newGates) {
        gates = newGates;
        gates.add(fedReplica);
        gates.add(enoughReplicas);
        gates.add(readOnly);
        gates.add(standby);
        gates.add(stale);
        config.onChange(Options.MIN_REPLICAS_TO_WRITE, count -> arm());
        config.onChange(Options.MIN_REPLICAS_MAX_LAG, seconds -> arm());
        config.onChange(Options.REPLICA_READ_ONLY, is -> arm());
        config.onChange(Options.REPLICA_SERVE_READS, is -> arm());
        config.onChange(Options.REPLICA_SERVE_STALE_DATA, is -> arm());
        arm();
    }

    /** Arms what the role and the configuration ask for. */
    void arm() {
        boolean isReplica = !replication.isPrimary();
        gates.arm(enoughReplicas, !isReplica && limitsLag());
        boolean isReadOnly =
                config.get(Options.REPLICA_READ_ONLY) || group.get().exists();
        gates.arm(readOnly, isReplica && isReadOnly);
        keyspace.ownExpiries().writable(isReplica && !isReadOnly);
        gates.arm(standby, isReplica && !config.get(Options.REPLICA_SERVE_READS));
        gates.arm(stale, isReplica && !config.get(Options.REPLICA_SERVE_STALE_DATA));
        gates.arm(fedReplica, !replication.feeds().isEmpty());
    }

    private boolean limitsLag() {
        return config.get(Options.MIN_REPLICAS_TO_WRITE) > 0 && config.get(Options.MIN_REPLICAS_MAX_LAG) > 0;
    }

    private static boolean isClient(Session session) {
        return session.kind() != Session.Kind.PRIMARY;
    }

    private static boolean touchesData(CommandSpec command) {
        return command.has(CommandFlag.WRITE) || command.has(CommandFlag.READONLY);
    }

    private final class EnoughReplicas implements Gate {
        @Override
        public boolean concerns(CommandSpec command) {
            return command.has(CommandFlag.WRITE);
        }

        @Override
        public ErrorReply check(Session session, Command command, Args args) {
            int good = replication.goodReplicas(config.get(Options.MIN_REPLICAS_MAX_LAG) * 1_000L);
            return good < config.get(Options.MIN_REPLICAS_TO_WRITE) ? ErrorReply.NO_REPLICAS : null;
        }
    }

    private final class ReadOnly implements Gate {
        @Override
        public boolean concerns(CommandSpec command) {
            return command.has(CommandFlag.WRITE);
        }

        @Override
        public ErrorReply check(Session session, Command command, Args args) {
            if (!isClient(session)) {
                return null;
            }
            boolean followsSomebody = replication.primary().isPresent();
            return followsSomebody ? ErrorReply.READ_ONLY : group.get().nobodyLeads();
        }
    }

    private static final class Standby implements Gate {
        @Override
        public boolean concerns(CommandSpec command) {
            return touchesData(command);
        }

        @Override
        public ErrorReply check(Session session, Command command, Args args) {
            return isClient(session) ? ErrorReply.STANDBY : null;
        }
    }

    private final class Stale implements Gate {
        @Override
        public boolean concerns(CommandSpec command) {
            return !command.has(CommandFlag.STALE);
        }

        @Override
        public ErrorReply check(Session session, Command command, Args args) {
            return isClient(session) && !replication.isLinkUp() ? ErrorReply.MASTER_DOWN : null;
        }
    }

    /** A reply to a replica would stand in the middle of its stream. */
    private static final class FedReplica implements Gate {
        @Override
        public boolean concerns(CommandSpec command) {
            return touchesData(command) || command.has(CommandFlag.MAY_REPLICATE);
        }

        @Override
        public ErrorReply check(Session session, Command command, Args args) {
            return session.kind() == Session.Kind.REPLICA ? ErrorReply.NOT_FOR_REPLICAS : null;
        }
    }
}
