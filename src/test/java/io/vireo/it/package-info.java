/**
 * Tests with real processes and real sockets: Vireo and an unmodified redis-server do the same things, or stand on
 * either side of one replication link.
 *
 * <p>{@link io.vireo.it.Servers} starts the processes of one test and ends them with it; {@link io.vireo.it.RespClient}
 * speaks to them with a client that shares no code with the server; {@link io.vireo.it.Await} waits, and shows every
 * server's log when it waited in vain.
 */
package io.vireo.it;
