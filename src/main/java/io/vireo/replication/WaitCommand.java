package io.vireo.replication;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFlag.NOSCRIPT;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
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

/** WAIT and WAITAOF: a client is not answered until so many nodes have what it wrote, in memory or on their disks. */
@RunsOn(Loop.KEYSPACE)
final class WaitCommand {
    private static final ErrorReply ON_REPLICA = ErrorReply.of("ERR WAIT cannot be used with replica instances. Please"
            + " also note that since Redis 4.0 if a replica is configured to be writable (which is not the default)"
            + " writes to replicas are just local and are not propagated.");
    private static final ErrorReply FILE_ON_REPLICA =
            ErrorReply.of("ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas"
                    + " are just local and are not propagated.");
    private static final ErrorReply NO_FILE =
            ErrorReply.of("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
    private static final ErrorReply LOCAL_OUT_OF_RANGE =
            ErrorReply.of("ERR value is out of range, value must between 0 and 1");

    private final Replication replication;

    WaitCommand(Replication replication) {
        this.replication = replication;
    }

    CommandFamily rows() {
        return new CommandFamily(
                "generic",
                List.of(
                        with(plain("wait", 3, this::waitFor, NOSCRIPT), AclCategory.CONNECTION),
                        with(plain("waitaof", 4, this::waitForFiles, NOSCRIPT), AclCategory.CONNECTION)));
    }

    /** WAIT numreplicas timeout-ms. Replies with how many replicas have all that this client has written. */
    private void waitFor(CommandContext ctx, Args args, ReplyWriter out) {
        if (!replication.isPrimary()) {
            throw ON_REPLICA.raise();
        }
        int replicas = (int) Math.min(args.integer(1), Integer.MAX_VALUE);
        long deadlineMs = ctx.deadlineInMillis(args.get(2));

        begin(ctx, new ReplicaWait(ctx, replicas, deadlineMs), out);
    }

    /**
     * WAITAOF numlocal numreplicas timeout-ms. Replies with how many nodes have all that this client has written on their
     * disks: first whether this one has, as 0 or 1, then how many replicas.
     */
    private void waitForFiles(CommandContext ctx, Args args, ReplyWriter out) {
        long local = args.integer(1);
        if (local < 0 || local > 1) {
            throw LOCAL_OUT_OF_RANGE.raise();
        }
        long replicas = positive(args.get(2));
        long deadlineMs = ctx.deadlineInMillis(args.get(3));
        if (!replication.isPrimary()) {
            throw FILE_ON_REPLICA.raise();
        }
        if (local > 0 && !replication.keepsFile()) {
            throw NO_FILE.raise();
        }

        begin(ctx, new FileWait(ctx, local > 0, replicas, deadlineMs), out);
    }

    private static long positive(Bytes word) {
        long number = Decimal.isLong(word) ? Decimal.toLong(word) : -1;
        if (number < 0) {
            throw ErrorReply.MUST_BE_POSITIVE.raise();
        }
        return number;
    }

    private static void begin(CommandContext ctx, Wait wait, ReplyWriter out) {
        if (wait.isOver()) {
            wait.answer(out);
        } else {
            ctx.block(wait, out);
        }
    }

    /** Waits for nodes; in the end the reply is how many have come so far. */
    private abstract class Wait extends Blocked implements AckTable.Waiter {
        final AckTable acks = replication.acks();
        final long offset;
        private final Blocking blocking;

        private Wait(CommandContext ctx, long deadlineMs) {
            super(deadlineMs);
            this.offset = ctx.session().writtenUpTo();
            this.blocking = ctx.blocking();
        }

        @Override
        protected final void begun() {
            acks.await(this);
            if (needsReplicas()) {
                acks.ask();
            }
        }

        abstract boolean needsReplicas();

        /** The reply when the wait has come to its end. */
        void answer(ReplyWriter out) {
            timeOut(out);
        }

        @Override
        public final void end() {
            answer(blocking.writer(session()));
            blocking.end(this);
        }

        @Override
        protected final void over() {
            acks.cancel(this);
        }
    }

    private final class ReplicaWait extends Wait {
        private final int replicas;

        private ReplicaWait(CommandContext ctx, int replicas, long deadlineMs) {
            super(ctx, deadlineMs);
            this.replicas = replicas;
        }

        @Override
        boolean needsReplicas() {
            return true;
        }

        @Override
        public boolean isOver() {
            return acks.holding(offset) >= replicas;
        }

        @Override
        protected void timeOut(ReplyWriter out) {
            out.integer(acks.holding(offset));
        }
    }

    private final class FileWait extends Wait {
        private final boolean local;
        private final long replicas;

        private FileWait(CommandContext ctx, boolean local, long replicas, long deadlineMs) {
            super(ctx, deadlineMs);
            this.local = local;
            this.replicas = replicas;
        }

        @Override
        boolean needsReplicas() {
            return replicas > 0;
        }

        @Override
        public boolean isOver() {
            return isInVain() || (!local || acks.isOnDiskHere(offset)) && acks.holdingOnDisk(offset) >= replicas;
        }

        /** Whether the file that it waits for was turned off meanwhile. */
        private boolean isInVain() {
            return local && !replication.keepsFile();
        }

        @Override
        void answer(ReplyWriter out) {
            if (isInVain()) {
                out.error(NO_FILE);
            } else {
                timeOut(out);
            }
        }

        @Override
        protected void timeOut(ReplyWriter out) {
            out.array(2);
            out.integer(acks.isOnDiskHere(offset) ? 1 : 0);
            out.integer(acks.holdingOnDisk(offset));
        }
    }
}
