package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.net.ClientLimits;
import java.util.function.LongSupplier;

/**
 * What all clients together take of memory. Where a limit asks for it at every command, it is counted as it changes;
 * otherwise, and for replicas, it is added up anew a few times a second.
 */
@RunsOn(Loop.KEYSPACE)
final class ClientMemory {
    private static final long FRESH_FOR_MS = 50;

    private final Sessions sessions;
    private final ClientLimits limits;
    private final LongSupplier clockMs;
    private long addedUpAtMs;
    private long clientBytes;
    private long replicaBytes;

    /** @param clockMs the time of the turn */
    ClientMemory(Sessions sessions, ClientLimits limits, LongSupplier clockMs) {
        this.sessions = sessions;
        this.limits = limits;
        this.clockMs = clockMs;
    }

    /** Bytes of all that are no replicas. */
    long clientBytes() {
        if (limits.countsMemory()) {
            return limits.memoryBytes();
        }
        refresh();
        return clientBytes;
    }

    /** Bytes of replicas: the stream waits in them beside being kept for all. */
    long replicaBytes() {
        refresh();
        return replicaBytes;
    }

    private void refresh() {
        long now = clockMs.getAsLong();
        if (now - addedUpAtMs < FRESH_FOR_MS && now >= addedUpAtMs) {
            return;
        }
        addUp();
    }

    /** Adds up now. */
    void addUp() {
        addedUpAtMs = clockMs.getAsLong();
        clientBytes = 0;
        replicaBytes = 0;
        for (Session session : sessions.all()) {
            if (session.kind() == Session.Kind.REPLICA) {
                replicaBytes += session.memoryBytes();
            } else {
                clientBytes += session.memoryBytes();
            }
        }
    }
}
