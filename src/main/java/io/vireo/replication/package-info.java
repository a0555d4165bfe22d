/**
 * Replication as Redis 7 speaks it, from both sides, and WAIT.
 *
 * <p>What happens is decided by state machines that are pure functions, {@code (state, event, now) -> (state, actions)}:
 * {@link io.vireo.replication.PrimaryLink} on a replica, {@link io.vireo.replication.ReplicaFeed} and
 * {@link io.vireo.replication.CutPlan} on a primary, {@link io.vireo.replication.ReplicationRole} for the names of the
 * stream, {@link io.vireo.replication.SyncDecision} for who may continue. Start reading there. Whoever owns a machine
 * performs its actions: the node over sockets and files, the simulation in memory.
 */
package io.vireo.replication;
