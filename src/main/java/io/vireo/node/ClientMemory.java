package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import java.util.function.LongSupplier;

/** What all clients together take of memory: added up anew a few times a second, since it is asked for at every command. */
@RunsOn(Loop.KEYSPACE)
final class ClientMemory {
    private static final long FRESH_FOR_MS = 50;

    private final Sessions sessions;
    private final LongSupplier clockMs;
    private long addedUpAtMs;
    private long clientBytes;
    private long replicaBytes;

    /** @param clockMs the time of the turn */
    ClientMemory(Sessions sessions, LongSupplier clockMs) {
        this.sessions = sessions;
        this.clockMs = clockMs;
    }

    /** Bytes of all that are no replicas. */
    long clientBytes() {
        refresh();
        return clientBytes;
    }

    /** Bytes of replicas: the stream waits in them beside being kept for all. */
    long replicaBytes() {
        refresh();
        return replicaBytes;
    }

    /** A client that took so much is gone. */
    void released(long bytes) {
        clientBytes = Math.max(0, clientBytes - bytes);
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
