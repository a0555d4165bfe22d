package io.vireo.net;

import io.netty.util.internal.PlatformDependent;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.ClientClass;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.config.OutputBufferLimits;
import io.vireo.config.OutputBufferLimits.Limit;
import java.util.Arrays;

/**
 * What clients may take of memory, each for its output and all together, and what they take.
 *
 * <p>Replies that clients leave unread lie in memory. A client over its class's limit is closed; where none is set, one
 * that has much unread is given no more as soon as all clients together have more than {@link #CROWDED_BYTES}, so that
 * a node is not ended by clients that only ask.
 */
@RunsOn(Loop.KEYSPACE)
public final class ClientLimits {
    private static final Limit NO_LIMIT = new Limit(0, 0, 0);

    /** Memory outside the heap that the JVM may take for all buffers. */
    private static final long MOST_BYTES = PlatformDependent.maxDirectMemory();
    /** Unread replies of all clients from which on none with much of it is given more: less than it asks for at once. */
    private static final long CROWDED_BYTES = MOST_BYTES / 4;
    /** From here on none is given more that has any. */
    private static final long FULL_BYTES = MOST_BYTES / 4 * 3;

    /** The end: a client whose reply would go beyond is closed. */
    private static final long LAST_BYTES = MOST_BYTES / 8 * 7;

    private static final long MUCH_BYTES = 64 << 10;
    private static final int PEAK_SECONDS = 8;

    private OutputBufferLimits output;
    private long mostQueryBytes;
    private long mostMemoryBytes;
    private boolean countsMemory;
    private Runnable onCountingBegins = () -> {};

    private long unreadBytes;
    private long memoryBytes;
    private final long[] inputPeaks = new long[PEAK_SECONDS];
    private final long[] outputPeaks = new long[PEAK_SECONDS];
    private int peak;
    private long peakSecond;

    private long evicted;

    public ClientLimits(Config config) {
        output = config.get(Options.CLIENT_OUTPUT_BUFFER_LIMIT);
        mostQueryBytes = config.get(Options.CLIENT_QUERY_BUFFER_LIMIT);
        config.onChange(Options.CLIENT_OUTPUT_BUFFER_LIMIT, now -> output = now);
        config.onChange(Options.CLIENT_QUERY_BUFFER_LIMIT, now -> mostQueryBytes = now);
        config.onChange(Options.MAXMEMORY_CLIENTS, now -> limitMemory(config));
        config.onChange(Options.MAXMEMORY, now -> limitMemory(config));
        limitMemory(config);
    }

    private void limitMemory(Config config) {
        long limit = config.get(Options.MAXMEMORY_CLIENTS);
        long maxmemory = config.get(Options.MAXMEMORY);
        mostMemoryBytes = limit >= 0 ? limit : (long) (maxmemory * (-limit / 100.0));
        count(mostMemoryBytes > 0 || maxmemory > 0);
    }

    private void count(boolean on) {
        boolean before = countsMemory;
        countsMemory = on;
        if (countsMemory && !before) {
            memoryBytes = 0;
            onCountingBegins.run();
        }
    }

    /** Sets who counts all clients there are when counting begins. */
    void onCountingBegins(Runnable counter) {
        onCountingBegins = counter;
    }

    // One client.

    long mostQueryBytes() {
        return mostQueryBytes;
    }

    /** The limit of a class's output. Replicas are limited where they are fed, and a primary is sent little. */
    Limit of(ClientClass of) {
        return switch (of) {
            case NORMAL -> output.normal();
            case PUBSUB -> output.pubsub();
            case REPLICA, PRIMARY -> NO_LIMIT;
        };
    }

    /** How much unread output a client may have and still be answered. */
    long allowedUnreadBytes() {
        if (unreadBytes < CROWDED_BYTES) {
            return Long.MAX_VALUE;
        }
        return unreadBytes < FULL_BYTES ? MUCH_BYTES : 1;
    }

    /** Whether there is room for so many bytes that have not been told yet. */
    boolean hasRoomFor(long bytes) {
        return unreadBytes + bytes < LAST_BYTES;
    }

    // All clients.

    void unreadChanged(long by) {
        unreadBytes += by;
    }

    /** Whether the memory of each client is told as it changes: where a limit asks for it at every command. */
    public boolean countsMemory() {
        return countsMemory;
    }

    /** What all clients but replicas take, in bytes, where that {@linkplain #countsMemory is counted}. */
    public long memoryBytes() {
        return memoryBytes;
    }

    void memoryChanged(long by) {
        memoryBytes += by;
    }

    /** Whether clients have to go: all together take more than they may. */
    boolean isOverMemory() {
        return mostMemoryBytes > 0 && countsMemory && memoryBytes > mostMemoryBytes;
    }

    // What is counted.

    void sawInput(long bytes) {
        if (bytes > inputPeaks[peak]) {
            inputPeaks[peak] = bytes;
        }
    }

    void sawOutput(long bytes) {
        if (bytes > outputPeaks[peak]) {
            outputPeaks[peak] = bytes;
        }
    }

    /** Time passes: what was seen some seconds ago is forgotten. */
    void tick(long nowMs) {
        long second = nowMs / 1000;
        if (second != peakSecond) {
            peakSecond = second;
            peak = (peak + 1) % PEAK_SECONDS;
            inputPeaks[peak] = 0;
            outputPeaks[peak] = 0;
        }
    }

    /** The largest buffer of unfinished commands in the last seconds. */
    public long largestInput() {
        return Arrays.stream(inputPeaks).max().orElse(0);
    }

    /** The largest unread output in the last seconds. */
    public long largestOutput() {
        return Arrays.stream(outputPeaks).max().orElse(0);
    }

    void countEvicted() {
        evicted++;
    }

    /** Clients closed since all clients took too much memory. */
    public long evicted() {
        return evicted;
    }

    public void resetStats() {
        evicted = 0;
    }
}
