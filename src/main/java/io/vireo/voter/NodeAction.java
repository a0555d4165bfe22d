package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import io.vireo.topology.RoleChange;
import io.vireo.topology.VoterId;

/** What a data node's machine wants done; a {@link Say} too. */
public sealed interface NodeAction
        permits Say,
                NodeAction.Persist,
                NodeAction.Send,
                NodeAction.Become,
                NodeAction.TakeHistory,
                NodeAction.Adopt,
                NodeAction.HandOver {

    /** Replace the file by this; {@code Persisted} or {@code PersistFailed} will follow. There is never more than one under way. */
    record Persist(NodeMemory memory) implements NodeAction {}

    record Send(VoterId voter, VoterRequest request) implements NodeAction {}

    /** Follow this primary; or close the stream and follow nobody; or lead, which goes as far as the terms do. */
    record Become(RoleChange change) implements NodeAction {}

    /** Go on under a new name, written into the log between the bytes; {@code HistoryTaken} will follow. Acks begin anew. */
    record TakeHistory(Epoch epoch) implements NodeAction {}

    /** Have the thread of the keyspace obey these terms instead of the former ones; {@code Adopted} will follow. */
    record Adopt(Terms terms) implements NodeAction {}

    /** Tell this replica that it may lead after this epoch. */
    record HandOver(NodeId target, Epoch released) implements NodeAction {}
}
