package io.vireo.config;

import io.vireo.base.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The types of options that are text: words, choices, names of files, lists. */
final class TextTypes {
    private TextTypes() {}

    static OptionType<Boolean> yesNo() {
        return new YesNo();
    }

    /** Any text, in UTF-8; CONFIG REWRITE takes one that is empty, as by default, out of the file. */
    static OptionType<String> text() {
        return new Text(true);
    }

    /** Any text, in UTF-8; the file may say that it is empty. */
    static OptionType<String> textOrEmpty() {
        return new Text(false);
    }

    /** The path of a file, or nothing; the file may say that it is nothing. */
    static OptionType<String> filePath() {
        return new FilePath();
    }

    /** Bytes that only their owner should see: a password. */
    static OptionType<Bytes> secret() {
        return new Binary(true);
    }

    /** Any bytes, kept exactly. */
    static OptionType<Bytes> binary() {
        return new Binary(false);
    }

    /** The name of a file without a directory. */
    static OptionType<String> fileName(String option, boolean mayBeEmpty) {
        return new BareName(option, "filename", mayBeEmpty);
    }

    /** The name of a directory that has no other before it. */
    static OptionType<String> directoryName(String option) {
        return new BareName(option, "dirname", false);
    }

    /** An existing directory; a relative one is found from the one before. */
    static OptionType<Path> directory() {
        return new Directory();
    }

    /** One of the constants of an enum, written in lower case with dashes. */
    static <E extends Enum<E>> OptionType<E> oneOf(Class<E> words) {
        return new OneOf<>(Arrays.asList(words.getEnumConstants()), TextTypes::word);
    }

    /** One of these words, in any case. */
    static OptionType<String> oneOf(String... words) {
        return new OneOf<>(List.of(words), word -> word);
    }

    /** A list of at most {@code most} words; more are refused with {@code tooMany}. */
    static OptionType<List<String>> words(int most, String tooMany) {
        return new WordList(most, tooMany);
    }

    /** As {@code type}, but values that {@code allowed} does not hold for are refused with {@code reason}. */
    static <T> OptionType<T> only(OptionType<T> type, Predicate<T> allowed, String reason) {
        return new Only<>(type, allowed, reason);
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ConfigRefusal notOneOf(List<String> words) {
        return new ConfigRefusal("argument(s) must be one of the following: " + String.join(", ", words));
    }

    static String single(List<String> words) throws ConfigRefusal {
        if (words.size() != 1) {
            throw new ConfigRefusal(OptionType.WRONG_COUNT);
        }
        return words.getFirst();
    }

    private static final class YesNo extends OptionType<Boolean> {
        @Override
        Boolean parse(List<String> words, Boolean current) throws ConfigRefusal {
            return switch (single(words).toLowerCase(Locale.ROOT)) {
                case "yes" -> true;
                case "no" -> false;
                default -> throw new ConfigRefusal("argument must be 'yes' or 'no'");
            };
        }

        @Override
        String print(Boolean value) {
            return value ? "yes" : "no";
        }

        @Override
        String form() {
            return "yes, no";
        }
    }

    private static class Text extends OptionType<String> {
        private final boolean emptyIsNone;

        Text(boolean emptyIsNone) {
            this.emptyIsNone = emptyIsNone;
        }

        @Override
        String parse(List<String> words, String current) throws ConfigRefusal {
            return Words.text(single(words));
        }

        @Override
        String print(String value) {
            return Words.of(value);
        }

        @Override
        String written(String value) {
            return Words.quote(print(value));
        }

        @Override
        List<ConfigLine> lines(String name, String value, String byDefault) {
            boolean isNone = emptyIsNone && value.isEmpty() && byDefault.isEmpty();
            return isNone ? List.of() : super.lines(name, value, byDefault);
        }

        @Override
        String form() {
            return "text";
        }
    }

    private static final class Binary extends OptionType<Bytes> {
        private final boolean secret;

        Binary(boolean secret) {
            this.secret = secret;
        }

        @Override
        Bytes parse(List<String> words, Bytes current) throws ConfigRefusal {
            return Bytes.copyOf(Words.bytes(single(words)));
        }

        @Override
        String print(Bytes value) {
            return Words.ofBytes(value.toArray());
        }

        @Override
        String written(Bytes value) {
            return Words.quote(print(value));
        }

        /** What is empty is not in the file. */
        @Override
        List<ConfigLine> lines(String name, Bytes value, Bytes byDefault) {
            return value.isEmpty() ? List.of() : super.lines(name, value, byDefault);
        }

        @Override
        String form() {
            return "text";
        }

        @Override
        boolean isSecret() {
            return secret;
        }
    }

    private static final class FilePath extends Text {
        FilePath() {
            super(false);
        }

        @Override
        String parse(List<String> words, String current) throws ConfigRefusal {
            String path = super.parse(words, current);
            if (path.indexOf(0) >= 0) {
                throw new ConfigRefusal("a path has no zero byte");
            }
            return path;
        }
    }

    private static final class BareName extends Text {
        private final String option;
        private final String kind;
        private final boolean mayBeEmpty;

        BareName(String option, String kind, boolean mayBeEmpty) {
            super(false);
            this.option = option;
            this.kind = kind;
            this.mayBeEmpty = mayBeEmpty;
        }

        @Override
        String parse(List<String> words, String current) throws ConfigRefusal {
            String name = super.parse(words, current);
            if (name.isEmpty() && !mayBeEmpty) {
                throw new ConfigRefusal(option + " can't be empty");
            }
            if (name.indexOf('/') >= 0) {
                throw new ConfigRefusal(option + " can't be a path, just a " + kind);
            }
            return name;
        }

        @Override
        String form() {
            return kind;
        }
    }

    private static final class Directory extends OptionType<Path> {
        @Override
        Path parse(List<String> words, Path current) throws ConfigRefusal {
            String name = Words.text(single(words));
            Path directory = current.resolve(name).normalize();
            if (name.isEmpty() || !Files.exists(directory)) {
                throw new ConfigRefusal("No such file or directory");
            }
            if (!Files.isDirectory(directory)) {
                throw new ConfigRefusal("Not a directory");
            }
            if (!Files.isExecutable(directory)) {
                throw new ConfigRefusal("Permission denied");
            }
            return directory;
        }

        @Override
        String print(Path value) {
            return Words.of(value.toString());
        }

        @Override
        String written(Path value) {
            return Words.quote(print(value));
        }

        /** It is always written: a server is not started from the same place each time. */
        @Override
        List<ConfigLine> lines(String name, Path value, Path byDefault) {
            return List.of(new ConfigLine(name + " " + written(value), true));
        }

        @Override
        String form() {
            return "directory";
        }
    }

    private static final class OneOf<T> extends OptionType<T> {
        private final List<T> values;
        private final Function<T, String> word;

        OneOf(List<T> values, Function<T, String> word) {
            this.values = values;
            this.word = word;
        }

        @Override
        T parse(List<String> words, T current) throws ConfigRefusal {
            String wanted = single(words);
            for (T value : values) {
                if (word.apply(value).equalsIgnoreCase(wanted)) {
                    return value;
                }
            }
            throw notOneOf(values.stream().map(word).toList());
        }

        @Override
        String print(T value) {
            return word.apply(value);
        }

        @Override
        String form() {
            return values.stream().map(word).collect(Collectors.joining(", "));
        }
    }

    private static final class WordList extends OptionType<List<String>> {
        private final int most;
        private final String tooMany;

        WordList(int most, String tooMany) {
            this.most = most;
            this.tooMany = tooMany;
        }

        @Override
        List<String> parse(List<String> words, List<String> current) throws ConfigRefusal {
            if (words.size() > most) {
                throw new ConfigRefusal(tooMany);
            }
            boolean none = words.size() == 1 && words.getFirst().isEmpty();
            List<String> texts = new ArrayList<>();
            for (String word : none ? List.<String>of() : words) {
                texts.add(Words.text(word));
            }
            return List.copyOf(texts);
        }

        @Override
        String print(List<String> value) {
            return Words.of(String.join(" ", value));
        }

        @Override
        List<ConfigLine> lines(String name, List<String> value, List<String> byDefault) {
            String words = value.isEmpty()
                    ? "\"\""
                    : value.stream().map(WordList::written).collect(Collectors.joining(" "));
            return value.equals(byDefault) ? List.of() : List.of(new ConfigLine(name + " " + words, true));
        }

        /** Quoted only where it would not be read back without. */
        private static String written(String text) {
            String word = Words.of(text);
            String quoted = Words.quote(word);
            return quoted.equals('"' + word + '"') && !word.isBlank() && word.indexOf(' ') < 0 && word.indexOf('\'') < 0
                    ? word
                    : quoted;
        }

        @Override
        String form() {
            return "up to " + most + " words";
        }

        @Override
        boolean isList() {
            return true;
        }
    }

    private static final class Only<T> extends OptionType<T> {
        private final OptionType<T> type;
        private final Predicate<T> allowed;
        private final String reason;

        Only(OptionType<T> type, Predicate<T> allowed, String reason) {
            this.type = type;
            this.allowed = allowed;
            this.reason = reason;
        }

        @Override
        T parse(List<String> words, T current) throws ConfigRefusal {
            T value = type.parse(words, current);
            if (!allowed.test(value)) {
                throw new ConfigRefusal(reason);
            }
            return value;
        }

        @Override
        String print(T value) {
            return type.print(value);
        }

        @Override
        List<ConfigLine> lines(String name, T value, T byDefault) {
            return type.lines(name, value, byDefault);
        }

        @Override
        String form() {
            return type.form();
        }
    }
}
