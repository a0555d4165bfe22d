/**
 * The arena and what is laid directly on it: blobs by 32-bit reference, size classes, exact accounting, a checking mode
 * for tests, and the open table that databases and large collections share.
 *
 * <p>Everything here belongs to the keyspace thread and takes no locks. Start reading at {@link io.vireo.memory.Arena},
 * then {@link io.vireo.memory.Table}.
 */
package io.vireo.memory;
