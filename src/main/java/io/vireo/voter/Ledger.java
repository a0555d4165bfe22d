package io.vireo.voter;

import io.vireo.topology.Epoch;
import java.util.Optional;

/**
 * A node's file, and what is on its way there. One write at a time; what is wanted meanwhile follows it.
 *
 * @param durable what is on the disk
 * @param wanted what shall be there
 */
record Ledger(NodeMemory durable, NodeMemory wanted, Disk disk) {

    enum Disk {
        IDLE,
        WRITING,
        /** The last write failed; the next tick tries again. */
        FAILED
    }

    static Ledger of(NodeMemory durable) {
        return new Ledger(durable, durable, Disk.IDLE);
    }

    /** Epochs never fall. */
    Ledger wanting(Epoch epoch) {
        return epoch.isAfter(wanted.epoch()) ? new Ledger(durable, wanted.in(epoch), disk) : this;
    }

    /** What is to be written now, if anything. */
    Optional<NodeMemory> due() {
        return disk == Disk.IDLE && !durable.equals(wanted) ? Optional.of(wanted) : Optional.empty();
    }

    Ledger begun() {
        return new Ledger(durable, wanted, Disk.WRITING);
    }

    Ledger done(NodeMemory memory) {
        return new Ledger(memory, wanted, Disk.IDLE);
    }

    Ledger failed() {
        return new Ledger(durable, wanted, Disk.FAILED);
    }

    Ledger ticked() {
        return disk == Disk.FAILED ? new Ledger(durable, wanted, Disk.IDLE) : this;
    }

    boolean holds(Epoch epoch) {
        return !durable.epoch().isBefore(epoch);
    }
}
