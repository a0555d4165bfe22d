package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.ErrorReply;

/** Output of clients that may not leave yet. */
@RunsOn(Loop.KEYSPACE)
public interface Outputs {
    boolean hasWaiting();

    /** Ends the connections of clients with output that has not left, be it of this very turn; returns how many. */
    int giveUpAll(ErrorReply why);

    /** Ends the connections whose output has waited for longer than this, in milliseconds; returns how many. */
    int giveUpWaiting(long longerThanMs, ErrorReply why);
}
