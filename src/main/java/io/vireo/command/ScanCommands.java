package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Glob;
import io.vireo.keyspace.Database;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.util.Arrays;

/** KEYS and SCAN, the commands that go through keys. Rows are those of {@link KeyCommands}. Run on the keyspace thread. */
final class ScanCommands {
    private static final int DEFAULT_COUNT = 10;

    private ScanCommands() {}

    /** KEYS pattern. */
    static void keys(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes pattern = isAny(args.get(1)) ? null : args.get(1);
        FoundKeys found = new FoundKeys();
        ctx.db().forEachKey(key -> {
            if (pattern == null || Glob.matches(pattern, key, false)) {
                found.add(key);
            }
        });
        found.writeTo(out);
    }

    /** SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]. Replies with the next cursor and keys. */
    static void scan(CommandContext ctx, Args args, ReplyWriter out) {
        long cursor = cursor(args.get(1));
        long count = DEFAULT_COUNT;
        Bytes pattern = null;
        Bytes type = null;
        for (int i = 2; i < args.count(); i += 2) {
            Bytes option = args.get(i);
            if (i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            } else if (option.isWord("count")) {
                count = args.integer(i + 1);
                if (count < 1) {
                    throw ErrorReply.SYNTAX.raise();
                }
            } else if (option.isWord("match")) {
                pattern = isAny(args.get(i + 1)) ? null : args.get(i + 1);
            } else if (option.isWord("type")) {
                type = args.get(i + 1);
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }

        FoundKeys found = new FoundKeys();
        long next = scan(ctx.db(), cursor, count, pattern, type, found);

        out.array(2);
        out.bulk(Long.toUnsignedString(next));
        found.writeTo(out);
    }

    private static long scan(Database db, long cursor, long count, Bytes pattern, Bytes type, FoundKeys found) {
        return db.scan(cursor, (int) Math.min(count, Integer.MAX_VALUE), key -> {
            boolean typed = type == null || type.isWord(db.typeOf(key).word());
            if (typed && (pattern == null || Glob.matches(pattern, key, false))) {
                found.add(key);
            }
        });
    }

    private static boolean isAny(Bytes pattern) {
        return pattern.length() == 1 && pattern.at(0) == '*';
    }

    /** A cursor is an unsigned number of 64 bits; a minus sign turns it around, as {@code strtoul} has it. */
    private static long cursor(Bytes word) {
        String text = word.toString();
        if (!text.matches("[+-]?[0-9]+")) {
            throw ErrorReply.INVALID_CURSOR.raise();
        }
        try {
            long magnitude = Long.parseUnsignedLong(text.replaceFirst("^[+-]", ""));
            return text.startsWith("-") ? -magnitude : magnitude;
        } catch (NumberFormatException e) {
            throw ErrorReply.INVALID_CURSOR.raise();
        }
    }

    /** Where the keys of a reply lie, whose number must be known before the first is written. */
    private static final class FoundKeys {
        private final Bytes view = new Bytes();
        private long[] addresses = new long[16];
        private int[] lengths = new int[16];
        private int count;

        void add(Bytes key) {
            if (count == addresses.length) {
                addresses = Arrays.copyOf(addresses, count * 2);
                lengths = Arrays.copyOf(lengths, count * 2);
            }
            addresses[count] = key.address();
            lengths[count] = key.length();
            count++;
        }

        void writeTo(ReplyWriter out) {
            out.array(count);
            for (int i = 0; i < count; i++) {
                out.bulk(view.set(addresses[i], lengths[i]));
            }
        }
    }
}
