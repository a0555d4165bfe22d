package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** What the strong mode says of output: up to where in the stream it may depend on, and up to where that may leave. */
@RunsOn(Loop.KEYSPACE)
public interface ReleaseRule {
    /** The end of a turn of the loop, before anything leaves. */
    void endOfTurn();

    /** What is put into outputs in this turn may depend on all up to there. */
    long dependsUpTo();

    /** Up to where bytes may leave for clients; {@link Long#MAX_VALUE} where all may. */
    long releasedTo();

    boolean isStrong();
}
