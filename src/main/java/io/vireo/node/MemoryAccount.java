package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationLog;
import java.util.function.LongSupplier;

/** The memory that a node accounts for: what INFO tells, and what counts against {@code maxmemory}. */
@RunsOn(Loop.KEYSPACE)
final class MemoryAccount {
    private final Keyspace keyspace;
    private final ReplicationLog stream;
    private final ClientMemory clients;
    private final LongSupplier trackedBytes;

    /** @param trackedBytes memory of what is remembered of clients that track keys */
    MemoryAccount(Keyspace keyspace, ReplicationLog stream, ClientMemory clients, LongSupplier trackedBytes) {
        this.keyspace = keyspace;
        this.stream = stream;
        this.clients = clients;
        this.trackedBytes = trackedBytes;
    }

    /** All of it, in bytes: {@code used_memory}. */
    long usedBytes() {
        return keyspace.usedBytes()
                + stream.memoryBytes()
                + clients.clientBytes()
                + clients.replicaBytes()
                + trackedBytes.getAsLong();
    }

    /**
     * What the eviction of keys would not give back, or would even make more: the stream that is held for replicas beyond
     * the backlog, replicas' own buffers, and values that are gone and that only a snapshot still needs.
     */
    long notCountedBytes() {
        return stream.memoryBeyondBacklog() + clients.replicaBytes() + keyspace.bytesKeptByCut();
    }

    /** What counts against {@code maxmemory}. */
    long countedBytes() {
        return usedBytes() - notCountedBytes();
    }
}
