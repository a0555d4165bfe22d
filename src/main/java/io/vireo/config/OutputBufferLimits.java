package io.vireo.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How large a client's unsent output may grow, by class of client. */
public record OutputBufferLimits(Limit normal, Limit replica, Limit pubsub) {
    static final OutputBufferLimits DEFAULT = new OutputBufferLimits(
            new Limit(0, 0, 0), new Limit(256L << 20, 64L << 20, 60), new Limit(32L << 20, 8L << 20, 60));

    /**
     * Over {@code hardBytes} a client is closed at once, over {@code softBytes} after {@code softSeconds} without a break.
     * 0 is no limit.
     */
    public record Limit(long hardBytes, long softBytes, long softSeconds) {
        private String words() {
            return hardBytes + " " + softBytes + " " + softSeconds;
        }
    }

    static OptionType<OutputBufferLimits> type() {
        return new Type();
    }

    /** A line changes the classes it names and leaves the others. */
    private static final class Type extends OptionType<OutputBufferLimits> {
        private static final int WORDS_PER_CLASS = 4;

        @Override
        OutputBufferLimits parse(List<String> words, OutputBufferLimits current) throws ConfigRefusal {
            boolean none = words.isEmpty();
            if (!none && words.size() % WORDS_PER_CLASS != 0) {
                throw new ConfigRefusal("Wrong number of arguments in buffer limit configuration.");
            }
            OutputBufferLimits limits = current;
            for (int i = 0; i < words.size(); i += WORDS_PER_CLASS) {
                String name = words.get(i).toLowerCase(Locale.ROOT);
                Limit limit = limit(name, words.subList(i + 1, i + WORDS_PER_CLASS));
                limits = limits.with(name, limit);
            }
            return limits;
        }

        private static Limit limit(String name, List<String> words) throws ConfigRefusal {
            if (!List.of("normal", "slave", "replica", "pubsub").contains(name)) {
                throw new ConfigRefusal("Invalid client class specified in buffer limit configuration.");
            }
            BigInteger hard = NumberTypes.size(words.get(0));
            BigInteger soft = NumberTypes.size(words.get(1));
            long seconds = -1;
            try {
                seconds = NumberTypes.lenient(words.get(2));
            } catch (ConfigRefusal noNumber) {
                // Refused below, with the other two.
            }
            if (hard == null || soft == null || seconds < 0) {
                throw new ConfigRefusal("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
            }
            BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
            return new Limit(hard.min(most).longValue(), soft.min(most).longValue(), seconds);
        }

        @Override
        String print(OutputBufferLimits value) {
            List<String> words = new ArrayList<>();
            words.add("normal " + value.normal.words());
            words.add("slave " + value.replica.words());
            words.add("pubsub " + value.pubsub.words());
            return String.join(" ", words);
        }

        /** A line for each class, which is wanted where that class has other limits than by default. */
        @Override
        List<ConfigLine> lines(String name, OutputBufferLimits value, OutputBufferLimits byDefault) {
            return List.of(
                    line(name + " normal ", value.normal, byDefault.normal),
                    line(name + " replica ", value.replica, byDefault.replica),
                    line(name + " pubsub ", value.pubsub, byDefault.pubsub));
        }

        private static ConfigLine line(String begin, Limit limit, Limit byDefault) {
            String words = NumberTypes.inUnits(limit.hardBytes) + " " + NumberTypes.inUnits(limit.softBytes) + " "
                    + limit.softSeconds;
            return new ConfigLine(begin + words, !limit.equals(byDefault));
        }

        @Override
        String form() {
            return "class (normal, replica, pubsub), hard bytes, soft bytes, soft seconds";
        }

        @Override
        boolean isList() {
            return true;
        }
    }

    private OutputBufferLimits with(String name, Limit limit) {
        return switch (name) {
            case "normal" -> new OutputBufferLimits(limit, replica, pubsub);
            case "pubsub" -> new OutputBufferLimits(normal, replica, limit);
            default -> new OutputBufferLimits(normal, limit, pubsub);
        };
    }
}
