package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.log.ReplicationHistory;
import io.vireo.log.StreamPosition;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every role against every event, with and without a backlog. */
class ReplicationRoleTableTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String NEW = "e".repeat(40);
    private static final Target HOST = new Target("h", 1);
    private static final List<RoleState> ROLES = List.of(new RoleState.Primary(), new RoleState.Follower(HOST));

    private static void assertTable(String expected, boolean backlog, RoleEvent... events) {
        assertTable(expected, ROLES, backlog, events);
    }

    private static void assertTable(String expected, List<RoleState> roles, boolean backlog, RoleEvent... events) {
        ReplicationRole.Facts facts = new ReplicationRole.Facts(ReplicationHistory.fresh(A), 534, backlog);
        String table = new MachineTable<>(
                        roles,
                        List.of(events),
                        (RoleState role, RoleEvent event) -> ReplicationRole.on(role, event, facts))
                .arrows()
                .replace(A, "A")
                .replace(B, "B")
                .replace(NEW, "NEW")
                .replace("0".repeat(40), "NONE")
                .replace("ReplicationHistory", "");
        assertEquals(expected, table);
    }

    @Test
    void aNodeStarts() {
        Optional<StreamPosition> saved = Optional.of(new StreamPosition(B, 70));
        assertTable(
                """
                Primary + Started[-, [B:71], NEW] -> Primary
                  : Rename[NEW, B, 71], RestartLog[70], OpenBacklog
                Primary + Started[[h:1], -, NEW] -> Follower
                  : FollowInLog, link FollowSoon[h:1, ?:-1]
                Primary + Started[[h:1], [B:71], NEW] -> Follower
                  : FollowInLog, say, Rename[B, NONE, -1], RestartLog[70], OpenBacklog, link FollowSoon[h:1, B:71]
                """,
                false,
                new RoleEvent.Started(Optional.empty(), Optional.empty(), NEW),
                new RoleEvent.Started(Optional.empty(), saved, NEW),
                new RoleEvent.Started(Optional.of(HOST), Optional.empty(), NEW),
                new RoleEvent.Started(Optional.of(HOST), saved, NEW));
    }

    @Test
    void rolesChange() {
        assertTable("""
            Primary + ReplicaOf[g:2] -> Follower
              : say, FollowInLog, link Follow[g:2, A:535]
            Follower + ReplicaOf[g:2] -> Follower: link Repoint[g:2]
            Follower + ReplicaOfNoOne[NEW] -> Primary
              : link Unfollow, say, Rename[NEW, A, 535], DismissReplicas, LeadInLog
            """, true, new RoleEvent.ReplicaOf(new Target("g", 2)), new RoleEvent.ReplicaOfNoOne(NEW));
    }

    @Test
    void theStreamIsHandedOver() {
        assertTable("""
            Primary + HandOver[g:2] -> Follower
              : say, FollowInLog, link FollowHeir[g:2, A:535]
            """, true, new RoleEvent.HandOver(new Target("g", 2)));
    }

    @Test
    void rolesChangeBeforeThereIsABacklog() {
        assertTable("""
            Primary + ReplicaOf[g:2] -> Follower
              : say, FollowInLog, OpenBacklog, link Follow[g:2, A:535]
            Follower + ReplicaOf[g:2] -> Follower: link Repoint[g:2]
            Follower + ReplicaOfNoOne[NEW] -> Primary
              : link Unfollow, say, Rename[NEW, A, 535], DismissReplicas, OpenBacklog, LeadInLog
            """, false, new RoleEvent.ReplicaOf(new Target("g", 2)), new RoleEvent.ReplicaOfNoOne(NEW));
    }

    @Test
    void aFullCopyReplacesTheStream() {
        assertTable(
                """
                Follower + Disowned[NEW] -> Follower
                  : DismissReplicas, FreeBacklog, Rename[NEW, NONE, -1], RestartLog[0]
                Follower + Adopted[B:71, NEW] -> Follower
                  : Rename[B, NONE, -1], RestartLog[70], OpenBacklog
                Follower + Adopted[?:-1, NEW] -> Follower
                  : Rename[NEW, NONE, -1], RestartLog[0], OpenBacklog
                """,
                false,
                new RoleEvent.Disowned(NEW),
                new RoleEvent.Adopted(new StreamPosition(B, 70), NEW),
                new RoleEvent.Adopted(StreamPosition.UNKNOWN, NEW));
    }

    @Test
    void aContinuationMayBringAnotherId() {
        assertTable("""
            Follower + Continued[B] -> Follower
              : Rename[B, A, 535], DismissReplicas
            """, true, new RoleEvent.Continued(A), new RoleEvent.Continued(B));
    }

    @Test
    void aReplicaFromAFileOpensItsBacklogWhenItContinues() {
        assertTable("""
            Follower + Continued[A] -> Follower: OpenBacklog
            """, false, new RoleEvent.Continued(A));
    }

    @Test
    void theFirstReplicaBringsABacklogAndAName() {
        assertTable("""
            Primary + CopyWanted[NEW] -> Primary
              : Rename[NEW, NONE, -1], OpenBacklog, say
            """, false, new RoleEvent.CopyWanted(NEW));
        assertTable("", true, new RoleEvent.CopyWanted(NEW));
    }

    @Test
    void anUnusedBacklogIsFreedByAPrimary() {
        assertTable("""
            Primary + BacklogUnused[3600, NEW] -> Primary
              : FreeBacklog, Rename[NEW, NONE, -1], say
            """, true, new RoleEvent.BacklogUnused(3600, NEW));
        assertTable("", false, new RoleEvent.BacklogUnused(3600, NEW));
    }

    @Test
    void anIdMayBeChangedOnDemand() {
        assertTable("""
            Primary + IdChangeWanted[NEW] -> Primary
              : say, Rename[NEW, NONE, -1]
            Follower + IdChangeWanted[NEW] -> Follower
              : say, Rename[NEW, NONE, -1]
            """, true, new RoleEvent.IdChangeWanted(NEW));
    }

    @Test
    void inAGroupTheVotersSayWhatANodeIs() {
        List<RoleState> roles = List.of(
                new RoleState.Primary(),
                new RoleState.Follower(HOST),
                new RoleState.Unattached(new StreamPosition(B, 70)),
                new RoleState.Unattached(StreamPosition.UNKNOWN));
        assertTable(
                """
                Primary + StartedInGroup[-] -> Unattached: FollowInLog
                Primary + StartedInGroup[[B:71]] -> Unattached
                  : FollowInLog, Rename[B, NONE, -1], RestartLog[70]
                Primary + FollowNobody[true] -> Unattached: link Unfollow, FollowInLog
                Primary + FollowNobody[false] -> Unattached: link Unfollow, FollowInLog
                Primary + ReplicaOf[g:2] -> Follower
                  : say, FollowInLog, link Follow[g:2, A:535]
                Follower + FollowNobody[true] -> Unattached: link Unfollow, FollowInLog
                Follower + FollowNobody[false] -> Unattached: link Unfollow, FollowInLog
                Follower + ReplicaOf[g:2] -> Follower: link Repoint[g:2]
                Follower + ReplicaOfNoOne[NEW] -> Primary
                  : link Unfollow, say, Rename[NEW, A, 535], DismissReplicas, LeadInLog
                Unattached + ReplicaOf[g:2] -> Follower
                  : link FollowSoon[g:2, B:71]
                Unattached + ReplicaOfNoOne[NEW] -> Primary
                  : link Unfollow, say, Rename[NEW, A, 535], DismissReplicas, LeadInLog
                Unattached + ReplicaOf[g:2] -> Follower: link FollowSoon[g:2, ?:-1]
                Unattached + ReplicaOfNoOne[NEW] -> Primary
                  : link Unfollow, say, Rename[NEW, A, 535], DismissReplicas, LeadInLog
                """,
                roles,
                true,
                new RoleEvent.StartedInGroup(Optional.empty()),
                new RoleEvent.StartedInGroup(Optional.of(new StreamPosition(B, 70))),
                new RoleEvent.FollowNobody(true),
                new RoleEvent.FollowNobody(false),
                new RoleEvent.ReplicaOf(new Target("g", 2)),
                new RoleEvent.ReplicaOfNoOne(NEW));
    }
}
