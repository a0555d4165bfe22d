package io.vireo.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a signal that ends the server asks for, as the arguments of SHUTDOWN do. None of them is {@code default}. */
public enum ShutdownFlag {
    SAVE,
    NOSAVE,
    NOW,
    FORCE;

    private static final String DEFAULT = "default";

    static OptionType<Set<ShutdownFlag>> type() {
        return new Type();
    }

    private static final class Type extends OptionType<Set<ShutdownFlag>> {
        private static List<String> words() {
            return Stream.concat(Stream.of(DEFAULT), Stream.of(values()).map(TextTypes::word))
                    .toList();
        }

        @Override
        Set<ShutdownFlag> parse(List<String> words, Set<ShutdownFlag> current) throws ConfigRefusal {
            EnumSet<ShutdownFlag> flags = EnumSet.noneOf(ShutdownFlag.class);
            if (words.isEmpty()) {
                throw TextTypes.notOneOf(words());
            }
            for (String word : words) {
                int before = flags.size();
                for (ShutdownFlag flag : values()) {
                    if (TextTypes.word(flag).equalsIgnoreCase(word)) {
                        flags.add(flag);
                        before = -1;
                    }
                }
                if (before >= 0 && !word.equalsIgnoreCase(DEFAULT)) {
                    throw TextTypes.notOneOf(words());
                }
            }
            if (flags.contains(SAVE) && flags.contains(NOSAVE)) {
                throw new ConfigRefusal("shutdown options SAVE and NOSAVE can't be used simultaneously");
            }
            return Collections.unmodifiableSet(flags);
        }

        @Override
        String print(Set<ShutdownFlag> value) {
            return value.isEmpty()
                    ? DEFAULT
                    : value.stream().map(TextTypes::word).collect(Collectors.joining(" "));
        }

        @Override
        String form() {
            return "default, or several of save, nosave, now, force";
        }

        @Override
        boolean isList() {
            return true;
        }
    }
}
