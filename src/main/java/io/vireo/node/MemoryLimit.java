package io.vireo.node;

import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Gates;
import io.vireo.command.MemoryGate;
import io.vireo.config.Config;
import io.vireo.config.Option;
import io.vireo.config.Options;
import io.vireo.keyspace.Eviction;
import io.vireo.keyspace.Keyspace;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** Has the keyspace obey the options about memory, and goes on evicting turn by turn where one command is not enough. */
@RunsOn(Loop.KEYSPACE)
final class MemoryLimit {
    private final Config config;
    private final Keyspace keyspace;
    private final MemoryAccount account;
    private final BooleanSupplier mayEvict;
    private final Executor nextTurn;
    private final Runnable onTurn;
    private final ServerLog log;
    private final MemoryGate gate;
    private Gates gates;
    private boolean goingOn;

    /**
     * @param mayEvict whether keys may be evicted now
     * @param nextTurn runs things in a later turn of the loop
     * @param onTurn called after a turn of evicting, so that its end is seen
     */
    MemoryLimit(
            Config config,
            Keyspace keyspace,
            MemoryAccount account,
            BooleanSupplier mayEvict,
            Executor nextTurn,
            Runnable onTurn,
            ServerLog log) {
        this.config = config;
        this.keyspace = keyspace;
        this.account = account;
        this.mayEvict = mayEvict;
        this.nextTurn = nextTurn;
        this.onTurn = onTurn;
        this.log = log;
        this.gate = new MemoryGate(keyspace.eviction(), mayEvict, this::goOn);
        keyspace.eviction().counting(account::countedBytes);
        followAccesses();
        followLazyFreeing();
    }

    /** Adds the gate that stands before every command. */
    void addGate(Gates newGates) {
        gates = newGates;
        gates.add(gate);
        follow(this::setLimit, Options.MAXMEMORY);
        config.onChange(Options.MAXMEMORY, this::lookAtLimit);
    }

    private void setLimit() {
        long limit = config.get(Options.MAXMEMORY);
        keyspace.eviction().limit(limit);
        gates.arm(gate, limit != 0);
        if (limit == 0) {
            gate.disarmed();
        }
    }

    /** A limit set anew takes effect at once, not only with the next command. */
    private void lookAtLimit(long limit) {
        if (limit == 0) {
            return;
        }
        long used = account.countedBytes();
        if (limit < used) {
            log.warning(
                    "WARNING: the new maxmemory value set via CONFIG SET (" + limit + ") is smaller than the current"
                            + " memory usage (" + used
                            + "). This will result in key eviction and/or the inability to accept new"
                            + " write commands depending on the maxmemory-policy.");
        }
        goOn();
    }

    /** Evicts in turns to come, until memory is within the limit or nothing may go. */
    private void goOn() {
        if (goingOn) {
            return;
        }
        goingOn = true;
        nextTurn.execute(() -> {
            try {
                goingOn = false;
                if (mayEvict.getAsBoolean() && keyspace.eviction().makeRoom() == Eviction.Outcome.GOES_ON) {
                    goOn();
                }
                onTurn.run();
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        });
    }

    private void followAccesses() {
        follow(
                () -> {
                    keyspace.eviction()
                            .choosing(config.get(Options.MAXMEMORY_POLICY), config.get(Options.MAXMEMORY_SAMPLES));
                    keyspace.noteAccesses(
                            config.get(Options.MAXMEMORY_POLICY).isLfu(),
                            config.get(Options.LFU_LOG_FACTOR),
                            config.get(Options.LFU_DECAY_TIME));
                },
                Options.MAXMEMORY_POLICY,
                Options.MAXMEMORY_SAMPLES,
                Options.LFU_LOG_FACTOR,
                Options.LFU_DECAY_TIME);
        follow(
                () -> keyspace.eviction().tenacity(config.get(Options.MAXMEMORY_EVICTION_TENACITY)),
                Options.MAXMEMORY_EVICTION_TENACITY);
    }

    private void followLazyFreeing() {
        follow(
                () -> {
                    keyspace.lazyFreeing().eviction = config.get(Options.LAZYFREE_LAZY_EVICTION);
                    keyspace.lazyFreeing().expire = config.get(Options.LAZYFREE_LAZY_EXPIRE);
                    keyspace.lazyFreeing().serverDel = config.get(Options.LAZYFREE_LAZY_SERVER_DEL);
                    keyspace.lazyFreeing().userDel = config.get(Options.LAZYFREE_LAZY_USER_DEL);
                    keyspace.lazyFreeing().userFlush = config.get(Options.LAZYFREE_LAZY_USER_FLUSH);
                    keyspace.lazyFreeing().replicaFlush = config.get(Options.REPLICA_LAZY_FLUSH);
                },
                Options.LAZYFREE_LAZY_EVICTION,
                Options.LAZYFREE_LAZY_EXPIRE,
                Options.LAZYFREE_LAZY_SERVER_DEL,
                Options.LAZYFREE_LAZY_USER_DEL,
                Options.LAZYFREE_LAZY_USER_FLUSH,
                Options.REPLICA_LAZY_FLUSH);
    }

    private void follow(Runnable take, Option<?>... options) {
        take.run();
        for (Option<?> option : options) {
            config.onChange(option, now -> take.run());
        }
    }
}
