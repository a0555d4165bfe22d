/**
 * Copies that clients keep of what they have read, and how they are told that a copy is out of date: CLIENT TRACKING.
 *
 * <p>Everything here runs on the keyspace thread and writes straight into the outputs of the clients concerned. Start
 * reading at {@link io.vireo.tracking.Tracking}.
 */
package io.vireo.tracking;
