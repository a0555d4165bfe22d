package io.vireo.replication;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFlag.NOSCRIPT;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.AclCategory;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.Session;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** WAIT: a client is not answered until so many replicas have what it wrote. */
@RunsOn(Loop.KEYSPACE)
final class WaitCommand {
    private static final ErrorReply ON_REPLICA = ErrorReply.of("ERR WAIT cannot be used with replica instances. Please"
            + " also note that since Redis 4.0 if a replica is configured to be writable (which is not the default)"
            + " writes to replicas are just local and are not propagated.");
    private static final ErrorReply BAD_TIMEOUT = ErrorReply.of("ERR timeout is not an integer or out of range");
    private static final ErrorReply NEGATIVE_TIMEOUT = ErrorReply.of("ERR timeout is negative");
    private static final ErrorReply UNBLOCKED = ErrorReply.of(
            "UNBLOCKED force unblock from blocking operation, instance" + " state changed (master -> replica?)");

    private final Replication replication;
    private final LongSupplier nowMs;
    private final Map<Session, AckTable.Waiter> waiting = new HashMap<>();

    WaitCommand(Replication replication, LongSupplier nowMs) {
        this.replication = replication;
        this.nowMs = nowMs;
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
        long replicas = number(args.get(1), ErrorReply.NOT_AN_INTEGER);
        long timeoutMs = number(args.get(2), BAD_TIMEOUT);
        if (timeoutMs < 0) {
            throw NEGATIVE_TIMEOUT.raise();
        }

        Session session = ctx.session();
        long offset = session.writtenUpTo();
        int holding = replication.acks().holding(offset);
        if (holding >= replicas || session.isInsideExec()) {
            out.integer(holding);
            return;
        }
        session.connection().suspend();
        long deadlineMs = timeoutMs == 0 ? Long.MAX_VALUE : nowMs.getAsLong() + timeoutMs;
        AckTable.Waiter waiter = replication
                .acks()
                .await(
                        offset,
                        (int) Math.min(replicas, Integer.MAX_VALUE),
                        deadlineMs,
                        count -> answer(session, count),
                        () -> dismiss(session));
        waiting.put(session, waiter);
    }

    private static long number(Bytes word, ErrorReply otherwise) {
        if (!Decimal.isLong(word)) {
            throw otherwise.raise();
        }
        return Decimal.toLong(word);
    }

    private void answer(Session session, int count) {
        waiting.remove(session);
        writer(session).integer(count);
        session.connection().resume();
    }

    private void dismiss(Session session) {
        waiting.remove(session);
        writer(session).error(UNBLOCKED);
        session.closeAfterReplies();
    }

    private static RespWriter writer(Session session) {
        return new RespWriter().to(session.connection().output(), session.protocol());
    }

    /** The client is gone. */
    void closed(Session session) {
        AckTable.Waiter waiter = waiting.remove(session);
        if (waiter != null) {
            replication.acks().cancel(waiter);
        }
    }
}
