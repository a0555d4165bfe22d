package io.vireo.log;

import io.vireo.topology.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Names of histories: 40 hexadecimal digits, as Redis writes them.
 *
 * <p>Where voters elect the primary, a history is begun by each election, and its name tells the epoch: 16 digits at
 * random, 16 of the epoch, and 8 of the CRC-32C of these, by which such names are told from others. So whatever keeps the
 * name of a history (a file, a stream, a replica that is a Redis) keeps its epoch too.
 */
public final class ReplicationId {
    public static final int LENGTH = 40;

    /** What stands where there is no id, in INFO and in log lines. */
    public static final String NONE = "0".repeat(LENGTH);

    private static final int CHECKED = 32;
    private static final String DIGITS = "0123456789abcdef";

    private ReplicationId() {}

    /** A new name, never {@link #NONE} in practice. */
    public static String random(RandomGenerator random) {
        StringBuilder id = new StringBuilder(LENGTH);
        while (id.length() < LENGTH) {
            id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return id.toString();
    }

    /** A new name for the history that an election begins. */
    public static String ofEpoch(Epoch epoch, RandomGenerator random) {
        String text = "%016x%016x".formatted(random.nextLong(), epoch.number());
        return text + checksum(text);
    }

    /** The epoch whose election began this history, or {@link Epoch#NONE} if it was none. */
    public static Epoch epochOf(String id) {
        if (id.length() != LENGTH || !id.substring(CHECKED).equals(checksum(id.substring(0, CHECKED)))) {
            return Epoch.NONE;
        }
        return new Epoch(Long.parseLong(id, CHECKED - 16, CHECKED, 16));
    }

    private static String checksum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return "%08x".formatted(sum.getValue());
    }

    /** Whether this text has the length of an id; Redis asks for no more either. */
    public static boolean isWellFormed(String text) {
        return text.length() == LENGTH;
    }
}
