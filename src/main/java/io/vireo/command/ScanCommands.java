package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Glob;
import io.vireo.keyspace.Database;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;

/** KEYS and SCAN, the commands that go through keys. Rows are those of {@link KeyCommands}. Run on the keyspace thread. */
final class ScanCommands {
    private ScanCommands() {}

    /** KEYS pattern. */
    static void keys(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes pattern = ScanOptions.pattern(args.get(1));
        WordList found = new WordList();
        ctx.db().forEachKey(key -> {
            if (pattern == null || Glob.matches(pattern, key, false)) {
                found.add(key);
            }
        });
        found.writeTo(out);
    }

    /** SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]. Replies with the next cursor and keys. */
    static void scan(CommandContext ctx, Args args, ReplyWriter out) {
        long cursor = ScanOptions.cursor(args.get(1));
        ScanOptions options = ScanOptions.parse(args, 2, true);

        WordList found = new WordList();
        long next = scan(ctx.db(), cursor, options, found);

        out.array(2);
        out.bulk(Long.toUnsignedString(next));
        found.writeTo(out);
    }

    private static long scan(Database db, long cursor, ScanOptions options, WordList found) {
        return db.scan(cursor, options.count(), key -> {
            boolean typed = options.type() == null
                    || options.type().isWord(db.typeOf(key).word());
            if (typed && options.matches(key)) {
                found.add(key);
            }
        });
    }
}
