package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StreamConsumer;
import io.vireo.value.StreamGroup;
import io.vireo.value.StreamId;
import io.vireo.value.StreamValue;
import io.vireo.value.ValueType;
import java.util.ArrayList;
import java.util.List;

/** XREAD and XREADGROUP, whose rows are in {@link StreamCommands}. */
final class StreamReads {
    private static final ErrorReply DOLLAR_IN_GROUP = ErrorReply.of("ERR The $ ID is meaningless in the context of"
            + " XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to"
            + " get new messages. The $ ID would just return an empty result set.");
    private static final ErrorReply NEW_WITHOUT_GROUP = ErrorReply.of("ERR The > ID can be specified only when calling"
            + " XREADGROUP using the GROUP <group> <consumer> option.");
    private static final ErrorReply GROUP_IN_XREAD =
            ErrorReply.of("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
    private static final ErrorReply NOACK_IN_XREAD =
            ErrorReply.of("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.");
    private static final ErrorReply NO_GROUP_OPTION = ErrorReply.of("ERR Missing GROUP option for XREADGROUP");
    private static final ErrorReply KEY_GONE = ErrorReply.of("UNBLOCKED the stream key no longer exists");
    private static final ErrorReply GROUP_GONE =
            ErrorReply.of("NOGROUP the consumer group this client was blocked on no longer exists");

    /** One stream that is read: from behind an id, or with null what the group has not yet read. */
    private record Source(Bytes key, StreamId after) {}

    private final boolean inGroup;
    private Bytes group;
    private Bytes consumer;
    /** Whether what is read counts as acknowledged. */
    private boolean atOnce;

    private long most = Long.MAX_VALUE;
    private boolean blocks;
    private long deadlineMs;
    private int firstKey;
    private final List<Source> sources = new ArrayList<>();

    private StreamReads(boolean inGroup) {
        this.inGroup = inGroup;
    }

    /** XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]. */
    static void xread(CommandContext ctx, Args args, ReplyWriter out) {
        new StreamReads(false).run(ctx, args, out);
    }

    /**
     * XREADGROUP GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...].
     * Replicas receive an XCLAIM for each entry that is pending now, and where the group stands.
     */
    static void xreadgroup(CommandContext ctx, Args args, ReplyWriter out) {
        new StreamReads(true).run(ctx, args, out);
    }

    private void run(CommandContext ctx, Args args, ReplyWriter out) {
        parse(ctx, args);
        List<Source> ready = new ArrayList<>();
        for (Source source : sources) {
            if (isReady(ctx, source)) {
                ready.add(source);
            }
        }
        if (!ready.isEmpty()) {
            reply(ctx, ready, out);
        } else if (!blocks) {
            out.nullArray();
        } else {
            block(ctx, args, out);
        }
    }

    private void parse(CommandContext ctx, Args args) {
        int at = 1;
        for (; at < args.count() && firstKey == 0; at++) {
            Bytes option = args.get(at);
            int left = args.count() - at - 1;
            if (option.isWord("block") && left >= 1) {
                blocks = true;
                deadlineMs = ctx.deadlineInMillis(args.get(++at));
            } else if (option.isWord("count") && left >= 1) {
                long count = args.integer(++at);
                most = count <= 0 ? Long.MAX_VALUE : count;
            } else if (option.isWord("streams") && left >= 1) {
                firstKey = at + 1;
            } else if (option.isWord("group") && left >= 2) {
                if (!inGroup) {
                    throw GROUP_IN_XREAD.raise();
                }
                group = args.get(++at);
                consumer = args.get(++at);
            } else if (option.isWord("noack")) {
                if (!inGroup) {
                    throw NOACK_IN_XREAD.raise();
                }
                atOnce = true;
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        if (firstKey == 0) {
            throw ErrorReply.SYNTAX.raise();
        }
        int words = args.count() - firstKey;
        if (words % 2 != 0) {
            throw ErrorReply.of("ERR Unbalanced " + (inGroup ? "XREADGROUP" : "XREAD")
                            + " list of streams: for each stream key an ID or '" + (inGroup ? ">" : "$")
                            + "' must be specified.")
                    .raise();
        }
        if (inGroup && group == null) {
            throw NO_GROUP_OPTION.raise();
        }
        for (int i = 0; i < words / 2; i++) {
            Bytes key = args.get(firstKey + i);
            sources.add(new Source(key, after(ctx, key, args.get(firstKey + words / 2 + i))));
        }
    }

    private StreamId after(CommandContext ctx, Bytes key, Bytes word) {
        StreamValue stream = ctx.db().peek(key, StreamValue.TYPE);
        if (inGroup && (stream == null || stream.group(group) == null)) {
            throw ErrorReply.of("NOGROUP No such key '" + key + "' or consumer group '" + group
                            + "' in XREADGROUP with GROUP option")
                    .raise();
        }
        boolean isSign = word.length() == 1;
        if (isSign && word.at(0) == '$') {
            if (inGroup) {
                throw DOLLAR_IN_GROUP.raise();
            }
            return stream == null ? StreamId.MIN : stream.lastId();
        }
        if (isSign && word.at(0) == '>') {
            if (!inGroup) {
                throw NEW_WITHOUT_GROUP.raise();
            }
            return null;
        }
        return StreamIds.strict(word, 0);
    }

    /** Whether a stream has something for this client, or is asked for what was delivered before. */
    private boolean isReady(CommandContext ctx, Source source) {
        StreamValue stream = ctx.db().read(source.key, StreamValue.TYPE);
        if (inGroup) {
            return source.after != null || hasBehind(stream, stream.group(group).lastId());
        }
        return stream != null && hasBehind(stream, source.after);
    }

    private static boolean hasBehind(StreamValue stream, StreamId id) {
        StreamId from = id.next();
        boolean[] found = {false};
        if (from != null) {
            stream.walk(from, StreamId.MAX, true, entry -> {
                found[0] = true;
                return false;
            });
        }
        return found[0];
    }

    private void reply(CommandContext ctx, List<Source> ready, ReplyWriter out) {
        boolean asMap = out.protocol() >= 3;
        if (asMap) {
            out.map(ready.size());
        } else {
            out.array(ready.size());
        }
        for (Source source : ready) {
            if (!asMap) {
                out.array(2);
            }
            out.bulk(source.key);
            if (inGroup) {
                readInGroup(ctx, source, out);
            } else {
                StreamValue stream = ctx.db().read(source.key, StreamValue.TYPE);
                StreamCommands.writeRange(stream, source.after.next(), StreamId.MAX, true, most, out);
            }
        }
        if (inGroup) {
            ctx.keepLocal();
        }
    }

    // Groups.

    private void readInGroup(CommandContext ctx, Source source, ReplyWriter out) {
        StreamValue stream = ctx.db().change(source.key, StreamValue.TYPE);
        StreamGroup from = stream.group(group);
        StreamConsumer reader = from.consumer(consumer);
        if (reader == null) {
            reader = from.addConsumer(consumer.toArray(), ctx.nowMs(), -1);
            ctx.changed(source.key, "xgroup-createconsumer");
            if (atOnce || source.after != null) { // else an XCLAIM will make it there too
                StreamEffects.consumer(ctx, source.key, from, reader.name());
            }
        }
        reader.seen(ctx.nowMs());
        if (source.after == null) {
            deliver(ctx, source.key, stream, from, reader, out);
        } else {
            history(ctx, stream, from, reader, source.after, out);
        }
        ctx.changed(1); // once for each stream, however much was read
    }

    private void deliver(
            CommandContext ctx,
            Bytes key,
            StreamValue stream,
            StreamGroup from,
            StreamConsumer reader,
            ReplyWriter out) {
        List<StreamId> ids = new ArrayList<>();
        StreamId first = from.lastId().next();
        stream.walk(first, StreamId.MAX, true, entry -> {
            ids.add(entry.id());
            return ids.size() < most;
        });
        StreamCommands.writeRange(stream, first, StreamId.MAX, true, most, out);
        for (StreamId id : ids) {
            StreamCounters.advance(stream, from, id);
            if (!atOnce) {
                from.deliver(id, reader, ctx.nowMs(), 1);
                StreamEffects.claim(ctx, key, from, from.pending(id));
            }
        }
        if (ids.isEmpty()) {
            return;
        }
        reader.active(ctx.nowMs());
        StreamEffects.position(ctx, key, from);
    }

    /** What the consumer has got and not acknowledged; an entry that is deleted is shown without its fields. */
    private void history(
            CommandContext ctx,
            StreamValue stream,
            StreamGroup from,
            StreamConsumer reader,
            StreamId after,
            ReplyWriter out) {
        List<StreamId> ids = new ArrayList<>();
        StreamId first = after.next();
        if (first != null) {
            from.walk(reader, first, entry -> {
                ids.add(entry.id());
                return ids.size() < most;
            });
        }
        out.array(ids.size());
        for (StreamId id : ids) {
            boolean isThere = stream.find(id, entry -> {
                StreamIds.write(entry, out);
                return false;
            });
            if (!isThere) {
                out.array(2);
                StreamIds.write(id, out);
                out.nullArray();
            } else {
                from.deliver(id, reader, ctx.nowMs(), from.pending(id).deliveries() + 1);
            }
        }
    }

    // Waiting.

    private void block(CommandContext ctx, Args args, ReplyWriter out) {
        if (!ctx.mayBlock()) {
            out.nullArray();
            return;
        }
        group = group == null ? null : group.copy();
        consumer = consumer == null ? null : consumer.copy();
        List<Source> kept = sources.stream()
                .map(source -> new Source(source.key.copy(), source.after))
                .toList();
        ctx.block(
                new KeyWait(ValueType.STREAM, deadlineMs, args, firstKey, firstKey + kept.size()) {
                    @Override
                    protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                        return StreamReads.this.serve(ctx, kept, key, out);
                    }

                    @Override
                    public boolean mindsLoss() {
                        return inGroup;
                    }
                },
                out);
    }

    private boolean serve(CommandContext ctx, List<Source> kept, Bytes key, ReplyWriter out) {
        Source source = kept.stream()
                .filter(each -> each.key.contentEquals(key))
                .findFirst()
                .orElseThrow();
        if (inGroup) {
            if (ctx.db().typeOf(key) != ValueType.STREAM) {
                throw KEY_GONE.raise();
            }
            if (ctx.db().peek(key, StreamValue.TYPE).group(group) == null) {
                throw GROUP_GONE.raise();
            }
        }
        if (!isReady(ctx, source)) {
            return false;
        }
        reply(ctx, List.of(source), out);
        return true;
    }
}
