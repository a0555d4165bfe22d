/**
 * Channels and who listens to them: messages that clients publish, events of keys, and what MONITOR
 * shows.
 *
 * <p>Everything here runs on the keyspace thread and writes straight into the outputs of the clients concerned. Start
 * reading at {@link io.vireo.pubsub.Channels}.
 */
package io.vireo.pubsub;
