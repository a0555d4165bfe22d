package io.vireo.voter;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import io.vireo.topology.VoterSet;
import java.util.List;
import java.util.Set;

/** Names that the tests of this package share. */
final class Some {
    static final NodeId A = new NodeId("a".repeat(40));
    static final NodeId B = new NodeId("b".repeat(40));
    static final NodeId C = new NodeId("c".repeat(40));

    static final Incarnation A1 = new Incarnation(A, 1);
    static final Incarnation A2 = new Incarnation(A, 2);
    static final Incarnation B1 = new Incarnation(B, 1);
    static final Incarnation B2 = new Incarnation(B, 2);
    static final Incarnation C1 = new Incarnation(C, 1);

    static final VoterId V1 = new VoterId("v1:1");
    static final VoterId V2 = new VoterId("v2:1");
    static final VoterId V3 = new VoterId("v3:1");
    static final VoterSet VOTERS = new VoterSet("main", List.of(V1, V2, V3));

    private Some() {}

    static Epoch epoch(long number) {
        return new Epoch(number);
    }

    static GroupRecord record(long epoch, long seq, NodeId primary, Incarnation... inSync) {
        return new GroupRecord(epoch(epoch), seq, primary, Set.of(inSync), ConsistencyMode.STRONG);
    }

    static GroupRecord async(long epoch, long seq, NodeId primary, Incarnation... inSync) {
        return new GroupRecord(epoch(epoch), seq, primary, Set.of(inSync), ConsistencyMode.ASYNC);
    }
}
