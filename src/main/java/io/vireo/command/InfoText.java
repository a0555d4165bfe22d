package io.vireo.command;

import java.util.Locale;

/** INFO's text as it is written: a title for each section, and a field a line. */
public final class InfoText {
    private static final String[] UNITS = {"B", "K", "M", "G", "T", "P"};
    private static final int UNIT = 1024;

    private final StringBuilder text = new StringBuilder(4096);

    /** Begins a section. */
    public InfoText title(String title) {
        if (!text.isEmpty()) {
            text.append("\r\n");
        }
        text.append("# ").append(title).append("\r\n");
        return this;
    }

    public InfoText field(String name, String value) {
        text.append(name).append(':').append(value).append("\r\n");
        return this;
    }

    public InfoText field(String name, long value) {
        text.append(name).append(':').append(value).append("\r\n");
        return this;
    }

    /** A yes or no as 1 or 0. */
    public InfoText flag(String name, boolean value) {
        return field(name, value ? 1 : 0);
    }

    /** A number with so many decimals. */
    public InfoText field(String name, double value, int decimals) {
        return field(name, String.format(Locale.ROOT, "%." + decimals + "f", value));
    }

    /** Bytes, and a second field {@code name_human} for people. */
    public InfoText bytes(String name, long value) {
        return field(name, value).field(name + "_human", human(value));
    }

    /** Bytes in the largest unit they fill, as {@code 943.05K}. */
    public static String human(long bytes) {
        if (bytes < UNIT) {
            return bytes + UNITS[0];
        }
        double rest = bytes;
        int unit = 0;
        while (rest >= UNIT && unit < UNITS.length - 1) {
            rest /= UNIT;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f%s", rest, UNITS[unit]);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
