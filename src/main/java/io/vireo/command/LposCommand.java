package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.ListValue;
import io.vireo.value.StringValue;
import java.util.Arrays;

/** LPOS, whose row is in {@link ListCommands}. */
final class LposCommand {
    private static final ErrorReply ZERO_RANK = ErrorReply.of("ERR RANK can't be zero: use 1 to start from the first"
            + " match, 2 from the second ... or use negative to start from the end of the list");

    private long rank = 1;
    private long maxLength;
    /** How many to find; -1 where one index is asked for, not an array; 0 for all. */
    private long count = -1;

    private long[] found = new long[8];
    private int foundCount;

    private LposCommand() {}

    /** LPOS key element [RANK rank] [COUNT num-matches] [MAXLEN len]. Replies with an index or null, or with an array. */
    static void lpos(CommandContext ctx, Args args, ReplyWriter out) {
        LposCommand search = parse(args);
        ListValue list = ctx.db().read(args.get(1), ListValue.TYPE);
        if (list != null) {
            search.in(list, args.get(2));
        }
        if (search.count >= 0) {
            out.array(search.foundCount);
            for (int i = 0; i < search.foundCount; i++) {
                out.integer(search.found[i]);
            }
        } else if (search.foundCount == 0) {
            out.nullBulk();
        } else {
            out.integer(search.found[0]);
        }
    }

    private static LposCommand parse(Args args) {
        LposCommand search = new LposCommand();
        for (int i = 3; i < args.count(); i += 2) {
            if (i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            } else if (args.get(i).isWord("rank")) {
                search.rank = args.integer(i + 1);
                if (search.rank == Long.MIN_VALUE) {
                    throw ErrorReply.NOT_A_LONG_MAGNITUDE.raise();
                }
                if (search.rank == 0) {
                    throw ZERO_RANK.raise();
                }
            } else if (args.get(i).isWord("count")) {
                search.count = notNegative(args.get(i + 1), "COUNT");
            } else if (args.get(i).isWord("maxlen")) {
                search.maxLength = notNegative(args.get(i + 1), "MAXLEN");
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        return search;
    }

    private static long notNegative(Bytes word, String option) {
        return Numbers.atLeast(0, word, ErrorReply.of("ERR " + option + " can't be negative"));
    }

    private void in(ListValue list, Bytes element) {
        boolean forward = rank > 0;
        long size = list.size();
        long most = maxLength == 0 ? size : Math.min(size, maxLength);
        long wanted = count < 0 ? 1 : count == 0 ? Long.MAX_VALUE : count;
        long[] state = {0, Math.abs(rank) - 1};
        list.walk(forward ? 0 : size - 1, forward, there -> {
            long index = forward ? state[0] : size - 1 - state[0];
            state[0]++;
            if (isSame(there, element) && state[1]-- <= 0) {
                add(index);
            }
            return state[0] < most && foundCount < wanted;
        });
    }

    private static boolean isSame(StringValue there, Bytes element) {
        return there.bytes().contentEquals(element);
    }

    private void add(long index) {
        if (foundCount == found.length) {
            found = Arrays.copyOf(found, 2 * foundCount);
        }
        found[foundCount++] = index;
    }
}
