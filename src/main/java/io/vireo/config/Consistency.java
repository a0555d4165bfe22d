package io.vireo.config;

import java.util.List;
import java.util.Locale;

/** When the bytes of an answer may leave. */
public enum Consistency {
    /** At once: a write may be lost with its primary. */
    ASYNC,
    /** When every node of the group that counts as in sync holds all they tell of. */
    STRONG;

    static OptionType<Consistency> type() {
        return new Type();
    }

    private static final class Type extends OptionType<Consistency> {
        @Override
        Consistency parse(List<String> words, Consistency current) throws ConfigRefusal {
            return switch (TextTypes.single(words).toLowerCase(Locale.ROOT)) {
                case "async" -> ASYNC;
                case "strong" -> STRONG;
                case "journal" ->
                    throw new ConfigRefusal(
                            "consistency journal needs a journal outside the nodes, which this version does not have");
                default -> throw TextTypes.notOneOf(List.of("async", "strong"));
            };
        }

        @Override
        String print(Consistency value) {
            return TextTypes.word(value);
        }

        @Override
        String form() {
            return "async, strong";
        }
    }
}
