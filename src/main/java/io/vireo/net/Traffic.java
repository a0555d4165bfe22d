package io.vireo.net;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** Bytes in and out of a node's connections. Our handler passes Vert.x's own counters by. */
@RunsOn(Loop.KEYSPACE)
public final class Traffic {
    private long received;
    private long sent;
    private long sentToReplicas;
    private long reads;
    private long writes;
    private long growths;

    void received(long bytes) {
        received += bytes;
        reads++;
    }

    void sent(long bytes) {
        sent += bytes;
        writes += bytes > 0 ? 1 : 0;
    }

    void sentToReplica(long bytes) {
        sent(bytes);
        sentToReplicas += bytes;
    }

    /** A reply did not fit into the buffer that its connection had. */
    void grew() {
        growths++;
    }

    public long receivedBytes() {
        return received;
    }

    public long sentBytes() {
        return sent;
    }

    /** Of all that was sent, the stream and copies. */
    public long sentToReplicasBytes() {
        return sentToReplicas;
    }

    /** How often something was read from a socket. */
    public long reads() {
        return reads;
    }

    /** How often something was handed to a socket. */
    public long writes() {
        return writes;
    }

    /** How often replies needed more than the buffer there was. */
    public long growths() {
        return growths;
    }

    public void reset() {
        received = 0;
        sent = 0;
        sentToReplicas = 0;
        reads = 0;
        writes = 0;
        growths = 0;
    }
}
