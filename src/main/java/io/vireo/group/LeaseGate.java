package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
import io.vireo.base.RunsOn;
import io.vireo.command.Command;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandSpec;
import io.vireo.command.Gate;
import io.vireo.command.Session;
import io.vireo.replication.Replication;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.topology.VoterSet;
import io.vireo.voter.Terms;

/**
 * Lets commands that read or change data pass as the terms of the primary say: while the lease holds, the door is open, and
 * enough nodes are in sync. On a replica, writes are for the gate of replicas.
 */
@RunsOn(Loop.KEYSPACE)
final class LeaseGate implements Gate {
    private final Replication replication;
    private final CommitBarrier barrier;
    private final VoterSet voters;
    private Terms terms;
    /** The machine's latest terms: the lease is renewed while a command runs here, and counts at once. */
    private volatile Terms announced;

    private boolean tookWrites;

    LeaseGate(Replication replication, CommitBarrier barrier, VoterSet voters) {
        this.replication = replication;
        this.barrier = barrier;
        this.voters = voters;
    }

    /** The machine has these terms now. Any thread. */
    void announce(Terms latest) {
        announced = latest;
    }

    /** Has commands obey these terms from now on. */
    void adopt(Terms newTerms) {
        terms = newTerms;
    }

    /** Takes a longer lease; whatever else has changed is adopted in its turn. */
    void renew() {
        Terms latest = announced;
        if (terms != null && latest != null && latest.version() == terms.version()) {
            terms = latest;
            barrier.renew(latest);
        }
    }

    /** The end of a turn: whether writes were let pass in it that would not be any more. */
    boolean endTurn(long nowMs) {
        boolean overtaken = tookWrites && terms.refusal(true, nowMs) != Terms.Refusal.NONE;
        tookWrites = false;
        return overtaken;
    }

    @Override
    public boolean concerns(CommandSpec command) {
        return command.mayReplicate() || command.has(CommandFlag.READONLY);
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        if (session.kind() == Session.Kind.PRIMARY) {
            return null;
        }
        boolean isWrite = command.spec().mayReplicate();
        if (!replication.isPrimary() || !isWrite && !barrier.isStrong()) {
            barrier.serves();
            return null;
        }
        ErrorReply refusal = refusal(isWrite);
        if (refusal == null) {
            tookWrites |= isWrite;
            barrier.serves();
        }
        return refusal;
    }

    private ErrorReply refusal(boolean isWrite) {
        if (terms == null) {
            return ErrorReply.READ_ONLY;
        }
        renew();
        return switch (terms.refusal(isWrite, Monotonic.nowMs())) {
            case NONE -> null;
            case NOT_LEADING -> ErrorReply.READ_ONLY;
            case NO_LEASE -> noLease();
            case TOO_FEW_MEMBERS -> ErrorReply.NO_REPLICAS;
        };
    }

    private ErrorReply noLease() {
        return ErrorReply.of("READONLY No lease in epoch " + terms.epoch() + ": a majority of the voters ("
                + voters.addresses() + ") is not reachable.");
    }
}
