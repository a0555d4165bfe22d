package io.vireo.config;

import java.util.List;

/** The primary that a node follows. */
public record PrimaryAddress(String host, int port) {
    /** No primary: the node is one itself. */
    public static final PrimaryAddress NONE = new PrimaryAddress("", 0);

    private static final int LARGEST_PORT = 65_535;

    public boolean isNone() {
        return host.isEmpty();
    }

    static OptionType<PrimaryAddress> type() {
        return new Type();
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    private static final class Type extends OptionType<PrimaryAddress> {
        @Override
        PrimaryAddress parse(List<String> words, PrimaryAddress current) throws ConfigRefusal {
            if (words.size() != 2) {
                throw new ConfigRefusal(WRONG_COUNT);
            }
            String host = words.get(0);
            String port = words.get(1);
            if (host.equalsIgnoreCase("no") && port.equalsIgnoreCase("one")) {
                return NONE;
            }
            try {
                int number = Integer.parseInt(port);
                if (number >= 0 && number <= LARGEST_PORT) {
                    return new PrimaryAddress(Words.text(host), number);
                }
            } catch (NumberFormatException noNumber) {
                // Refused below.
            }
            throw new ConfigRefusal("Invalid master port");
        }

        @Override
        String print(PrimaryAddress value) {
            return value.isNone() ? "" : Words.of(value.host) + " " + value.port;
        }

        @Override
        List<ConfigLine> lines(String name, PrimaryAddress value, PrimaryAddress byDefault) {
            return value.isNone() ? List.of() : super.lines(name, value, byDefault);
        }

        @Override
        String form() {
            return "host and port, or no one";
        }

        @Override
        boolean isList() {
            return true;
        }
    }
}
