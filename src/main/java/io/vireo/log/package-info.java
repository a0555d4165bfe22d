/**
 * The replication stream of a node: its ids, its offsets, the bytes still held, and readers with a position each.
 *
 * <p>Everything that follows the data reads this log: replicas, the append-only file, the event bus. The thread that
 * holds the keyspace appends the effects of each command, and readers take spans of the same bytes without copying.
 * Start reading at {@link io.vireo.log.ReplicationLog}; {@link io.vireo.log.ReplicationHistory} has the rules by which a
 * stream gets its names.
 */
package io.vireo.log;
