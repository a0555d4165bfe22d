package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.ErrorReply;
import io.vireo.value.SortedSetValue;

/** A range of members of a sorted set: in any set it begins at one rank and ends before another. */
sealed interface MemberRange {
    ErrorReply BAD_SCORE = ErrorReply.of("ERR min or max is not a float");
    ErrorReply BAD_WORD = ErrorReply.of("ERR min or max not valid string range item");

    /** What its ends are. */
    enum By {
        RANK,
        SCORE,
        WORD
    }

    /** Reads the two words that are its ends. */
    static MemberRange of(By by, Bytes low, Bytes high) {
        return switch (by) {
            case RANK -> new Ranks(rank(low), rank(high));
            case SCORE ->
                new ScoreRange(
                        Scores.bound(low, isOpen(low) ? 1 : 0, BAD_SCORE),
                        isOpen(low),
                        Scores.bound(high, isOpen(high) ? 1 : 0, BAD_SCORE),
                        isOpen(high));
            case WORD -> new WordRange(WordEnd.of(low), WordEnd.of(high));
        };
    }

    private static long rank(Bytes word) {
        if (!Decimal.isLong(word)) {
            throw ErrorReply.NOT_AN_INTEGER.raise();
        }
        return Decimal.toLong(word);
    }

    private static boolean isOpen(Bytes word) {
        return word.length() > 0 && word.at(0) == '(';
    }

    By by();

    /** The rank at which it begins in a set. */
    long start(SortedSetValue set);

    /** The rank before which it ends in a set; it may be before the beginning. */
    long end(SortedSetValue set);

    /** From one rank to another, both of which belong to it; below 0 they are counted from the end. */
    record Ranks(long first, long last) implements MemberRange {
        @Override
        public By by() {
            return By.RANK;
        }

        @Override
        public long start(SortedSetValue set) {
            return Math.max(0, ListCommands.fromStart(first, set.size()));
        }

        @Override
        public long end(SortedSetValue set) {
            return Math.min(set.size() - 1, ListCommands.fromStart(last, set.size())) + 1;
        }
    }

    /** From one score to another; an open end does not belong to it. */
    record ScoreRange(double min, boolean minOpen, double max, boolean maxOpen) implements MemberRange {
        @Override
        public By by() {
            return By.SCORE;
        }

        @Override
        public long start(SortedSetValue set) {
            return set.countBelow(min, minOpen);
        }

        @Override
        public long end(SortedSetValue set) {
            return set.countBelow(max, !maxOpen);
        }
    }

    /** One end of a range of words: {@code side} is -1 below all words, 1 above all, 0 at the word. */
    record WordEnd(int side, Bytes word, boolean open) {
        static WordEnd of(Bytes text) {
            if (text.length() == 1 && (text.at(0) == '-' || text.at(0) == '+')) {
                return new WordEnd(text.at(0) == '-' ? -1 : 1, null, false);
            }
            if (text.length() == 0 || text.at(0) != '[' && text.at(0) != '(') {
                throw BAD_WORD.raise();
            }
            Bytes word = new Bytes().set(text.address() + 1, text.length() - 1);
            return new WordEnd(0, word, text.at(0) == '(');
        }

        private long countBelow(SortedSetValue set, boolean inclusive) {
            return side < 0 ? 0 : side > 0 ? set.size() : set.countBelow(word, inclusive);
        }
    }

    /** From one word to another, in a set whose scores are all equal. */
    record WordRange(WordEnd min, WordEnd max) implements MemberRange {
        @Override
        public By by() {
            return By.WORD;
        }

        @Override
        public long start(SortedSetValue set) {
            return min.countBelow(set, min.open());
        }

        @Override
        public long end(SortedSetValue set) {
            return max.countBelow(set, !max.open());
        }
    }
}
