package io.vireo.command;

import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/**
 * How many elements of a collection HRANDFIELD, SRANDMEMBER and ZRANDMEMBER shall choose: {@code count [WITHVALUES]}.
 *
 * @param howMany at most so many different ones, or just so many
 * @param mayRepeat whether an element may come again
 * @param withValues whether its value or score is wanted too
 */
record RandomCount(long howMany, boolean mayRepeat, boolean withValues) {
    /** Reads it from the third word on; {@code option} is null where values cannot be asked for. */
    static RandomCount parse(Args args, String option) {
        long count = args.integer(2);
        if (count == Long.MIN_VALUE) {
            throw ErrorReply.NOT_A_LONG_MAGNITUDE.raise();
        }
        boolean values = option != null && args.count() == 4 && args.get(3).isWord(option);
        if (args.count() > 4 || args.count() == 4 && !values) {
            throw ErrorReply.SYNTAX.raise();
        }
        if (values && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2)) {
            throw ErrorReply.OUT_OF_RANGE_VALUE.raise();
        }
        return new RandomCount(Math.abs(count), count < 0, values);
    }
}
