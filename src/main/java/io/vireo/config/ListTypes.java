package io.vireo.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of a few options whose text has a form of its own. */
final class ListTypes {
    private ListTypes() {}

    /** Percentiles between 0 and 100. */
    static OptionType<List<Double>> percentiles() {
        return new Percentiles();
    }

    /** The three scores of the kernel's memory killer: for a primary, a replica and a saving process. */
    static OptionType<List<Integer>> oomScores() {
        return new OomScores();
    }

    /** A text in which only known names stand in braces. */
    static OptionType<String> titleTemplate() {
        return new TitleTemplate();
    }

    /** A host name, or nothing. */
    static OptionType<String> hostName() {
        return new HostName();
    }

    private abstract static class Several<E> extends OptionType<List<E>> {
        @Override
        String print(List<E> value) {
            List<String> words = new ArrayList<>();
            for (E element : value) {
                words.add(
                        element instanceof Double d
                                ? new BigDecimal(d.toString())
                                        .stripTrailingZeros()
                                        .toPlainString()
                                : String.valueOf(element));
            }
            return String.join(" ", words);
        }

        @Override
        String written(List<E> value) {
            return value.isEmpty() ? "\"\"" : print(value);
        }

        @Override
        boolean isList() {
            return true;
        }
    }

    private static final class Percentiles extends Several<Double> {
        private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
        private static final String NAME = "latency-tracking-info-percentiles parameters";

        @Override
        List<Double> parse(List<String> words, List<Double> current) throws ConfigRefusal {
            boolean none = words.size() == 1 && words.getFirst().isEmpty();
            List<Double> percentiles = new ArrayList<>();
            for (String word : none ? List.<String>of() : words) {
                if (!NUMBER.matcher(word).matches()) {
                    throw new ConfigRefusal("Invalid " + NAME);
                }
                percentiles.add(Double.parseDouble(word));
                if (!(percentiles.getLast() >= 0 && percentiles.getLast() <= 100)) {
                    throw new ConfigRefusal(NAME + " should sit between [0.0,100.0]");
                }
            }
            return List.copyOf(percentiles);
        }

        /** Always written, as save points are. */
        @Override
        List<ConfigLine> lines(String name, List<Double> value, List<Double> byDefault) {
            return List.of(new ConfigLine(name + " " + written(value), true));
        }

        @Override
        String form() {
            return "numbers from 0 to 100";
        }
    }

    private static final class OomScores extends Several<Integer> {
        private static final int COUNT = 3;
        private static final int LARGEST = 2_000;

        @Override
        List<Integer> parse(List<String> words, List<Integer> current) throws ConfigRefusal {
            if (words.size() != COUNT) {
                throw new ConfigRefusal(WRONG_COUNT);
            }
            List<Integer> scores = new ArrayList<>();
            for (String word : words) {
                int score = LARGEST + 1;
                try {
                    score = Integer.parseInt(word);
                } catch (NumberFormatException noNumber) {
                    // Refused below, as a score out of bounds.
                }
                if (Math.abs(score) > LARGEST) {
                    throw new ConfigRefusal("Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
                }
                scores.add(score);
            }
            return List.copyOf(scores);
        }

        @Override
        String form() {
            return "three numbers from -2000 to 2000";
        }
    }

    private static final class TitleTemplate extends OptionType<String> {
        private static final Pattern BRACES = Pattern.compile("\\{([^}]*)(}?)");
        private static final Set<String> NAMES =
                Set.of("title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file");

        @Override
        String parse(List<String> words, String current) throws ConfigRefusal {
            String template = Words.text(TextTypes.single(words));
            boolean known = !template.isEmpty();
            Matcher braces = BRACES.matcher(template);
            while (braces.find()) {
                known &= NAMES.contains(braces.group(1)) && !braces.group(2).isEmpty();
            }
            if (!known) {
                throw new ConfigRefusal("template format is invalid or contains unknown variables");
            }
            return template;
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
        String form() {
            return "text";
        }
    }

    private static final class HostName extends OptionType<String> {
        private static final int LONGEST = 255;
        private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9.-]*");

        @Override
        String parse(List<String> words, String current) throws ConfigRefusal {
            String name = TextTypes.single(words);
            if (name.length() > LONGEST) {
                throw new ConfigRefusal("Hostnames must be less than 256 characters");
            }
            if (!ALLOWED.matcher(name).matches()) {
                throw new ConfigRefusal("Hostnames may only contain alphanumeric characters, hyphens or dots");
            }
            return name;
        }

        @Override
        String print(String value) {
            return value;
        }

        @Override
        String written(String value) {
            return Words.quote(print(value));
        }

        /** What is empty is not in the file. */
        @Override
        List<ConfigLine> lines(String name, String value, String byDefault) {
            return value.isEmpty() ? List.of() : super.lines(name, value, byDefault);
        }

        @Override
        String form() {
            return "host name";
        }
    }
}
