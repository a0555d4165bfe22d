/**
 * A node's part in its group: the verticles that run a voter and a data node's machine, with sockets, files and clocks.
 *
 * <p>{@code io.vireo.voter} decides; this package carries out. {@link io.vireo.group.GroupVerticle} drives a
 * {@link io.vireo.voter.GroupNode} on the control loop: start reading there. {@link io.vireo.group.GroupSeat} is its hand on
 * the loop of the keyspace: it changes the role, obeys the terms, and tells how things stand. Between the two only immutable
 * messages go. {@link io.vireo.group.VoterVerticle} drives a {@link io.vireo.voter.Voter}, on a loop of its own, and answers
 * on its port, where clients with Sentinel support are served by {@code io.vireo.sentinel}.
 * {@link io.vireo.group.VoterLinks} are the connections to voters.
 */
package io.vireo.group;
