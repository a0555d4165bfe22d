/**
 * Who is who in a group of nodes: names, incarnations, epochs, roles, and the record that the voters keep.
 *
 * <p>Immutable values without behaviour of their own, for any thread; voters, replication and the web page share them.
 * Start reading at {@link io.vireo.topology.GroupRecord}.
 */
package io.vireo.topology;
