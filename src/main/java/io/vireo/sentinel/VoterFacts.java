package io.vireo.sentinel;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.VoterSet;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What INFO tells of a group, on a voter and on a data node alike.
 *
 * @param reachable how many of the voters have answered lately; a voter counts itself
 * @param epoch the highest one that this process has promised or joined
 * @param record the newest it knows
 * @param primaryAddress {@code host:port}; empty where it is not known
 * @param leaseLeftMs how long the primary may serve without another renewal; told by the primary only
 */
@RunsOn(Loop.ANY)
public record VoterFacts(
        VoterSet voters,
        int reachable,
        Epoch epoch,
        Optional<GroupRecord> record,
        Optional<String> primaryAddress,
        OptionalLong leaseLeftMs) {}
