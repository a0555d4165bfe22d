package io.vireo.config;

import java.util.ArrayList;
import java.util.List;

/** Save the data set once {@code seconds} have passed and {@code changes} were made since the last save. */
public record SavePoint(long seconds, long changes) {
    static final List<SavePoint> DEFAULT =
            List.of(new SavePoint(3_600, 1), new SavePoint(300, 100), new SavePoint(60, 10_000));

    static OptionType<List<SavePoint>> type() {
        return new Type();
    }

    /** Lines of one file add up, and an empty one clears those before. */
    private static final class Type extends OptionType<List<SavePoint>> {
        @Override
        List<SavePoint> parse(List<String> words, List<SavePoint> current) throws ConfigRefusal {
            boolean none = words.size() == 1 && words.getFirst().isEmpty();
            List<SavePoint> points = new ArrayList<>();
            if (words.size() % 2 != 0 && !none) {
                throw invalid();
            }
            for (int i = 0; i + 1 < words.size(); i += 2) {
                points.add(new SavePoint(number(words.get(i), 1), number(words.get(i + 1), 0)));
            }
            return List.copyOf(points);
        }

        private static long number(String word, long least) throws ConfigRefusal {
            long number;
            try {
                number = NumberTypes.lenient(word);
            } catch (ConfigRefusal noNumber) {
                throw invalid();
            }
            if (number < least) {
                throw invalid();
            }
            return number;
        }

        private static ConfigRefusal invalid() {
            return new ConfigRefusal("Invalid save parameters");
        }

        @Override
        List<SavePoint> join(List<SavePoint> earlier, List<SavePoint> later) {
            List<SavePoint> both = new ArrayList<>(later.isEmpty() ? List.of() : earlier);
            both.addAll(later);
            return List.copyOf(both);
        }

        @Override
        String print(List<SavePoint> value) {
            List<String> words = new ArrayList<>();
            for (SavePoint point : value) {
                words.add(point.seconds + " " + point.changes);
            }
            return String.join(" ", words);
        }

        /** A line for each point, also for the defaults: a file that has none means those. */
        @Override
        List<ConfigLine> lines(String name, List<SavePoint> value, List<SavePoint> byDefault) {
            if (value.isEmpty()) {
                return List.of(new ConfigLine(name + " \"\"", true));
            }
            return value.stream()
                    .map(point -> new ConfigLine(name + " " + point.seconds + " " + point.changes, true))
                    .toList();
        }

        @Override
        String form() {
            return "pairs of seconds and changes, or \"\"";
        }

        @Override
        boolean isList() {
            return true;
        }
    }
}
