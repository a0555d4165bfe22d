package io.vireo.outlet;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * Bytes of the stream on their way from the keyspace's loop to the one that publishes.
 *
 * @param replicationId the stream's name when they were read
 * @param firstOffset the stream offset of the first byte
 * @param database the one in which the stream stands before the first byte, or -1; counts where {@code isFresh}
 * @param isFresh whether this does not continue the chunk before it: a command begins here
 * @param isPrimary whether the node wrote these bytes itself, and did not apply another one's
 */
@RunsOn(Loop.ANY)
record StreamChunk(
        String replicationId, long firstOffset, int database, boolean isFresh, boolean isPrimary, byte[] bytes) {}
