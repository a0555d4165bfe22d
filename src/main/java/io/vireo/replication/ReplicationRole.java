package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import io.vireo.replication.RoleAction.DismissReplicas;
import io.vireo.replication.RoleAction.FollowInLog;
import io.vireo.replication.RoleAction.FreeBacklog;
import io.vireo.replication.RoleAction.LeadInLog;
import io.vireo.replication.RoleAction.OpenBacklog;
import io.vireo.replication.RoleAction.Rename;
import io.vireo.replication.RoleAction.RestartLog;
import io.vireo.replication.RoleAction.TellLink;
import io.vireo.replication.RoleEvent.Adopted;
import io.vireo.replication.RoleEvent.BacklogUnused;
import io.vireo.replication.RoleEvent.Continued;
import io.vireo.replication.RoleEvent.CopyWanted;
import io.vireo.replication.RoleEvent.Disowned;
import io.vireo.replication.RoleEvent.FollowNobody;
import io.vireo.replication.RoleEvent.HandOver;
import io.vireo.replication.RoleEvent.IdChangeWanted;
import io.vireo.replication.RoleEvent.ReplicaOf;
import io.vireo.replication.RoleEvent.ReplicaOfNoOne;
import io.vireo.replication.RoleEvent.Started;
import io.vireo.replication.RoleEvent.StartedInGroup;
import io.vireo.replication.RoleState.Follower;
import io.vireo.replication.RoleState.Primary;
import io.vireo.replication.RoleState.Unattached;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules by which a node's stream gets and changes its names as the node leads, follows, and is followed.
 *
 * <pre>
 *              ReplicaOf                     Disowned, Adopted: another history, replicas start over
 *   Primary ---------------> Follower        Continued: perhaps under another id, replicas ask again
 *           <---------------
 *             ReplicaOfNoOne: a new id, the old one is the former; replicas ask again, and continue
 *      |                        |    ^
 *      | FollowNobody           v    | ReplicaOf
 *      +----------------> Unattached +            ReplicaOfNoOne makes it a Primary too
 * </pre>
 *
 * <p>All follow from one rule: two nodes whose streams have the same id at the same offset have the same data.
 */
@RunsOn(Loop.ANY)
public final class ReplicationRole {

    /** What the rules have to know of the log. */
    public record Facts(ReplicationHistory history, long endOffset, boolean hasBacklog) {
        public static Facts of(ReplicationLog log) {
            return new Facts(log.history(), log.endOffset(), log.hasBacklog());
        }

        StreamPosition position() {
            return new StreamPosition(history.id(), endOffset);
        }
    }

    private static final Say KEEPING_OWN_POSITION =
            Say.notice("Before turning into a replica, using my own master parameters to synthesize a cached master:"
                    + " I may be able to synchronize with the new master with just a partial transfer.");

    private final Facts log;
    private final List<RoleAction> actions = new ArrayList<>();

    private ReplicationRole(Facts log) {
        this.log = log;
    }

    private record On(RoleState state, RoleEvent event) {}

    /** Moves the role one event on. */
    public static Step<RoleState, RoleAction> on(RoleState state, RoleEvent event, Facts log) {
        ReplicationRole rules = new ReplicationRole(log);
        RoleState next = rules.on(state, event);
        return new Step<>(next, rules.actions);
    }

    private RoleState on(RoleState state, RoleEvent event) {
        return switch (new On(state, event)) {
            case On(Primary s, Started e) ->
                e.primary()
                        .map(primary -> startAsReplica(primary, e.loaded()))
                        .orElseGet(() -> startAsPrimary(s, e.loaded(), e.newId()));
            case On(Primary s, StartedInGroup e) -> startInGroup(e.loaded());
            case On(Primary s, FollowNobody e) -> release(log.position());
            case On(Follower s, FollowNobody e) -> release(e.hasPosition() ? log.position() : StreamPosition.UNKNOWN);
            case On(Unattached s, ReplicaOf e) -> attach(e.primary(), s.position());
            case On(Unattached s, ReplicaOfNoOne e) -> promote(e.newId());
            case On(Primary s, ReplicaOf e) -> follow(e.primary(), new LinkEvent.Follow(e.primary(), log.position()));
            case On(Primary s, HandOver e) -> follow(e.heir(), new LinkEvent.FollowHeir(e.heir(), log.position()));
            case On(Follower s, ReplicaOf e) -> repoint(e.primary());
            case On(Follower s, ReplicaOfNoOne e) -> promote(e.newId());
            case On(Primary s, CopyWanted e) -> nameForFirstReplica(s, e.newId());
            case On(Follower s, Disowned e) -> dropOwnStream(s, e.newId());
            case On(Follower s, Adopted e) -> adopt(s, e.position(), e.newId());
            case On(Follower s, Continued e) -> continueAs(s, e.id());
            case On(Primary s, BacklogUnused e) -> freeBacklog(s, e.seconds(), e.newId());
            case On(RoleState s, IdChangeWanted e) -> changeId(s, e.newId());
            case On(RoleState s, RoleEvent e) -> s;
        };
    }

    // Starting.

    /** It may have written more than its file holds, so what it writes now has another name. */
    private RoleState startAsPrimary(Primary s, Optional<StreamPosition> loaded, String newId) {
        loaded.ifPresent(position -> {
            actions.add(new Rename(ReplicationHistory.ofPrimaryFromFile(newId, position)));
            actions.add(new RestartLog(position.offset()));
            openBacklog();
        });
        return s;
    }

    private RoleState startAsReplica(Target primary, Optional<StreamPosition> loaded) {
        actions.add(new FollowInLog());
        loaded.ifPresent(position -> {
            actions.add(KEEPING_OWN_POSITION);
            actions.add(new Rename(ReplicationHistory.ofReplicaFromFile(position)));
            actions.add(new RestartLog(position.offset()));
            openBacklog();
        });
        actions.add(new TellLink(new LinkEvent.FollowSoon(primary, loaded.orElse(StreamPosition.UNKNOWN))));
        return new Follower(primary);
    }

    private RoleState startInGroup(Optional<StreamPosition> loaded) {
        actions.add(new FollowInLog());
        loaded.ifPresent(position -> {
            actions.add(new Rename(ReplicationHistory.ofReplicaFromFile(position)));
            actions.add(new RestartLog(position.offset()));
            openBacklog();
        });
        return new Unattached(loaded.orElse(StreamPosition.UNKNOWN));
    }

    // Changing roles.

    /** The new primary may be one of our own replicas, and then continues what we wrote. */
    private RoleState follow(Target primary, LinkEvent event) {
        actions.add(KEEPING_OWN_POSITION);
        actions.add(new FollowInLog());
        openBacklog();
        actions.add(new TellLink(event));
        return new Follower(primary);
    }

    private RoleState release(StreamPosition position) {
        actions.add(new TellLink(new LinkEvent.Unfollow()));
        actions.add(new FollowInLog());
        return new Unattached(position);
    }

    private RoleState attach(Target primary, StreamPosition position) {
        actions.add(new TellLink(new LinkEvent.FollowSoon(primary, position)));
        return new Follower(primary);
    }

    private RoleState repoint(Target primary) {
        actions.add(new TellLink(new LinkEvent.Repoint(primary)));
        return new Follower(primary);
    }

    private RoleState promote(String newId) {
        ReplicationHistory history = log.history().promoted(newId, log.endOffset());
        actions.add(new TellLink(new LinkEvent.Unfollow()));
        actions.add(Say.warning("Setting secondary replication ID to " + history.formerId() + ", valid up to offset: "
                + history.formerUpTo() + ". New replication ID is " + history.id()));
        actions.add(new Rename(history));
        actions.add(new DismissReplicas());
        openBacklog();
        actions.add(new LeadInLog());
        return new Primary();
    }

    // The primary's data, on a replica.

    /** Until the copy is loaded our data are nobody's, and must not pass for a copy of anything. */
    private RoleState dropOwnStream(Follower s, String newId) {
        actions.add(new DismissReplicas());
        actions.add(new FreeBacklog());
        actions.add(new Rename(ReplicationHistory.fresh(newId)));
        actions.add(new RestartLog(0));
        return s;
    }

    /** A primary without offsets gives its replica a stream that nobody else has. */
    private RoleState adopt(Follower s, StreamPosition position, String newId) {
        StreamPosition adopted = position.isKnown() ? position : new StreamPosition(newId, 0);
        actions.add(new Rename(ReplicationHistory.ofFullCopy(adopted.id())));
        actions.add(new RestartLog(adopted.offset()));
        openBacklog();
        return s;
    }

    private RoleState continueAs(Follower s, String id) {
        if (!id.equals(log.history().id())) {
            actions.add(new Rename(log.history().continuedAs(id, log.endOffset())));
            actions.add(new DismissReplicas());
        }
        openBacklog();
        return s;
    }

    // The backlog.

    /** Offsets stood still until now, so the id until now names too many different data sets. */
    private RoleState nameForFirstReplica(Primary s, String newId) {
        if (!log.hasBacklog()) {
            ReplicationHistory history = ReplicationHistory.fresh(newId);
            actions.add(new Rename(history));
            openBacklog();
            actions.add(Say.notice("Replication backlog created, my new replication IDs are '" + history.id()
                    + "' and '" + history.formerId() + "'"));
        }
        return s;
    }

    private RoleState freeBacklog(Primary s, long seconds, String newId) {
        if (log.hasBacklog()) {
            actions.add(new FreeBacklog());
            actions.add(new Rename(ReplicationHistory.fresh(newId)));
            actions.add(
                    Say.notice("Replication backlog freed after " + seconds + " seconds without connected replicas."));
        }
        return s;
    }

    private RoleState changeId(RoleState s, String newId) {
        actions.add(Say.notice("Changing replication IDs after receiving DEBUG change-repl-id"));
        actions.add(new Rename(ReplicationHistory.fresh(newId)));
        return s;
    }

    private void openBacklog() {
        if (!log.hasBacklog()) {
            actions.add(new OpenBacklog());
        }
    }
}
