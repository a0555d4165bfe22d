package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a file of commands without running any, and finds out what of it is whole.
 *
 * <p>A batch of Vireo's counts as a whole or not at all. What is not whole at the end was torn by a loss of power or by a
 * full disk, and can be cut off. But where a batch behind it says that the place was on the disk, or where another server
 * wrote what does not read as commands, the file was damaged later: then it is refused, since nobody knows what is right.
 */
@RunsOn(Loop.WORKER)
final class AofSurvey {
    /** The longest line that Redis's loader reads. */
    private static final int MAX_LINE = 1023;

    private static final long MAX_WORDS = Integer.MAX_VALUE;
    private static final int MOST_DIGITS = 12;
    private static final Pattern TIMESTAMP = Pattern.compile("#TS:\\d+");
    private static final String BEGIN = new String(AofAnnotation.BEGIN, StandardCharsets.US_ASCII).strip();

    /**
     * What was found.
     *
     * @param wholeBytes from the beginning of the file: what can be loaded
     * @param torn why the rest cannot, or null where there is no rest
     * @param last what the last batch says, or null
     * @param isFollowed whether whole commands of another server come behind that, or there is no batch
     */
    record Report(long wholeBytes, String torn, AofAnnotation last, boolean isFollowed) {}

    /** The end of the file came in the midst of something. */
    private static final class ShortRead extends Exception {
        private ShortRead() {
            super("short read", null, false, false);
        }
    }

    private final String name;
    private final AofSource source;

    private AofAnnotation last;
    private long lastEnd;
    private boolean followed;
    private long whole;
    private long batchAt = -1;
    private long transactionAt = -1;

    private AofSurvey(String name, AofSource source, long from) {
        this.name = name;
        this.source = source;
        this.whole = from;
        this.lastEnd = from;
    }

    /**
     * Looks a file over.
     *
     * @param from where its commands begin
     * @throws AofException if it is damaged where nothing can be cut off
     */
    static Report of(Path file, long from) throws IOException, AofException {
        try (AofSource source = new AofSource(file)) {
            source.position(from);
            return new AofSurvey(file.getFileName().toString(), source, from).report();
        }
    }

    private Report report() throws IOException, AofException {
        try {
            while (source.peek() >= 0) {
                if (source.peek() == '#') {
                    line();
                } else {
                    command();
                }
            }
        } catch (ShortRead e) {
            return isOwn() ? tornOwn("short read") : torn(open(), "short read");
        } catch (AofException e) {
            if (isOwn()) {
                return tornOwn(e.getMessage());
            }
            if (isBlankFrom(open())) {
                return torn(open(), "bytes that were never written"); // where our first batch was to be
            }
            throw refusal(e.getMessage());
        }
        if (batchAt >= 0) {
            return torn(batchAt, "a batch has no end");
        }
        if (transactionAt >= 0) {
            return torn(transactionAt, "incomplete MULTI/EXEC transaction");
        }
        return new Report(whole, null, last, followed || last == null);
    }

    /** Where the thing begins that the present place is in. */
    private long open() {
        if (batchAt >= 0) {
            return batchAt;
        }
        return transactionAt >= 0 ? transactionAt : whole;
    }

    private Report torn(long at, String why) {
        return new Report(at, why, last, at > lastEnd || last == null);
    }

    /** Whether what does not read as it should is where a batch of ours is, or was to be. */
    private boolean isOwn() {
        return batchAt >= 0 || last != null && !followed;
    }

    /** A batch of ours does not read as it should, be it that it does not end. */
    private Report tornOwn(String why) throws IOException, AofException {
        long at = batchAt >= 0 ? batchAt : lastEnd;
        if (wasOnDisk(at)) {
            throw refusal(why);
        }
        return torn(at, why);
    }

    /** Whether nothing but zeros follows, as where a file has grown and what it grew by was not written. */
    private boolean isBlankFrom(long at) throws IOException {
        source.position(at);
        int next = source.next();
        while (next == 0) {
            next = source.next();
        }
        return next < 0;
    }

    private AofException refusal(String why) {
        return new AofException("Bad file format reading the append only file " + name + " at offset " + open() + " ("
                + why + "): make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>");
    }

    /** Whether a whole batch behind a place says that the place was on the disk. */
    private boolean wasOnDisk(long at) throws IOException {
        for (long next = source.find(AofAnnotation.BEGIN, at + 1);
                next >= 0;
                next = source.find(AofAnnotation.BEGIN, next + 1)) {
            source.position(next);
            AofSurvey behind = new AofSurvey(name, source, next);
            try {
                behind.line();
                while (behind.batchAt >= 0 && source.peek() >= 0) {
                    if (source.peek() == '#') {
                        behind.line();
                    } else {
                        behind.command();
                    }
                }
            } catch (ShortRead | AofException e) {
                continue;
            }
            if (behind.last != null && behind.last.syncedBytes() > at) {
                return true;
            }
        }
        return false;
    }

    private void line() throws IOException, AofException, ShortRead {
        long at = source.position();
        String line = source.readLine(MAX_LINE);
        if (line == null) {
            throw new ShortRead();
        }
        if (line.equals(BEGIN)) {
            if (batchAt >= 0) {
                throw new AofException("a batch begins within another");
            }
            batchAt = at;
            source.beginChecksum();
        } else if (line.startsWith(AofAnnotation.END)) {
            if (batchAt < 0) {
                throw new AofException("a batch has no beginning");
            }
            endBatch(line);
        } else if (batchAt < 0) {
            checkRemark(line);
            whole = transactionAt < 0 ? source.position() : whole;
        }
    }

    /** Behind a batch of ours comes no line but a server's timestamp: another one is the rest of a line that was torn. */
    private void checkRemark(String line) throws AofException {
        if (isOwn() && !TIMESTAMP.matcher(line).matches()) {
            throw new AofException("a line that no server writes");
        }
    }

    private void endBatch(String line) throws AofException {
        String text = line.substring(Math.min(line.length(), AofAnnotation.CHECKSUM_END)) + "\r\n";
        if (AofAnnotation.checksum(line) != source.checksum(text.getBytes(StandardCharsets.ISO_8859_1))) {
            throw new AofException("wrong checksum");
        }
        last = AofAnnotation.parse(line);
        if (last == null) {
            throw new AofException("a batch of another version");
        }
        batchAt = -1;
        lastEnd = source.position();
        whole = lastEnd;
        followed = false;
    }

    private void command() throws IOException, AofException, ShortRead {
        long at = source.position();
        long words = number('*');
        if (words < 1 || words > MAX_WORDS) {
            throw new AofException("a command of " + words + " words");
        }
        String first = "";
        for (long i = 0; i < words; i++) {
            long length = number('$');
            if (length < 0 || length > Integer.MAX_VALUE) {
                throw new AofException("a word of " + length + " bytes");
            }
            if (i == 0 && words == 1 && length <= 5) {
                first = word((int) length);
            } else if (!source.skip(length)) {
                throw new ShortRead();
            }
            if (!source.skip(2)) {
                throw new ShortRead();
            }
        }
        if (first.equals("multi")) {
            transactionAt = transactionAt < 0 ? at : transactionAt;
        } else if (first.equals("exec") || first.equals("discard")) {
            transactionAt = -1;
        }
        if (batchAt < 0) {
            followed = true;
            if (transactionAt < 0) {
                whole = source.position();
            }
        }
    }

    private String word(int length) throws IOException, ShortRead {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int next = source.next();
            if (next < 0) {
                throw new ShortRead();
            }
            word.append((char) next);
        }
        return word.toString().toLowerCase(Locale.ROOT);
    }

    private long number(char sign) throws IOException, AofException, ShortRead {
        int at = source.next();
        if (at >= 0 && at != sign) {
            throw new AofException("expected '" + sign + "'");
        }
        long number = 0;
        int digits = 0;
        for (at = source.next(); at >= '0' && at <= '9'; at = source.next()) {
            number = number * 10 + at - '0';
            if (++digits > MOST_DIGITS) {
                throw new AofException("a number is too long");
            }
        }
        if (at == '\r') {
            at = source.next();
        }
        if (at < 0) {
            throw new ShortRead();
        }
        if (at != '\n' || digits == 0) {
            throw new AofException("expected a number");
        }
        return number;
    }
}
