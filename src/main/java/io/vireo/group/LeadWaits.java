package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.command.CommandContext;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The operators who have asked for the lead by this node, and wait for it. */
@RunsOn(Loop.KEYSPACE)
final class LeadWaits {
    private static final long WITHIN_MS = 10_000;
    private static final ErrorReply NOT_HANDED_OVER =
            ErrorReply.of("ERR The primary did not hand over to this node: see its log.");

    private final List<Wait> waits = new ArrayList<>();

    /** The reply comes when this node leads, or when it is clear that it will not. */
    void add(CommandContext ctx, ReplyWriter out) {
        Wait wait = new Wait(ctx.blocking());
        waits.add(wait);
        ctx.block(wait, out);
    }

    /** This node leads. */
    void succeed() {
        answer(ReplyWriter::ok);
    }

    /** Another node leads. */
    void fail() {
        answer(out -> out.error(NOT_HANDED_OVER));
    }

    private void answer(Consumer<ReplyWriter> reply) {
        List<Wait> all = List.copyOf(waits);
        waits.clear();
        all.forEach(wait -> wait.answer(reply));
    }

    private final class Wait extends Blocked {
        private final Blocking blocking;

        private Wait(Blocking blocking) {
            super(blocking.nowMs() + WITHIN_MS);
            this.blocking = blocking;
        }

        private void answer(Consumer<ReplyWriter> reply) {
            if (isUnderWay()) {
                reply.accept(blocking.writer(session()));
                blocking.end(this);
            }
        }

        @Override
        protected void timeOut(ReplyWriter out) {
            out.error(NOT_HANDED_OVER);
        }

        @Override
        protected void over() {
            waits.remove(this);
        }

        @Override
        protected boolean isEndedByOthers() {
            return false;
        }
    }
}
