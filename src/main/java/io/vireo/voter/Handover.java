package io.vireo.voter;

import io.vireo.topology.NodeId;

/**
 * How far a primary is in giving its place to a replica.
 *
 * <pre>
 *         wanted                all has left, and the target holds it              the keyspace is silent
 *   None --------> Draining -----------------------------------------> Releasing ------------------------> Released
 *    ^                |                                                                                      |
 *    +----------------+  too late: it goes on as before                  too late: it stands again ----------+
 * </pre>
 *
 * <p>From Releasing on, nothing is acknowledged any more in this epoch, whatever becomes of the target.
 */
public sealed interface Handover {

    /** Nothing is handed over. */
    record None() implements Handover {}

    /**
     * Nothing is applied any more, and what was applied leaves.
     *
     * @param version that of the terms that say so
     */
    record Draining(NodeId target, long version, long deadlineMs) implements Handover {}

    /**
     * Nothing leaves any more.
     *
     * @param version that of the terms that say so
     */
    record Releasing(NodeId target, long version) implements Handover {}

    /**
     * The target is told to stand.
     *
     * @param untilMs when it has had its time
     */
    record Released(NodeId target, long untilMs) implements Handover {}
}
