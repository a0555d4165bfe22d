package io.vireo.voter;

import io.vireo.config.VoterLost;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.VoterSet;

/**
 * What a data node is set up with.
 *
 * @param minSync how many nodes besides the primary must hold a write, in strong mode, before it is acknowledged
 * @param mayFound whether it may be the first primary of a new group: it was not told to follow anybody
 * @param firstMode the mode of a new group; an existing one has its mode in the record
 * @param stallMs how long the thread of the keyspace may make no progress before the lease is renewed no more
 */
public record NodeSettings(
        VoterSet voters,
        Timing timing,
        int minSync,
        boolean mayFound,
        ConsistencyMode firstMode,
        VoterLost voterLost,
        long stallMs) {

    /** The same, with another number of nodes that must hold a write. */
    public NodeSettings withMinSync(int newMinSync) {
        return new NodeSettings(voters, timing, newMinSync, mayFound, firstMode, voterLost, stallMs);
    }

    /** How many members the in-sync set keeps at least: a smaller one acknowledges nothing, and fewer nodes could be elected. */
    int leastMembers(ConsistencyMode mode) {
        return mode == ConsistencyMode.STRONG ? 1 + minSync : 1;
    }
}
