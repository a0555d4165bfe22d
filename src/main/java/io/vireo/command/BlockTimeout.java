package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.LongDouble;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** How long a command may wait, as its words say it. */
final class BlockTimeout {
    private static final BigDecimal MS_PER_SECOND = BigDecimal.valueOf(1000);
    private static final BigDecimal LONGEST_MS = BigDecimal.valueOf(Long.MAX_VALUE);

    private BlockTimeout() {}

    /** A number of seconds, perhaps with a fraction, as milliseconds; a part of one counts as a whole one. */
    static long ofSeconds(Bytes word, long nowMs) {
        if (Decimal.isLong(word) && Math.abs(Decimal.toLong(word)) < Integer.MAX_VALUE) {
            return checked(Decimal.toLong(word) * 1000, nowMs);
        }
        LongDouble seconds = LongDouble.parse(word);
        if (seconds == null) {
            throw ErrorReply.TIMEOUT_NOT_A_FLOAT.raise();
        }
        if (!seconds.isFinite()) {
            throw ErrorReply.TIMEOUT_OUT_OF_RANGE.raise();
        }
        BigDecimal ms = seconds.exact().multiply(MS_PER_SECOND).setScale(0, RoundingMode.CEILING);
        if (ms.compareTo(LONGEST_MS) > 0) {
            throw ErrorReply.TIMEOUT_OUT_OF_RANGE.raise();
        }
        return checked(ms.signum() < 0 ? -1 : ms.longValueExact(), nowMs);
    }

    /** A whole number of milliseconds. */
    static long ofMillis(Bytes word, long nowMs) {
        if (!Decimal.isLong(word)) {
            throw ErrorReply.TIMEOUT_NOT_AN_INTEGER.raise();
        }
        return checked(Decimal.toLong(word), nowMs);
    }

    private static long checked(long ms, long nowMs) {
        if (ms < 0) {
            throw ErrorReply.TIMEOUT_NEGATIVE.raise();
        }
        if (ms > Long.MAX_VALUE - nowMs) {
            throw ErrorReply.TIMEOUT_OUT_OF_RANGE.raise();
        }
        return ms;
    }
}
