package io.vireo.replication;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFlag.NOSCRIPT;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.AclCategory;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.List;

/** WAIT: a client is not answered until so many replicas have what it wrote. */
@RunsOn(Loop.KEYSPACE)
final class WaitCommand {
    private static final ErrorReply ON_REPLICA = ErrorReply.of("ERR WAIT cannot be used with replica instances. Please"
            + " also note that since Redis 4.0 if a replica is configured to be writable (which is not the default)"
            + " writes to replicas are just local and are not propagated.");

    private final Replication replication;

    WaitCommand(Replication replication) {
        this.replication = replication;
    }

    CommandFamily rows() {
        return new CommandFamily(
                "generic", List.of(with(plain("wait", 3, this::waitFor, NOSCRIPT), AclCategory.CONNECTION)));
    }

    /** WAIT numreplicas timeout-ms. Replies with how many replicas have all that this client has written. */
    private void waitFor(CommandContext ctx, Args args, ReplyWriter out) {
        if (!replication.isPrimary()) {
            throw ON_REPLICA.raise();
        }
        int replicas = (int) Math.min(args.integer(1), Integer.MAX_VALUE);
        long deadlineMs = ctx.deadlineInMillis(args.get(2));

        long offset = ctx.session().writtenUpTo();
        int holding = replication.acks().holding(offset);
        if (holding >= replicas) {
            out.integer(holding);
            return;
        }
        ctx.block(new ReplicaWait(replication.acks(), offset, replicas, deadlineMs, ctx.blocking()), out);
    }

    /** Waits for replicas; in the end the reply is how many have come so far. */
    private static final class ReplicaWait extends Blocked {
        private final AckTable acks;
        private final long offset;
        private final int replicas;
        private final Blocking blocking;
        private AckTable.Waiter waiter;

        private ReplicaWait(AckTable acks, long offset, int replicas, long deadlineMs, Blocking blocking) {
            super(deadlineMs);
            this.acks = acks;
            this.offset = offset;
            this.replicas = replicas;
            this.blocking = blocking;
        }

        @Override
        protected void begun() {
            waiter = acks.await(offset, replicas, this::answer);
        }

        private void answer(int count) {
            blocking.writer(session()).integer(count);
            blocking.end(this);
        }

        @Override
        protected void timeOut(ReplyWriter out) {
            out.integer(acks.holding(offset));
        }

        @Override
        protected void over() {
            acks.cancel(waiter);
        }
    }
}
