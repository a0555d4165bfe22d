package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationLog;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * The memory of a node at one moment, in bytes: what INFO and MEMORY tell.
 *
 * @param data the arena, which holds keys and values
 * @param streamBytes the replication stream that is kept
 * @param streamBeyondBacklogBytes of it what is kept for replicas that are behind
 * @param startupBytes what was in use when the node had just been built
 * @param processBytes what lies in RAM of this process
 * @param heapBytes objects of the JVM
 * @param clientBytes what clients take, buffers and all
 * @param replicaBytes what replicas take, but for the stream
 * @param trackedBytes what is remembered of clients that track keys
 * @param seenBytes the most that was ever in use when somebody looked
 */
record MemoryFigures(
        DataFigures data,
        long streamBytes,
        long streamBeyondBacklogBytes,
        long startupBytes,
        long processBytes,
        long heapBytes,
        long clientBytes,
        long replicaBytes,
        long trackedBytes,
        long seenBytes) {

    long usedBytes() {
        return data.usedBytes() + streamBytes + clientBytes + replicaBytes + trackedBytes;
    }

    long backlogBytes() {
        return replicaBytes == 0 ? streamBytes : streamBytes - streamBeyondBacklogBytes;
    }

    /** What there is because of replicas: their buffers, and the stream that waits for them beyond the backlog. */
    long forReplicasBytes() {
        return replicaBytes == 0 ? 0 : replicaBytes + streamBeyondBacklogBytes;
    }

    long peakBytes() {
        return Math.max(seenBytes, Math.max(usedBytes(), data.peakBytes()));
    }

    /** What does not count against {@code maxmemory}; see {@link MemoryAccount}. */
    long notCountedBytes() {
        return streamBeyondBacklogBytes + replicaBytes + data.keptByCutBytes();
    }

    /** What is used and is neither key nor value. */
    long overheadBytes() {
        return startupBytes + streamBytes + clientBytes + replicaBytes + data.indexBytes();
    }

    long datasetBytes() {
        return Math.max(0, usedBytes() - overheadBytes());
    }

    /** How much of what came since the start is data. */
    double datasetPercent() {
        long net = usedBytes() - startupBytes;
        return net <= 0 ? 0 : Math.min(100, 100.0 * datasetBytes() / net);
    }

    double peakPercent() {
        return peakBytes() == 0 ? 0 : 100.0 * usedBytes() / peakBytes();
    }

    /** Memory of keys and values for each key. */
    long bytesPerKey() {
        return data.keys() == 0 ? 0 : (usedBytes() - startupBytes) / data.keys();
    }

    /** Bytes in use of slabs and runs for each that is handed out. */
    double fragmentationRatio() {
        return ratio(data.heldBytes(), data.usedBytes());
    }

    /** Bytes taken from the system for each in use. */
    double residentRatio() {
        return ratio(data.residentBytes(), data.heldBytes());
    }

    /** Bytes of the process for each taken for data. */
    double processRatio() {
        return ratio(processBytes, data.residentBytes());
    }

    /** Bytes of the process for each that is used. */
    double overallRatio() {
        return ratio(processBytes, usedBytes());
    }

    private static double ratio(long above, long below) {
        return below == 0 ? 0 : (double) above / below;
    }

    /** Takes the figures of a node. */
    @RunsOn(Loop.KEYSPACE)
    static final class Source {
        private final DataFigures.Source data;
        private final ReplicationLog stream;
        private final ClientMemory clients;
        private final LongSupplier trackedBytes;
        private final long startupBytes;
        private long seenBytes;

        Source(DataFigures.Source data, ReplicationLog stream, ClientMemory clients, LongSupplier trackedBytes) {
            this.data = data;
            this.stream = stream;
            this.clients = clients;
            this.trackedBytes = trackedBytes;
            this.startupBytes = data.now().usedBytes() + stream.memoryBytes();
        }

        MemoryFigures now() {
            clients.addUp();
            MemoryFigures now = new MemoryFigures(
                    data.now(),
                    stream.memoryBytes(),
                    stream.memoryBeyondBacklog(),
                    startupBytes,
                    ProcessFacts.residentBytes(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    clients.clientBytes(),
                    clients.replicaBytes(),
                    trackedBytes.getAsLong(),
                    seenBytes);
            seenBytes = now.peakBytes();
            return now;
        }
    }
}
