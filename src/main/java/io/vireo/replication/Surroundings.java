package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What replication needs of the node it runs in.
 *
 * @param primary the connection to a primary, when there is one
 * @param copy takes a primary's full copy
 * @param commands runs a primary's commands
 * @param cuts makes full copies for replicas
 * @param durableTo the stream offset up to which the node's append-only file is on the disk; -1 where it keeps none
 * @param pauseWrites is told to have clients wait that write, and to let them go on
 * @param newIds gives ids for streams, each of them once
 * @param say writes a line of the log
 * @param nowMs a monotonic clock
 */
@RunsOn(Loop.KEYSPACE)
public record Surroundings(
        PrimaryConnection primary,
        IncomingCopy copy,
        StreamCommands commands,
        CutSource cuts,
        ReplicationSettings settings,
        LongSupplier durableTo,
        Consumer<Boolean> pauseWrites,
        Supplier<String> newIds,
        Consumer<Say> say,
        LongSupplier nowMs) {}
