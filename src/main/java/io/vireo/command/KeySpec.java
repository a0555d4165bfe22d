package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;

/**
 * Where a command's keys are and what it does with them, as COMMAND INFO describes it.
 *
 * @param begin where the search begins
 * @param find which words from there on are keys
 * @param flags what the command does with these keys, at the most
 * @param actual what it does with them as its words stand, where that varies; null where it does not
 */
public record KeySpec(Begin begin, Find find, Set<Flag> flags, Function<Args, Set<Flag>> actual) {
    /** What a command does with keys. The first four say how it uses a key, the next what it does with its value. */
    public enum Flag {
        RO,
        RW,
        OW,
        RM,
        ACCESS,
        UPDATE,
        INSERT,
        DELETE,
        NOT_KEY,
        INCOMPLETE,
        VARIABLE_FLAGS;

        /** The name that COMMAND INFO shows. */
        public String wireName() {
            return this == NOT_KEY || this == INCOMPLETE || this == VARIABLE_FLAGS || ordinal() > RM.ordinal()
                    ? name().toLowerCase(java.util.Locale.ROOT)
                    : name();
        }
    }

    /** Where the search begins. */
    public sealed interface Begin {
        /**
         * At a fixed word; 0 is the command's name.
         *
         * @param unless a later word that says that there is no key here; null where there is one in any case
         */
        record Index(int index, String unless) implements Begin {}

        /** Behind a keyword, looked for from a word on; from the end where {@code startFrom} is negative. */
        record Keyword(String word, int startFrom) implements Begin {}

        /** Where no description can say; what is found tells the word that is a key, or -1. */
        record Unknown(ToIntFunction<Args> found) implements Begin {}
    }

    /** Which words are keys, counted from where the search begins. */
    public sealed interface Find {
        /** Every {@code step}-th word up to {@code last}: relative, or from the end of the command if negative. */
        record Range(int last, int step, int limit) implements Find {}

        /** A word that says how many keys follow from {@code firstKey} on. */
        record KeyNumber(int index, int firstKey, int step) implements Find {}

        /** One word, where the search has found one. */
        record Unknown() implements Find {}
    }

    /** One key at a fixed place. */
    public static KeySpec key(int index, Flag... flags) {
        return keys(index, 0, 1, flags);
    }

    /** A run of keys: {@code last} is relative to {@code first}, or counted from the end if negative. */
    public static KeySpec keys(int first, int last, int step, Flag... flags) {
        return new KeySpec(new Begin.Index(first, null), new Find.Range(last, step, 0), setOf(flags), null);
    }

    /** Keys whose number is said by a word. */
    public static KeySpec counted(int index, Flag... flags) {
        return new KeySpec(new Begin.Index(index, null), new Find.KeyNumber(0, 1, 1), setOf(flags), null);
    }

    /** A key behind a keyword, looked for from a word on. */
    public static KeySpec behind(String word, int startFrom, Flag... flags) {
        return new KeySpec(new Begin.Keyword(word, startFrom), new Find.Range(0, 1, 0), setOf(flags), null);
    }

    /** One key at a fixed place, unless a keyword comes later. */
    public static KeySpec keyUnless(String word, int index, Flag... flags) {
        return new KeySpec(new Begin.Index(index, word), new Find.Range(0, 1, 0), setOf(flags), null);
    }

    /** All words behind a keyword, looked for from a word on. */
    public static KeySpec allBehind(String word, int startFrom, Flag... flags) {
        return new KeySpec(new Begin.Keyword(word, startFrom), new Find.Range(-1, 1, 0), setOf(flags), null);
    }

    /** A key that no description finds. */
    public static KeySpec unknown(ToIntFunction<Args> found, Flag... flags) {
        return new KeySpec(new Begin.Unknown(found), new Find.Unknown(), setOf(flags), null);
    }

    /** The same keys, with flags that depend on the command's other words. */
    public KeySpec varying(Function<Args, Set<Flag>> newActual) {
        Set<Flag> most = EnumSet.of(Flag.VARIABLE_FLAGS);
        most.addAll(flags);
        return new KeySpec(begin, find, Set.copyOf(most), newActual);
    }

    /** What a command does with these keys. */
    public Set<Flag> flagsIn(Args args) {
        return actual == null ? flags : actual.apply(args);
    }

    private static Set<Flag> setOf(Flag... flags) {
        Set<Flag> set = EnumSet.noneOf(Flag.class);
        set.addAll(List.of(flags));
        return Set.copyOf(set);
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }

    /**
     * Names the positions of the keys in a command.
     *
     * @return false where the command's words do not fit this description
     */
    public boolean positions(Args args, IntConsumer position) {
        int first = switch (begin) {
            case Begin.Index(int index, String unless) -> unless != null && has(unless, index + 1, args) ? -1 : index;
            case Begin.Keyword keyword -> behind(keyword, args);
            case Begin.Unknown unknown -> unknown.found().applyAsInt(args);
        };
        if (first < 0) {
            return true;
        }
        if (first >= args.count()) {
            return false;
        }
        return switch (find) {
            case Find.Range range -> range(range, first, args, position);
            case Find.KeyNumber number -> counted(number, first, args, position);
            case Find.Unknown unknown -> {
                position.accept(first);
                yield true;
            }
        };
    }

    private static int behind(Begin.Keyword keyword, Args args) {
        boolean backwards = keyword.startFrom() < 0;
        int i = backwards ? args.count() + keyword.startFrom() : keyword.startFrom();
        String lower = keyword.word().toLowerCase(java.util.Locale.ROOT);
        for (; i > 0 && i < args.count() - 1; i += backwards ? -1 : 1) {
            if (args.get(i).isWord(lower)) {
                return i + 1;
            }
        }
        return -1;
    }

    private static boolean has(String word, int from, Args args) {
        String lower = word.toLowerCase(java.util.Locale.ROOT);
        for (int i = from; i < args.count(); i++) {
            if (args.get(i).isWord(lower)) {
                return true;
            }
        }
        return false;
    }

    private static boolean range(Find.Range range, int first, Args args, IntConsumer position) {
        int last = first + range.last();
        if (range.last() < 0) {
            last = args.count() + range.last();
            if (range.limit() >= 2) {
                last = first + (args.count() - first) / range.limit() + range.last();
            }
        }
        if (last >= args.count() || last < first) {
            return false;
        }
        for (int i = first; i <= last; i += range.step()) {
            position.accept(i);
        }
        return true;
    }

    private static boolean counted(Find.KeyNumber number, int first, Args args, IntConsumer position) {
        int at = first + number.index();
        if (at >= args.count()) {
            return false;
        }
        Bytes word = args.get(at);
        if (!Decimal.isLong(word)) {
            return false;
        }
        long keys = Decimal.toLong(word);
        int from = first + number.firstKey();
        if (keys <= 0 || keys > (args.count() - from + number.step() - 1) / number.step()) {
            return false;
        }
        for (int i = 0; i < keys; i++) {
            position.accept(from + i * number.step());
        }
        return true;
    }
}
