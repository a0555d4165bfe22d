package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.resp.ReplyWriter;
import java.util.function.Consumer;

/** A client that waits for something its node does, for as long as that takes. */
@RunsOn(Loop.KEYSPACE)
class NodeWait extends Blocked {
    private final Blocking blocking;

    NodeWait(Blocking blocking) {
        super(NEVER);
        this.blocking = blocking;
    }

    /** Ends the wait with a reply; nothing happens where the client is gone. */
    final void answer(Consumer<ReplyWriter> reply) {
        if (isUnderWay()) {
            reply.accept(blocking.writer(session()));
            blocking.end(this);
        }
    }

    /** Whoever makes it asks first whether the client may wait. */
    @Override
    protected void timeOut(ReplyWriter out) {
        throw new IllegalStateException("waits for no time");
    }

    @Override
    protected boolean isEndedByOthers() {
        return false;
    }
}
