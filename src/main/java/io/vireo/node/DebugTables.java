package io.vireo.node;

import io.vireo.command.CommandContext;
import io.vireo.keyspace.Database;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;

/** DEBUG HTSTATS and HTSTATS-KEY: how large tables are, and how full. Chains there are none. */
final class DebugTables {
    private DebugTables() {}

    /** DEBUG HTSTATS db. */
    static void ofDatabase(CommandContext ctx, Args args, ReplyWriter out) {
        long index = args.integer(2);
        if (index < 0 || index >= ctx.keyspace().databases()) {
            throw ErrorReply.of("ERR Out of range database").raise();
        }
        Database db = ctx.db((int) index);
        StringBuilder text = new StringBuilder("[Dictionary HT]\n");
        write(db.tableRoom(), db.size(), db.tableBytes(), text);
        text.append("[Expires HT]\n");
        write(db.expiresSize(), db.expiresSize(), db.expiryBytes(), text);
        out.verbatim("txt", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** DEBUG HTSTATS-KEY key. */
    static void ofKey(CommandContext ctx, Args args, ReplyWriter out) {
        String encoding = ctx.db().encodingOf(args.get(2));
        if (encoding == null) {
            throw ErrorReply.NO_SUCH_KEY.raise();
        }
        if (!encoding.equals("hashtable") && !encoding.equals("skiplist")) {
            throw ErrorReply.of("ERR The value stored at the specified key is not represented using an hash table")
                    .raise();
        }
        long size = ctx.db().peekCollection(args.get(2)).size();
        StringBuilder text = new StringBuilder();
        write(size, size, ctx.db().sizeOf(args.get(2)), text);
        out.verbatim("txt", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void write(long room, long size, long bytes, StringBuilder text) {
        if (size == 0) {
            text.append("No stats available for empty dictionaries\n");
            return;
        }
        text.append(" table size: ").append(room).append('\n');
        text.append(" number of elements: ").append(size).append('\n');
        text.append(" bytes: ").append(bytes).append('\n');
    }
}
