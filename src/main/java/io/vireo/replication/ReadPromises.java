package io.vireo.replication;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.command.Command;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandSpec;
import io.vireo.command.Gate;
import io.vireo.command.Gates;
import io.vireo.command.Session;
import io.vireo.log.ReplicationHistory;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What a client can ask of the data that it reads, on whichever node: to be no older than something it knows of, or than
 * some time.
 *
 * <p>REPLTOKEN gives the place in the stream of what the client wrote last, {@code replid:offset}. WAITREPL waits until the
 * node's data are not older than that; CLIENT READS has every read of the connection refused with {@code -STALE} where they
 * are, or where it is too long ago that the node knew to have all that its primary had.
 *
 * <p>A token of another history is refused, and never compared as a number: what it stands for is not in these data.
 */
@RunsOn(Loop.KEYSPACE)
public final class ReadPromises {
    private static final ErrorReply NO_TOKEN =
            ErrorReply.of("ERR Invalid token: it is replid:offset, as REPLTOKEN gives it");
    private static final ErrorReply OTHER_HISTORY = ErrorReply.of(
            "OTHERHISTORY The token is of a history that these data are not of: what it stands for may be lost.");
    private static final long NO_LIMIT = -1;

    /** What a client wants of all that it reads. */
    private record Wish(ReplToken notOlder, long maxLagMs) {
        private static final Wish NONE = new Wish(null, NO_LIMIT);

        private boolean isNone() {
            return notOlder == null && maxLagMs == NO_LIMIT;
        }
    }

    private final Replication replication;
    private final IdentityHashMap<Session, Wish> wishes = new IdentityHashMap<>();
    private final List<TokenWait> waits = new ArrayList<>();
    private final Gate gate = new FreshEnough();
    private Gates gates;

    ReadPromises(Replication replication) {
        this.replication = replication;
    }

    /** The commands. */
    CommandFamily rows() {
        return new CommandFamily(
                "generic",
                List.of(
                        plain("repltoken", 1, this::token, NOSCRIPT, STALE, FAST),
                        plain("waitrepl", 3, this::waitFor, NOSCRIPT, STALE)));
    }

    /** Subcommands of CLIENT. */
    public List<CommandSpec> clientRows() {
        return List.of(plain("reads", -3, this::reads, NOSCRIPT, LOADING, STALE, FAST));
    }

    void addTo(Gates newGates) {
        gates = newGates;
        gates.add(gate);
    }

    /** Whatever this client wanted, it wants no more. */
    public void forget(Session session) {
        if (wishes.remove(session) != null) {
            gates.arm(gate, !wishes.isEmpty());
        }
    }

    /** The end of a turn: the data may have come further. */
    void endOfTurn() {
        if (waits.isEmpty()) {
            return;
        }
        for (TokenWait wait : List.copyOf(waits)) {
            wait.look();
        }
    }

    /** REPLTOKEN. The place of this connection's last write, or, where it has written nothing, of the last of all. */
    private void token(CommandContext ctx, Args args, ReplyWriter out) {
        long written = ctx.session().writtenUpTo();
        long offset = written > 0 ? written : replication.log().endOffset();
        out.bulk(new ReplToken(replication.log().history().id(), offset).toString());
    }

    /** WAITREPL token timeout-ms. OK once the data are not older; for a time of 0 it waits without end. */
    private void waitFor(CommandContext ctx, Args args, ReplyWriter out) {
        ReplToken token = tokenIn(args.get(1));
        long deadlineMs = ctx.deadlineInMillis(args.get(2));
        switch (standing(token)) {
            case REACHED -> out.ok();
            case OTHER_HISTORY -> throw OTHER_HISTORY.raise();
            case BEHIND, UNKNOWN -> {
                TokenWait wait = new TokenWait(token, deadlineMs, ctx.blocking());
                if (ctx.mayBlock()) {
                    ctx.block(wait, out);
                } else {
                    wait.timeOut(out);
                }
            }
        }
    }

    /** CLIENT READS ANY, or CLIENT READS [NOTOLDER token] [MAXLAG ms]. */
    private void reads(CommandContext ctx, Args args, ReplyWriter out) {
        Wish wish = wishIn(args);
        if (wish.isNone()) {
            forget(ctx.session());
        } else {
            wishes.put(ctx.session(), wish);
            gates.arm(gate, true);
        }
        out.ok();
    }

    private static Wish wishIn(Args args) {
        if (args.count() == 3 && args.get(2).isWord("any")) {
            return Wish.NONE;
        }
        ReplToken token = null;
        long maxLagMs = NO_LIMIT;
        for (int i = 2; i < args.count(); i += 2) {
            boolean hasValue = i + 1 < args.count();
            if (hasValue && token == null && args.get(i).isWord("notolder")) {
                token = tokenIn(args.get(i + 1));
            } else if (hasValue && maxLagMs == NO_LIMIT && args.get(i).isWord("maxlag")) {
                maxLagMs = args.integer(i + 1);
                if (maxLagMs < 0) {
                    throw ErrorReply.NOT_AN_INTEGER.raise();
                }
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        return new Wish(token, maxLagMs);
    }

    private static ReplToken tokenIn(Bytes word) {
        return ReplToken.of(word.toString()).orElseThrow(() -> NO_TOKEN.raise());
    }

    /** How the data stand to a token. */
    private enum Standing {
        REACHED,
        BEHIND,
        /** The token's history is not known here, and may be that of a primary that this node has yet to hear of. */
        UNKNOWN,
        OTHER_HISTORY
    }

    private Standing standing(ReplToken token) {
        ReplicationHistory history = replication.log().history();
        long end = replication.log().endOffset();
        if (token.id().equalsIgnoreCase(history.id())) {
            return end >= token.offset() ? Standing.REACHED : Standing.BEHIND;
        }
        if (history.isFormer(token.id())) {
            return token.offset() < history.formerUpTo() ? Standing.REACHED : Standing.OTHER_HISTORY;
        }
        return replication.isPrimary() || replication.isLinkUp() ? Standing.OTHER_HISTORY : Standing.UNKNOWN;
    }

    private ErrorReply stale(ReplToken token) {
        return ErrorReply.of("STALE This node's data end at "
                + replication.log().history().id() + ":" + replication.log().endOffset() + ", before " + token + ".");
    }

    private final class FreshEnough implements Gate {
        @Override
        public boolean concerns(CommandSpec command) {
            return command.has(CommandFlag.READONLY);
        }

        @Override
        public ErrorReply check(Session session, Command command, Args args) {
            Wish wish = wishes.get(session);
            if (wish == null) {
                return null;
            }
            if (wish.notOlder != null) {
                Standing standing = standing(wish.notOlder);
                if (standing != Standing.REACHED) {
                    return standing == Standing.OTHER_HISTORY ? OTHER_HISTORY : stale(wish.notOlder);
                }
            }
            return wish.maxLagMs == NO_LIMIT ? null : tooLate(wish.maxLagMs);
        }

        private ErrorReply tooLate(long maxLagMs) {
            long lagMs = replication.staleMs();
            if (lagMs <= maxLagMs) {
                return null;
            }
            String known = lagMs == Replication.UNKNOWN_LAG ? "it is not known how old" : "up to " + lagMs + " ms old";
            return ErrorReply.of("STALE This node's data may be older than " + maxLagMs + " ms: " + known + ".");
        }
    }

    private final class TokenWait extends Blocked {
        private final ReplToken token;
        private final Blocking blocking;

        private TokenWait(ReplToken token, long deadlineMs, Blocking blocking) {
            super(deadlineMs);
            this.token = token;
            this.blocking = blocking;
        }

        @Override
        protected void begun() {
            waits.add(this);
        }

        private void look() {
            Standing standing = standing(token);
            if (standing == Standing.REACHED || standing == Standing.OTHER_HISTORY) {
                ReplyWriter out = blocking.writer(session());
                if (standing == Standing.REACHED) {
                    out.ok();
                } else {
                    out.error(OTHER_HISTORY);
                }
                blocking.end(this);
            }
        }

        @Override
        protected void timeOut(ReplyWriter out) {
            out.error(stale(token));
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
