package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.BlockedClients;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * A client that waits for one of some keys of its database to hold a value of some type.
 *
 * <p>The handler first tries each key itself. If none has what it wants, it blocks, saying what is to be done once one
 * has. So does a command that takes the first element of a list:
 *
 * <pre>{@code
 * private static void blpop(CommandContext ctx, Args args, ReplyWriter out) {
 *     int last = args.count() - 1;
 *     long deadlineMs = ctx.deadlineIn(args.get(last));
 *     for (int i = 1; i < last; i++) {
 *         if (pop(ctx, args.get(i), out)) {
 *             return;
 *         }
 *     }
 *     ctx.block(
 *             new KeyWait(ValueType.LIST, deadlineMs, args, 1, last) {
 *                 @Override
 *                 protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
 *                     return pop(ctx, key, out);
 *                 }
 *             },
 *             out);
 * }
 * }</pre>
 *
 * where {@code pop} changes the data, says so with {@code ctx.changed} and {@code ctx.propagate} (LPOP is the settled
 * form), and replies. In a transaction, a script or the primary's stream nobody blocks: {@link CommandContext#block} then
 * writes {@link #timeOut} at once. What the wait needs of the arguments must be copied.
 */
@RunsOn(Loop.KEYSPACE)
public abstract class KeyWait extends Blocked implements BlockedClients.Waiter {
    private final ValueType type;
    private final List<Bytes> keys;

    /**
     * Waits for the keys among some words, which are copied.
     *
     * @param deadlineMs as {@link CommandContext#deadlineIn} gives it
     * @param from the word that is the first key
     * @param to the word behind the last key
     */
    protected KeyWait(ValueType type, long deadlineMs, Args args, int from, int to) {
        super(deadlineMs);
        this.type = type;
        this.keys = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            keys.add(args.get(i).copy());
        }
    }

    /**
     * Does at a key what the command does, and replies; called after the command or transaction that made the key ready,
     * as a command of this client with effects of its own. The key holds a value of the type waited for, or, where this
     * {@linkplain #mindsLoss minds}, perhaps none. A refusal that is thrown is the reply.
     *
     * @return false if there is nothing for this client yet: nothing was changed or written, and it waits on
     */
    protected abstract boolean serve(CommandContext ctx, Bytes key, ReplyWriter out);

    /** The reply in vain is a null array, unless a command has another. */
    @Override
    protected void timeOut(ReplyWriter out) {
        out.nullArray();
    }

    @Override
    public boolean mindsLoss() {
        return false;
    }

    @Override
    public final ValueType awaits() {
        return type;
    }

    @Override
    long memoryBytes() {
        long bytes = 0;
        for (Bytes key : keys) {
            bytes += key.length();
        }
        return bytes;
    }

    List<Bytes> keys() {
        return keys;
    }

    @Override
    public final void ready(int db, Bytes key) {
        act((ctx, out) -> serve(ctx, key, out));
    }
}
