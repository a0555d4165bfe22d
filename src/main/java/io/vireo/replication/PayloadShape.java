package io.vireo.replication;

import java.util.Optional;

/** How the end of a full copy is found, as its first line announces it. */
public sealed interface PayloadShape {
    int MARK_LENGTH = 40;

    /** {@code $N}: so many bytes. */
    record Sized(long bytes) implements PayloadShape {}

    /** {@code $EOF:mark}: until these 40 bytes, which are not part of it. */
    record Marked(String mark) implements PayloadShape {}

    /** Reads the first line, without its end; empty if it announces nothing. */
    static Optional<PayloadShape> of(String line) {
        if (line.startsWith("$EOF:")) {
            String mark = line.substring("$EOF:".length());
            return mark.length() < MARK_LENGTH
                    ? Optional.empty()
                    : Optional.of(new Marked(mark.substring(0, MARK_LENGTH)));
        }
        if (!line.startsWith("$")) {
            return Optional.empty();
        }
        try {
            long bytes = Long.parseLong(line.substring(1));
            return bytes < 0 ? Optional.empty() : Optional.of(new Sized(bytes));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What the log says when it begins: to disk, or to the parser at once. */
    default String announced(boolean toParser) {
        String to = toParser ? "to parser" : "to disk";
        return switch (this) {
            case Sized(long bytes) -> "receiving " + bytes + " bytes from master " + to;
            case Marked(String mark) -> "receiving streamed RDB from master with EOF " + to;
        };
    }
}
