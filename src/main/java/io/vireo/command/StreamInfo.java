package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StreamConsumer;
import io.vireo.value.StreamGroup;
import io.vireo.value.StreamId;
import io.vireo.value.StreamValue;
import java.util.ArrayList;
import java.util.List;

/** XINFO, whose rows are in {@link StreamCommands}. */
final class StreamInfo {
    private static final ErrorReply SYNTAX =
            ErrorReply.of("ERR unknown subcommand or wrong number of arguments for 'stream'. Try XINFO HELP.");
    private static final long FULL_COUNT = 10;

    private StreamInfo() {}

    private static StreamValue read(CommandContext ctx, Bytes key) {
        StreamValue stream = ctx.db().read(key, StreamValue.TYPE);
        if (stream == null) {
            throw ErrorReply.NO_SUCH_KEY.raise();
        }
        return stream;
    }

    /** XINFO STREAM key [FULL [COUNT count]]. */
    static void stream(CommandContext ctx, Args args, ReplyWriter out) {
        boolean full = args.count() > 3;
        if (full && !args.get(3).isWord("full")) {
            throw SYNTAX.raise();
        }
        long count = FULL_COUNT;
        if (args.count() > 4) {
            if (args.count() != 6 || !args.get(4).isWord("count")) {
                throw SYNTAX.raise();
            }
            count = args.integer(5);
            count = count < 0 ? FULL_COUNT : count == 0 ? Long.MAX_VALUE : count;
        }
        StreamValue stream = read(ctx, args.get(2));
        out.map(full ? 9 : 10);
        field("length", stream.size(), out);
        field("radix-tree-keys", stream.nodes(), out);
        field("radix-tree-nodes", stream.nodes() + 1L, out);
        field("last-generated-id", stream.lastId(), out);
        field("max-deleted-entry-id", stream.maxDeletedId(), out);
        field("entries-added", stream.entriesAdded(), out);
        field("recorded-first-entry-id", stream.firstId(), out);
        if (full) {
            out.bulk("entries");
            StreamCommands.writeRange(stream, StreamId.MIN, StreamId.MAX, true, count, out);
            out.bulk("groups");
            out.array(stream.groups().size());
            for (StreamGroup group : stream.groups()) {
                fullGroup(stream, group, count, out);
            }
        } else {
            field("groups", stream.groups().size(), out);
            out.bulk("first-entry");
            end(stream, true, out);
            out.bulk("last-entry");
            end(stream, false, out);
        }
    }

    private static void end(StreamValue stream, boolean first, ReplyWriter out) {
        if (stream.size() == 0) {
            out.nullBulk();
        } else {
            stream.walk(StreamId.MIN, StreamId.MAX, first, entry -> {
                StreamIds.write(entry, out);
                return false;
            });
        }
    }

    private static void field(String name, long value, ReplyWriter out) {
        out.bulk(name);
        out.integer(value);
    }

    private static void field(String name, StreamId id, ReplyWriter out) {
        out.bulk(name);
        StreamIds.write(id, out);
    }

    private static void field(String name, byte[] word, ReplyWriter out) {
        out.bulk(name);
        out.bulk(word);
    }

    private static void known(String name, long value, ReplyWriter out) {
        out.bulk(name);
        if (value == StreamGroup.UNKNOWN) {
            out.nullBulk();
        } else {
            out.integer(value);
        }
    }

    private static void fullGroup(StreamValue stream, StreamGroup group, long count, ReplyWriter out) {
        out.map(7);
        field("name", group.name(), out);
        field("last-delivered-id", group.lastId(), out);
        known("entries-read", group.entriesRead(), out);
        known("lag", StreamCounters.lag(stream, group), out);
        field("pel-count", group.pendingCount(), out);
        out.bulk("pending");
        List<Row> rows = new ArrayList<>();
        group.walk(StreamId.MIN, entry -> collect(rows, entry, count));
        out.array(rows.size());
        for (Row row : rows) {
            out.array(4);
            StreamIds.write(row.id, out);
            out.bulk(row.consumer);
            out.integer(row.deliveredMs);
            out.integer(row.deliveries);
        }
        out.bulk("consumers");
        out.array(group.consumers().size());
        for (StreamConsumer consumer : group.consumers()) {
            fullConsumer(group, consumer, count, out);
        }
    }

    private record Row(StreamId id, byte[] consumer, long deliveredMs, long deliveries) {}

    private static boolean collect(List<Row> rows, StreamGroup.Pending entry, long most) {
        rows.add(new Row(entry.id(), entry.consumer().name(), entry.deliveredMs(), entry.deliveries()));
        return rows.size() < most;
    }

    private static void fullConsumer(StreamGroup group, StreamConsumer consumer, long count, ReplyWriter out) {
        out.map(5);
        field("name", consumer.name(), out);
        field("seen-time", consumer.seenMs(), out);
        field("active-time", consumer.activeMs(), out);
        field("pel-count", consumer.pendingCount(), out);
        out.bulk("pending");
        List<Row> rows = new ArrayList<>();
        group.walk(consumer, StreamId.MIN, entry -> collect(rows, entry, count));
        out.array(rows.size());
        for (Row row : rows) {
            out.array(3);
            StreamIds.write(row.id, out);
            out.integer(row.deliveredMs);
            out.integer(row.deliveries);
        }
    }

    /** XINFO GROUPS key. */
    static void groups(CommandContext ctx, Args args, ReplyWriter out) {
        StreamValue stream = read(ctx, args.get(2));
        out.array(stream.groups().size());
        for (StreamGroup group : stream.groups()) {
            out.map(6);
            field("name", group.name(), out);
            field("consumers", group.consumers().size(), out);
            field("pending", group.pendingCount(), out);
            field("last-delivered-id", group.lastId(), out);
            known("entries-read", group.entriesRead(), out);
            known("lag", StreamCounters.lag(stream, group), out);
        }
    }

    /** XINFO CONSUMERS key group. */
    static void consumers(CommandContext ctx, Args args, ReplyWriter out) {
        StreamGroup group = read(ctx, args.get(2)).group(args.get(3));
        if (group == null) {
            throw StreamGroupCommands.noGroup(args.get(2), args.get(3)).raise();
        }
        out.array(group.consumers().size());
        for (StreamConsumer consumer : group.consumers()) {
            out.map(4);
            field("name", consumer.name(), out);
            field("pending", consumer.pendingCount(), out);
            field("idle", Math.max(0, ctx.nowMs() - consumer.seenMs()), out);
            field("inactive", consumer.activeMs() < 0 ? -1 : Math.max(0, ctx.nowMs() - consumer.activeMs()), out);
        }
    }

    /** XINFO HELP. */
    static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(
                out,
                "XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
                "CONSUMERS <key> <groupname>",
                "    The consumers of a group.",
                "GROUPS <key>",
                "    The groups of a stream.",
                "STREAM <key> [FULL [COUNT <count>]]",
                "    What is known of a stream; with FULL also its entries and groups.",
                "HELP",
                "    This text.");
    }
}
