package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.log.LogPiece.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads a piece of the stream and leaves out the commands that say nothing about data: they are there for replicas, and a
 * file would grow by them for nothing.
 *
 * <p>Commands are arrays of bulk strings; where they are not, all that follows is kept as it is.
 */
@RunsOn(Loop.ANY)
final class DataCommands {
    private static final Set<String> LEFT_OUT = Set.of("ping", "publish", "spublish", "replconf");
    private static final int LONGEST_NAME = 8;
    private static final int NO_NUMBER = -1;
    private static final int MOST_DIGITS = 9;

    private final List<Span> spans;
    private final List<Span> kept = new ArrayList<>();
    private final byte[] name = new byte[LONGEST_NAME];

    // Where the next byte is read.
    private int index;
    private int at;

    // From where on nothing was put among what is kept yet.
    private int keptIndex;
    private int keptAt;

    private DataCommands(List<Span> spans) {
        this.spans = spans;
    }

    /** What is to be kept of whole commands, in their order; the same spans where that is all of them. */
    static List<Span> of(List<Span> spans) {
        DataCommands commands = new DataCommands(spans);
        boolean leftOut = false;
        while (!commands.isAtEnd()) {
            int beginsIn = commands.index;
            int beginsAt = commands.at;
            int verdict = commands.readCommand();
            if (verdict < 0) {
                break;
            }
            if (verdict == 0) {
                leftOut = true;
                commands.keepUpTo(beginsIn, beginsAt);
                commands.keptIndex = commands.index;
                commands.keptAt = commands.at;
            }
        }
        if (!leftOut) {
            return spans;
        }
        commands.keepUpTo(spans.size(), 0);
        return commands.kept;
    }

    private void keepUpTo(int endIndex, int endAt) {
        while (keptIndex < endIndex) {
            Span span = spans.get(keptIndex);
            keep(span, span.length());
            keptIndex++;
            keptAt = 0;
        }
        if (endAt > keptAt) {
            keep(spans.get(endIndex), endAt);
            keptAt = endAt;
        }
    }

    private void keep(Span span, int end) {
        if (end > keptAt) {
            kept.add(new Span(span.address() + keptAt, end - keptAt));
        }
    }

    /** Reads one command. Returns 1 where it is to be kept, 0 where not, and -1 where it is none. */
    private int readCommand() {
        int words = readNumber('*');
        if (words <= 0) {
            return -1;
        }
        boolean isLeftOut = false;
        for (int i = 0; i < words; i++) {
            int length = readNumber('$');
            if (length == NO_NUMBER) {
                return -1;
            }
            if (i == 0 && length <= LONGEST_NAME) {
                isLeftOut = LEFT_OUT.contains(readName(length));
                length = 0;
            }
            if (!skip(length + 2L)) {
                return -1;
            }
        }
        return isLeftOut ? 0 : 1;
    }

    private String readName(int length) {
        for (int i = 0; i < length; i++) {
            name[i] = (byte) next();
        }
        return new String(name, 0, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /** Reads this sign, a number, and the end of the line. */
    private int readNumber(char sign) {
        if (next() != sign) {
            return NO_NUMBER;
        }
        int number = 0;
        for (int digits = 0; digits <= MOST_DIGITS; digits++) {
            int c = next();
            if (c == '\r') {
                return digits > 0 && next() == '\n' ? number : NO_NUMBER;
            }
            if (c < '0' || c > '9') {
                return NO_NUMBER;
            }
            number = number * 10 + (c - '0');
        }
        return NO_NUMBER;
    }

    private boolean isAtEnd() {
        while (index < spans.size() && at == spans.get(index).length()) {
            index++;
            at = 0;
        }
        return index == spans.size();
    }

    /** The next byte, or -1 at the end. */
    private int next() {
        return isAtEnd() ? -1 : RawMemory.getByte(spans.get(index).address() + at++);
    }

    /** Returns false where there are not so many bytes. */
    private boolean skip(long bytes) {
        long left = bytes;
        while (left > 0 && !isAtEnd()) {
            int step = (int) Math.min(left, spans.get(index).length() - at);
            at += step;
            left -= step;
        }
        return left == 0;
    }
}
