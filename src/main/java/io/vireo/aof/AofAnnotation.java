package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationId;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What Vireo writes between the commands of an append-only file. Redis's loader and redis-check-aof pass over lines that
 * begin with {@code #}, up to 1,024 bytes.
 *
 * <pre>
 *   #VIREO&gt;                                        a batch begins
 *   ... commands ...
 *   #VIREO:crc id offset synced [former upTo]      it ends
 * </pre>
 *
 * <p>{@code crc} is the CRC-32C, in 8 hex digits, of everything from the first line's {@code #} up to the last line's end
 * but for the checksum itself. {@code id} and {@code offset} are the point of the replication stream that the data have
 * reached: the bytes of the file are not those of the stream. {@code synced} is how many bytes of this file were known to
 * be on the disk when the batch was written: what is damaged before that was damaged later, and must not be cut off as a
 * tail that a loss of power tore. {@code former} and {@code upTo} are the stream's former id, if it has one.
 *
 * @param position in the stream
 * @param syncedBytes of the file
 */
@RunsOn(Loop.ANY)
record AofAnnotation(AofPosition position, long syncedBytes) {
    /** The line with which a batch begins. */
    static final byte[] BEGIN = "#VIREO>\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What the line at the end of a batch begins with. */
    static final String END = "#VIREO:";

    /** Where the checksum ends in that line. */
    static final int CHECKSUM_END = END.length() + 8;

    /** What is said behind the checksum, up to the end of the line; the checksum covers it. */
    byte[] text() {
        StringBuilder text = new StringBuilder(128);
        text.append(' ')
                .append(position.id())
                .append(' ')
                .append(position.offset())
                .append(' ')
                .append(syncedBytes);
        if (position.formerUpTo() >= 0) {
            text.append(' ').append(position.formerId()).append(' ').append(position.formerUpTo());
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The beginning of the line, with the checksum. */
    static byte[] head(long crc) {
        return (END + String.format(Locale.ROOT, "%08x", crc)).getBytes(StandardCharsets.US_ASCII);
    }

    /** The checksum that a line claims, or -1 if it is no such line. */
    static long checksum(String line) {
        if (!line.startsWith(END) || line.length() < CHECKSUM_END) {
            return -1;
        }
        try {
            return Long.parseLong(line, END.length(), CHECKSUM_END, 16);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Reads a line whose checksum is right, without its end; null where it says what this version does not know. */
    static AofAnnotation parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length < 4 || words[1].length() != ReplicationId.NONE.length()) {
            return null;
        }
        try {
            long offset = Long.parseLong(words[2]);
            long synced = Long.parseLong(words[3]);
            AofPosition position = words.length < 6
                    ? new AofPosition(words[1], offset, ReplicationId.NONE, -1)
                    : new AofPosition(words[1], offset, words[4], Long.parseLong(words[5]));
            return new AofAnnotation(position, synced);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
