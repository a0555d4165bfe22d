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

/** XGROUP, XACK and XPENDING, whose rows are in {@link StreamCommands}. */
final class StreamGroupCommands {
    private static final ErrorReply NO_KEY = ErrorReply.of("ERR The XGROUP subcommand requires the key to exist. Note"
            + " that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.");
    private static final ErrorReply BUSY_GROUP = ErrorReply.of("BUSYGROUP Consumer Group name already exists");
    private static final ErrorReply BAD_ENTRIES_READ =
            ErrorReply.of("ERR value for ENTRIESREAD must be positive or -1");

    private StreamGroupCommands() {}

    /** That there is no such group, as XGROUP and XINFO say it. */
    static ErrorReply noGroup(Bytes key, Bytes group) {
        return ErrorReply.of("NOGROUP No such consumer group '" + group + "' for key name '" + key + "'");
    }

    /** That there is no such group, as the commands that use one say it. */
    static ErrorReply noKeyOrGroup(Bytes key, Bytes group) {
        return ErrorReply.of("NOGROUP No such key '" + key + "' or consumer group '" + group + "'");
    }

    private static StreamValue stream(CommandContext ctx, Bytes key) {
        StreamValue stream = ctx.db().change(key, StreamValue.TYPE);
        if (stream == null) {
            throw NO_KEY.raise();
        }
        return stream;
    }

    private static StreamGroup group(CommandContext ctx, Args args) {
        StreamGroup group = stream(ctx, args.get(2)).group(args.get(3));
        if (group == null) {
            throw noGroup(args.get(2), args.get(3)).raise();
        }
        return group;
    }

    /** XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD entries-read]. */
    static void create(CommandContext ctx, Args args, ReplyWriter out) {
        boolean makes = false;
        long read = StreamGroup.UNKNOWN;
        for (int i = 5; i < args.count(); i++) {
            if (args.get(i).isWord("mkstream")) {
                makes = true;
            } else if (args.get(i).isWord("entriesread") && i + 1 < args.count()) {
                read = entriesRead(args, ++i);
            } else {
                throw subcommandSyntax(args).raise();
            }
        }
        Bytes key = args.get(2);
        StreamValue stream = ctx.db().peek(key, StreamValue.TYPE);
        if (stream == null && !makes) {
            throw NO_KEY.raise();
        }
        StreamId last = isLast(args.get(4))
                ? stream == null ? StreamId.MIN : stream.lastId()
                : StreamIds.strict(args.get(4), 0);
        if (stream != null && stream.group(args.get(3)) != null) {
            throw BUSY_GROUP.raise();
        }

        ctx.db().write(key, StreamValue.TYPE).addGroup(args.get(3).toArray(), last, read);
        ctx.changed(key, "xgroup-create");

        out.ok();
    }

    private static long entriesRead(Args args, int index) {
        long read = args.integer(index);
        if (read < StreamGroup.UNKNOWN) {
            throw BAD_ENTRIES_READ.raise();
        }
        return read;
    }

    private static ErrorReply subcommandSyntax(Args args) {
        return ErrorReply.of("ERR unknown subcommand or wrong number of arguments for '" + args.get(1) + "'. Try "
                + args.get(0).toString().toUpperCase(java.util.Locale.ROOT) + " HELP.");
    }

    private static boolean isLast(Bytes word) {
        return word.length() == 1 && word.at(0) == '$';
    }

    /** XGROUP SETID key group id|$ [ENTRIESREAD entries-read]. */
    static void setId(CommandContext ctx, Args args, ReplyWriter out) {
        long read = StreamGroup.UNKNOWN;
        for (int i = 5; i < args.count(); i++) {
            if (args.get(i).isWord("entriesread") && i + 1 < args.count()) {
                read = entriesRead(args, ++i);
            } else {
                throw subcommandSyntax(args).raise();
            }
        }
        StreamGroup group = group(ctx, args);
        StreamId id = isLast(args.get(4)) ? stream(ctx, args.get(2)).lastId() : StreamIds.any(args.get(4), 0);

        group.lastId(id);
        group.entriesRead(read);
        ctx.changed(args.get(2), "xgroup-setid");

        out.ok();
    }

    /** XGROUP DESTROY key group. Replies whether it was there. */
    static void destroy(CommandContext ctx, Args args, ReplyWriter out) {
        StreamValue stream = stream(ctx, args.get(2));
        StreamGroup group = stream.group(args.get(3));
        if (group != null) {
            stream.removeGroup(group);
            ctx.changed(args.get(2), "xgroup-destroy");
        }
        out.integer(group == null ? 0 : 1);
    }

    /** XGROUP CREATECONSUMER key group consumer. Replies whether it is new. */
    static void createConsumer(CommandContext ctx, Args args, ReplyWriter out) {
        StreamGroup group = group(ctx, args);
        boolean isNew = group.consumer(args.get(4)) == null;
        if (isNew) {
            group.addConsumer(args.get(4).toArray(), ctx.nowMs(), -1);
            ctx.changed(args.get(2), "xgroup-createconsumer");
        }
        out.integer(isNew ? 1 : 0);
    }

    /** XGROUP DELCONSUMER key group consumer. Replies with how many entries it had not acknowledged. */
    static void delConsumer(CommandContext ctx, Args args, ReplyWriter out) {
        StreamGroup group = group(ctx, args);
        StreamConsumer consumer = group.consumer(args.get(4));
        long pending = consumer == null ? 0 : consumer.pendingCount();
        if (consumer != null) {
            group.removeConsumer(consumer);
            ctx.changed(args.get(2), "xgroup-delconsumer");
        }
        out.integer(pending);
    }

    /** XACK key group id [id ...]. Replies with how many were pending. */
    static void xack(CommandContext ctx, Args args, ReplyWriter out) {
        StreamValue stream = ctx.db().change(args.get(1), StreamValue.TYPE);
        StreamGroup group = stream == null ? null : stream.group(args.get(2));
        if (group == null) {
            out.integer(0);
            return;
        }
        List<StreamId> ids = new ArrayList<>();
        for (int i = 3; i < args.count(); i++) {
            ids.add(StreamIds.strict(args.get(i), 0));
        }

        int acknowledged = 0;
        for (StreamId id : ids) {
            acknowledged += group.acknowledge(id) ? 1 : 0;
        }
        if (acknowledged > 0) {
            ctx.changed(acknowledged);
        }

        out.integer(acknowledged);
    }

    /** XPENDING key group [[IDLE min-idle-time] start end count [consumer]]. */
    static void xpending(CommandContext ctx, Args args, ReplyWriter out) {
        boolean summary = args.count() == 3;
        boolean idles = args.count() > 3 && args.get(3).isWord("idle");
        int from = idles ? 5 : 3;
        if (!summary && (args.count() < from + 3 || args.count() > from + 4)) {
            throw ErrorReply.SYNTAX.raise();
        }
        long minIdleMs = idles ? args.integer(4) : 0;
        long count = summary ? 0 : Math.max(0, args.integer(from + 2));
        StreamId start = summary ? null : StreamIds.start(args.get(from));
        StreamId end = summary ? null : StreamIds.end(args.get(from + 1));
        StreamValue stream = ctx.db().read(args.get(1), StreamValue.TYPE);
        StreamGroup group = stream == null ? null : stream.group(args.get(2));
        if (group == null) {
            throw noKeyOrGroup(args.get(1), args.get(2)).raise();
        }
        if (summary) {
            summarize(group, out);
        } else {
            Bytes name = args.count() == from + 4 ? args.get(from + 3) : null;
            list(ctx, group, new Listed(start, end, count, minIdleMs, name), out);
        }
    }

    private static void summarize(StreamGroup group, ReplyWriter out) {
        out.array(4);
        out.integer(group.pendingCount());
        if (group.pendingCount() == 0) {
            out.nullBulk();
            out.nullBulk();
            out.nullArray();
            return;
        }
        StreamIds.write(group.firstPending(), out);
        StreamIds.write(group.lastPending(), out);
        List<StreamConsumer> owners = group.consumers().stream()
                .filter(each -> each.pendingCount() > 0)
                .toList();
        out.array(owners.size());
        for (StreamConsumer owner : owners) {
            out.array(2);
            out.bulk(owner.name());
            out.bulk(owner.pendingCount());
        }
    }

    private record Listed(StreamId start, StreamId end, long count, long minIdleMs, Bytes consumer) {}

    private static void list(CommandContext ctx, StreamGroup group, Listed wanted, ReplyWriter out) {
        List<Row> rows = new ArrayList<>();
        StreamGroup.Visitor visitor = entry -> {
            if (rows.size() >= wanted.count || entry.id().compareTo(wanted.end) > 0) {
                return false;
            }
            long idleMs = Math.max(0, ctx.nowMs() - entry.deliveredMs());
            if (idleMs >= wanted.minIdleMs) {
                rows.add(new Row(entry.id(), entry.consumer().name(), idleMs, entry.deliveries()));
            }
            return true;
        };
        if (wanted.consumer == null) {
            group.walk(wanted.start, visitor);
        } else if (group.consumer(wanted.consumer) != null) {
            group.walk(group.consumer(wanted.consumer), wanted.start, visitor);
        }
        out.array(rows.size());
        for (Row row : rows) {
            out.array(4);
            StreamIds.write(row.id, out);
            out.bulk(row.consumer);
            out.integer(row.idleMs);
            out.integer(row.deliveries);
        }
    }

    private record Row(StreamId id, byte[] consumer, long idleMs, long deliveries) {}

    /** XGROUP HELP. */
    static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(
                out,
                "XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
                "CREATE <key> <groupname> <id|$> [option]",
                "    Make a group that reads on from an id. Options:",
                "    * MKSTREAM: make the stream too, where there is none.",
                "    * ENTRIESREAD entries_read: how many entries count as read.",
                "CREATECONSUMER <key> <groupname> <consumer>",
                "    Make a consumer.",
                "DELCONSUMER <key> <groupname> <consumer>",
                "    Remove a consumer with what it has not acknowledged.",
                "DESTROY <key> <groupname>",
                "    Remove a group.",
                "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
                "    Have a group read on from another id.",
                "HELP",
                "    This text.");
    }
}
