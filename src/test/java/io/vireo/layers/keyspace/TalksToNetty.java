package io.vireo.layers.keyspace;

import io.netty.buffer.ByteBuf;

/** Uses Netty far from the edge. */
interface TalksToNetty {
    void read(ByteBuf bytes);
}
