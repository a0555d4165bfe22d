/**
 * Listeners and client connections: Vert.x accepts, one Netty handler per socket does the rest on the keyspace thread.
 *
 * <p>Start reading at {@link io.vireo.net.ClientConnection}.
 */
package io.vireo.net;
