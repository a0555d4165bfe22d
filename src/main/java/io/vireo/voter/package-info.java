/**
 * How a group of nodes agrees on its primary: voters, elections, leases, and the set of nodes that hold everything.
 *
 * <p>An odd, fixed set of voters keeps one {@link io.vireo.topology.GroupRecord} by majority. A node leads in an epoch that
 * a majority has promised it, and serves only under a lease that a majority renews. All of it is state machines, as pure
 * functions of state, event and time, which know neither sockets nor clocks: {@link io.vireo.voter.Voter} is a voter,
 * {@link io.vireo.voter.GroupNode} a data node. Start reading there. Whoever owns a machine performs its actions, and tells
 * their outcome as events; a simulation of whole groups does it in memory. What the thread of the keyspace has to know is
 * in {@link io.vireo.voter.Terms}, an immutable record.
 *
 * <p>All times are milliseconds of a process's own monotonic clock. No two clocks are ever compared; they are trusted only
 * to run equally fast, within 2 %.
 *
 * @see <a href="https://www.microsoft.com/en-us/research/publication/pacifica-replication-in-log-based-distributed-storage-systems/">PacificA,
 *     which the scheme follows</a>
 */
package io.vireo.voter;
