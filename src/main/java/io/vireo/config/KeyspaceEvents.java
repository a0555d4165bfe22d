package io.vireo.config;

import java.util.List;

/**
 * Which keyspace notifications are published, as a set of one-letter classes.
 *
 * @param flags one bit per class, of the constants here
 */
public record KeyspaceEvents(int flags) {
    public static final int KEYSPACE = 1;
    public static final int KEYEVENT = 1 << 1;
    public static final int GENERIC = 1 << 2;
    public static final int STRING = 1 << 3;
    public static final int LIST = 1 << 4;
    public static final int SET = 1 << 5;
    public static final int HASH = 1 << 6;
    public static final int SORTED_SET = 1 << 7;
    public static final int EXPIRED = 1 << 8;
    public static final int EVICTED = 1 << 9;
    public static final int STREAM = 1 << 10;
    public static final int KEY_MISS = 1 << 11;
    public static final int MODULE = 1 << 12;
    public static final int NEW_KEY = 1 << 13;
    /** What {@code A} stands for: all but misses and new keys. */
    public static final int ALL =
            GENERIC | STRING | LIST | SET | HASH | SORTED_SET | EXPIRED | EVICTED | STREAM | MODULE;

    public static final KeyspaceEvents NONE = new KeyspaceEvents(0);

    private static final String CLASSES = "g$lshzxetdn";
    private static final int[] CLASS_FLAGS = {
        GENERIC, STRING, LIST, SET, HASH, SORTED_SET, EXPIRED, EVICTED, STREAM, MODULE, NEW_KEY
    };

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    static OptionType<KeyspaceEvents> type() {
        return new Type();
    }

    private static final class Type extends OptionType<KeyspaceEvents> {
        @Override
        KeyspaceEvents parse(List<String> words, KeyspaceEvents current) throws ConfigRefusal {
            int flags = 0;
            for (char letter : TextTypes.single(words).toCharArray()) {
                int index = CLASSES.indexOf(letter);
                flags |= switch (letter) {
                    case 'A' -> ALL;
                    case 'K' -> KEYSPACE;
                    case 'E' -> KEYEVENT;
                    case 'm' -> KEY_MISS;
                    default -> {
                        if (index < 0) {
                            throw new ConfigRefusal("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
                        }
                        yield CLASS_FLAGS[index];
                    }
                };
            }
            return new KeyspaceEvents(flags);
        }

        /** As Redis 7.0 prints it: a new-key class is not shown beside {@code A}. */
        @Override
        String print(KeyspaceEvents value) {
            StringBuilder out = new StringBuilder();
            if ((value.flags & ALL) == ALL) {
                out.append('A');
            } else {
                for (int i = 0; i < CLASS_FLAGS.length; i++) {
                    if (value.has(CLASS_FLAGS[i])) {
                        out.append(CLASSES.charAt(i));
                    }
                }
            }
            return out.append(value.has(KEYSPACE) ? "K" : "")
                    .append(value.has(KEYEVENT) ? "E" : "")
                    .append(value.has(KEY_MISS) ? "m" : "")
                    .toString();
        }

        @Override
        String written(KeyspaceEvents value) {
            return Words.quote(print(value));
        }

        @Override
        String form() {
            return "letters of Ag$lshzxeKEtmdn";
        }
    }
}
