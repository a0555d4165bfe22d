package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log as phrases: role, level and words of each line, without what differs from run to run (process ids, dates,
 * replication ids, offsets, sizes, ports other than the known servers') or what Vireo adds of itself at a line's end. What is repeated, as attempts to connect are,
 * stands there once.
 */
final class LogPhrases {
    /** What Redis's signal handler writes, which may not ask for the date. */
    private static final Pattern SIGNAL_LINE = Pattern.compile("\\d+:signal-handler \\(\\d+\\) .*");

    private static final Pattern LINE =
            Pattern.compile("\\d+:([CMS]) \\d\\d [A-Z][a-z][a-z] \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3} ([-.*#]) (.*)");

    /** Numbers that must be equal from run to run. */
    private static final Pattern KEPT = Pattern.compile("keys loaded: (\\d+)");

    private static final int LONGEST_REPETITION = 3;

    private final List<String> phrases = new ArrayList<>();

    /**
     * Reads a log.
     *
     * @param log lines of the shape {@code pid:role date time level text}; another shape is a failure
     * @param names ports of the servers in question, and how to call them
     */
    LogPhrases(String log, Map<Integer, String> names) {
        for (String line : log.lines().toList()) {
            if (SIGNAL_LINE.matcher(line).matches()) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            assertThat(parts.matches())
                    .describedAs("a log line's shape: %s", Quoted.text(line))
                    .isTrue();
            add(parts.group(1) + " " + parts.group(2) + " " + masked(parts.group(3), names));
        }
    }

    List<String> all() {
        return phrases;
    }

    private void add(String phrase) {
        phrases.add(phrase);
        for (int length = 1; length <= LONGEST_REPETITION; length++) {
            int end = phrases.size();
            int middle = end - length;
            int start = middle - length;
            if (start >= 0 && phrases.subList(start, middle).equals(phrases.subList(middle, end))) {
                phrases.subList(middle, end).clear();
                return;
            }
        }
    }

    private static String masked(String text, Map<Integer, String> names) {
        String named = text.replaceFirst(" \\(Vireo [^)]*\\)$", "");
        for (Map.Entry<Integer, String> name : names.entrySet()) {
            named = named.replaceAll("\\b(127\\.0\\.0\\.1:|port=)" + name.getKey() + "\\b", "$1" + name.getValue());
        }
        Matcher kept = KEPT.matcher(named);
        String keys = kept.find() ? kept.group(1) : "N";
        return named.replaceAll("\\b[0-9a-f]{40}\\b", "ID")
                .replaceAll("127\\.0\\.0\\.1:(\\d+)", "127.0.0.1:ANY")
                .replaceAll("\\d+(\\.\\d+)*", "N")
                .replaceAll("keys loaded: N", "keys loaded: " + keys);
    }
}
