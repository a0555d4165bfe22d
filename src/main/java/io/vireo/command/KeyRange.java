package io.vireo.command;

import java.util.List;

/**
 * A command's keys as clients knew them before there were key descriptions: first, last, step.
 *
 * @param first 0 for no keys
 * @param last counted from the end if negative
 * @param isPartial whether there may be keys besides these, which a client must ask COMMAND GETKEYS for
 */
record KeyRange(int first, int last, int step, boolean isPartial) {
    private static final KeyRange NONE = new KeyRange(0, 0, 0, false);

    /** The one range that says most: all descriptions if they are ranges that follow each other. */
    static KeyRange of(List<KeySpec> keys) {
        if (keys.size() == 1 && rangeOf(keys.getFirst()) != null) {
            return rangeOf(keys.getFirst());
        }
        KeyRange all = NONE;
        boolean partial = false;
        for (KeySpec each : keys) {
            KeyRange range = rangeOf(each);
            boolean follows = range != null && range.step == 1 && (all == NONE || all.last == range.first - 1);
            if (follows) {
                all = new KeyRange(all == NONE ? range.first : all.first, range.last, 1, false);
            }
            partial |= !follows || range.isPartial;
        }
        return new KeyRange(all.first, all.last, all.step, partial);
    }

    /** A single description as a range; null where it is none. */
    private static KeyRange rangeOf(KeySpec keys) {
        if (keys.begin() instanceof KeySpec.Begin.Index(int index, String unless)
                && keys.find() instanceof KeySpec.Find.Range(int last, int step, int limit)) {
            return new KeyRange(index, last < 0 ? last : index + last, step, keys.has(KeySpec.Flag.INCOMPLETE));
        }
        return null;
    }
}
