/**
 * Channels and who listens to them: messages that clients publish, events of keys, what MONITOR shows, and invalidations
 * for clients that keep copies of what they have read.
 *
 * <p>Everything here runs on the keyspace thread and writes straight into the outputs of the clients concerned. Start
 * reading at {@link io.vireo.pubsub.Channels}.
 */
package io.vireo.pubsub;
