/**
 * The event bus: each change of the stream, and each change of role, link and copies, published as it happens.
 *
 * <p>{@link io.vireo.outlet.StreamTap} reads the log on the keyspace's loop, a bounded number of bytes ahead;
 * {@link io.vireo.outlet.EventBusVerticle} decodes and publishes them on a loop of its own. Start reading at
 * {@link io.vireo.outlet.StreamTap}.
 */
package io.vireo.outlet;
