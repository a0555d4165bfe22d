package io.vireo.net;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** Bytes in and out of a node's clients. Our handler passes Vert.x's own counters by. */
@RunsOn(Loop.KEYSPACE)
public final class Traffic {
    private long received;
    private long sent;

    void received(long bytes) {
        received += bytes;
    }

    void sent(long bytes) {
        sent += bytes;
    }

    public long receivedBytes() {
        return received;
    }

    public long sentBytes() {
        return sent;
    }

    public void reset() {
        received = 0;
        sent = 0;
    }
}
