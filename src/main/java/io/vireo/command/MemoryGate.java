package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Eviction;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import java.util.function.BooleanSupplier;

/**
 * Keeps memory within {@code maxmemory}: before every command keys are evicted, and where none may go any more, commands
 * that could take memory are refused. Armed while there is a limit.
 *
 * <p>Inside MULTI all is refused that would only be queued, since a queue takes memory too; EXEC is refused if one of its
 * commands could take memory. The primary's stream is never refused: a copy that leaves a command out is none.
 */
@RunsOn(Loop.KEYSPACE)
public final class MemoryGate implements Gate {
    private final Eviction eviction;
    private final BooleanSupplier mayEvict;
    private final Runnable goOn;
    private boolean outOfMemory;

    /**
     * @param mayEvict whether keys may be evicted now; while they may not, nothing is refused either
     * @param goOn called where there is more to evict than one command should wait for
     */
    public MemoryGate(Eviction eviction, BooleanSupplier mayEvict, Runnable goOn) {
        this.eviction = eviction;
        this.mayEvict = mayEvict;
        this.goOn = goOn;
    }

    @Override
    public boolean concerns(CommandSpec command) {
        return true;
    }

    @Override
    public boolean isAskedForQueued() {
        return false;
    }

    /** Whether memory was beyond the limit, with nothing to evict, when the last command of a client began. */
    public boolean isOutOfMemory() {
        return outOfMemory;
    }

    /** There is no limit any more. */
    public void disarmed() {
        outOfMemory = false;
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        outOfMemory = false;
        if (mayEvict.getAsBoolean()) {
            switch (eviction.makeRoom()) {
                case FITS -> {}
                case GOES_ON -> goOn.run();
                case STUCK -> outOfMemory = session.kind() != Session.Kind.PRIMARY;
            }
        }
        return outOfMemory && mayTakeMemory(session.transaction(), command) ? ErrorReply.OUT_OF_MEMORY : null;
    }

    private static boolean mayTakeMemory(Transaction transaction, Command command) {
        if (command.isDenyOom()) {
            return true;
        }
        if (TransactionCommands.isExec(command)) {
            return transaction.hasDenyOom();
        }
        return transaction.isOpen() && !TransactionCommands.runsInsideMulti(command);
    }
}
