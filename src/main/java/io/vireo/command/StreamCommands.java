package io.vireo.command;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.BLOCKING;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.MOVABLEKEYS;
import static io.vireo.command.CommandFlag.STALE;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.DELETE;
import static io.vireo.command.KeySpec.Flag.INSERT;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.key;

import io.vireo.base.Bytes;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StreamId;
import io.vireo.value.StreamValue;
import java.util.List;

/**
 * Stream commands that add, look at or remove entries; those that read on are in {@link StreamReads}, those of groups in
 * {@link StreamGroupCommands} and {@link StreamClaims}, and what is told of a stream in {@link StreamInfo}.
 */
public final class StreamCommands {
    public static final CommandFamily FAMILY = family(
            "stream",
            AclCategory.STREAM,
            write("xadd", -5, key(1, RW, UPDATE), StreamCommands::xadd, DENYOOM, FAST),
            read("xlen", 2, key(1, RO), StreamCommands::xlen, FAST),
            read("xrange", -4, key(1, RO, ACCESS), StreamCommands::xrange),
            read("xrevrange", -4, key(1, RO, ACCESS), StreamCommands::xrevrange),
            write("xdel", -3, key(1, RW, DELETE), StreamCommands::xdel, FAST),
            write("xtrim", -4, key(1, RW, DELETE), StreamCommands::xtrim),
            write("xsetid", -3, key(1, RW, UPDATE), StreamCommands::xsetid, DENYOOM, FAST),
            read("xread", -4, List.of(streams(1)), StreamReads::xread, BLOCKING, MOVABLEKEYS),
            write("xreadgroup", -7, List.of(streams(4)), StreamReads::xreadgroup, BLOCKING, MOVABLEKEYS),
            write("xack", -4, key(1, RW, UPDATE), StreamGroupCommands::xack, FAST),
            write("xclaim", -6, key(1, RW, UPDATE), StreamClaims::xclaim, FAST),
            write("xautoclaim", -6, key(1, RW, DELETE), StreamClaims::xautoclaim, FAST),
            read("xpending", -3, key(1, RO, ACCESS), StreamGroupCommands::xpending),
            container(
                    "xgroup",
                    -2,
                    List.of(
                            write("create", -5, key(2, RW, INSERT), StreamGroupCommands::create, DENYOOM),
                            write("setid", -5, key(2, RW, UPDATE), StreamGroupCommands::setId),
                            write("destroy", 4, key(2, RW, DELETE), StreamGroupCommands::destroy),
                            write(
                                    "createconsumer",
                                    5,
                                    key(2, RW, INSERT),
                                    StreamGroupCommands::createConsumer,
                                    DENYOOM),
                            write("delconsumer", 5, key(2, RW, DELETE), StreamGroupCommands::delConsumer),
                            plain("help", 2, StreamGroupCommands::help, LOADING, STALE))),
            container(
                    "xinfo",
                    -2,
                    List.of(
                            read("stream", -3, key(2, RO, ACCESS), StreamInfo::stream),
                            read("groups", 3, key(2, RO, ACCESS), StreamInfo::groups),
                            read("consumers", 4, key(2, RO, ACCESS), StreamInfo::consumers),
                            plain("help", 2, StreamInfo::help, LOADING, STALE))));

    private static final byte[] EXACTLY = StringCommands.ascii("=");

    private static final ErrorReply ZERO_ID = ErrorReply.of("ERR The ID specified in XADD must be greater than 0-0");
    private static final ErrorReply SMALL_ID =
            ErrorReply.of("ERR The ID specified in XADD is equal or smaller than the target stream top item");
    private static final ErrorReply EXHAUSTED =
            ErrorReply.of("ERR The stream has exhausted the last possible ID, unable to add more items");
    private static final ErrorReply SETID_BELOW_TOP =
            ErrorReply.of("ERR The ID specified in XSETID is smaller than the target stream top item");
    private static final ErrorReply SETID_BELOW_GIVEN =
            ErrorReply.of("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
    private static final ErrorReply SETID_ADDED = ErrorReply.of("ERR entries_added must be positive");
    private static final ErrorReply SETID_LENGTH =
            ErrorReply.of("ERR The entries_added specified in XSETID is smaller than the target stream length");

    private StreamCommands() {}

    /** Keys behind STREAMS: the first half of the words there. */
    private static KeySpec streams(int from) {
        return new KeySpec(
                new KeySpec.Begin.Keyword("STREAMS", from),
                new KeySpec.Find.Range(-1, 1, 2),
                java.util.Set.of(RO, ACCESS),
                null);
    }

    /**
     * XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT count]] *|id field value [field value ...]. Replies with
     * the id. Replicas receive the id, and a threshold that removes exactly what was removed.
     */
    private static void xadd(CommandContext ctx, Args args, ReplyWriter out) {
        int[] idAt = {0};
        StreamTrim trim = StreamTrim.parse(ctx, args, true, idAt);
        int first = idAt[0] + 1;
        if (idAt[0] >= args.count()) {
            throw ErrorReply.wrongArity("xadd").raise();
        }
        NewId wanted = NewId.parse(args.get(idAt[0]));
        int count = args.count() - first;
        if (count < 2 || count % 2 != 0) {
            throw ErrorReply.wrongArity("xadd").raise();
        }
        if (wanted.isGiven() && wanted.id().isMin()) {
            throw ZERO_ID.raise();
        }
        Bytes key = args.get(1);
        StreamValue stream = ctx.db().peek(key, StreamValue.TYPE);
        if (stream == null && trim.noMakeStream()) {
            out.nullBulk();
            return;
        }
        StreamId last = stream == null ? StreamId.MIN : stream.lastId();
        if (last.isMax()) {
            throw EXHAUSTED.raise();
        }
        StreamId id = wanted.after(last, ctx.nowMs());
        if (id == null || id.compareTo(last) <= 0) {
            throw SMALL_ID.raise();
        }

        Bytes[] words = new Bytes[count];
        for (int i = 0; i < count; i++) {
            words[i] = args.get(first + i);
        }
        stream = ctx.db().write(key, StreamValue.TYPE);
        stream.append(id, words, count);
        ctx.changed(key, "xadd");
        if (trim.isWanted() && trim.apply(stream) > 0) {
            ctx.alsoChanged(ctx.session().db(), key, "xtrim");
        }
        if (trim.approximate() || !wanted.isGiven()) {
            propagate(ctx, args, trim, stream, idAt[0], id);
        }

        StreamIds.write(id, out);
    }

    /** Sends the command on with an id and a threshold that leave nothing to chance. */
    private static void propagate(
            CommandContext ctx, Args args, StreamTrim trim, StreamValue stream, int idAt, StreamId id) {
        ReplicationLog effect = ctx.propagate(args.count()).word(args.get(0));
        for (int i = 1; i < args.count(); i++) {
            if (trim.approximate() && i == trim.markAt()) {
                effect.word(EXACTLY);
            } else if (trim.approximate() && i == trim.thresholdAt()) {
                effect.word(ctx.text(trim.exactThreshold(stream)));
            } else if (i == idAt) {
                effect.word(ctx.text(id.toString()));
            } else {
                effect.word(args.get(i));
            }
        }
    }

    /**
     * The id that XADD asks for.
     *
     * @param id the id, or of a half given one its first part; null for one made from the time
     * @param isGiven whether all of it is given
     */
    private record NewId(StreamId id, boolean isGiven) {
        static NewId parse(Bytes word) {
            if (word.length() == 1 && word.at(0) == '*') {
                return new NewId(null, false);
            }
            int length = word.length();
            if (length > 2 && word.at(length - 1) == '*' && word.at(length - 2) == '-') {
                Bytes ms = new Bytes().set(word.address(), length - 2);
                StreamId half = StreamIds.parse(ms, 0, 0);
                if (half == null || half.seq() != 0) {
                    throw StreamIds.INVALID.raise();
                }
                return new NewId(half, false);
            }
            return new NewId(StreamIds.strict(word, 0), true);
        }

        /** The id behind the last one of a stream; null where there can be none. */
        StreamId after(StreamId last, long nowMs) {
            if (isGiven) {
                return id;
            }
            if (id == null) {
                return Long.compareUnsigned(nowMs, last.ms()) > 0 ? new StreamId(nowMs, 0) : last.next();
            }
            if (id.ms() != last.ms()) {
                return id.ms() == 0 ? new StreamId(0, 1) : id;
            }
            return last.seq() == -1 ? null : last.next();
        }
    }

    /** XLEN key. */
    private static void xlen(CommandContext ctx, Args args, ReplyWriter out) {
        StreamValue stream = ctx.db().read(args.get(1), StreamValue.TYPE);
        out.integer(stream == null ? 0 : stream.size());
    }

    /** XRANGE key start end [COUNT count]. */
    private static void xrange(CommandContext ctx, Args args, ReplyWriter out) {
        range(ctx, args, StreamIds.start(args.get(2)), StreamIds.end(args.get(3)), true, out);
    }

    /** XREVRANGE key end start [COUNT count]. */
    private static void xrevrange(CommandContext ctx, Args args, ReplyWriter out) {
        range(ctx, args, StreamIds.start(args.get(3)), StreamIds.end(args.get(2)), false, out);
    }

    private static void range(
            CommandContext ctx, Args args, StreamId from, StreamId to, boolean upwards, ReplyWriter out) {
        long count = -1;
        for (int i = 4; i < args.count(); i += 2) {
            if (!args.get(i).isWord("count") || i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            }
            count = Math.max(0, args.integer(i + 1));
        }
        StreamValue stream = ctx.db().read(args.get(1), StreamValue.TYPE);
        if (stream == null) {
            out.array(0);
        } else if (count == 0) {
            out.nullArray();
        } else {
            writeRange(stream, from, to, upwards, count < 0 ? Long.MAX_VALUE : count, out);
        }
    }

    /** Writes the entries of a range as an array, at most so many. */
    static void writeRange(
            StreamValue stream, StreamId from, StreamId to, boolean upwards, long most, ReplyWriter out) {
        long[] count = {0};
        stream.walk(from, to, upwards, entry -> ++count[0] < most);
        out.array(Math.toIntExact(count[0]));
        long[] left = {count[0]};
        stream.walk(from, to, upwards, entry -> {
            StreamIds.write(entry, out);
            return --left[0] > 0;
        });
    }

    /** XDEL key id [id ...]. Replies with how many were there. */
    private static void xdel(CommandContext ctx, Args args, ReplyWriter out) {
        StreamId[] ids = new StreamId[args.count() - 2];
        StreamValue stream = ctx.db().change(args.get(1), StreamValue.TYPE);
        if (stream == null) {
            out.integer(0);
            return;
        }
        for (int i = 0; i < ids.length; i++) {
            ids[i] = StreamIds.strict(args.get(2 + i), 0);
        }

        int deleted = 0;
        for (StreamId id : ids) {
            deleted += stream.delete(id) ? 1 : 0;
        }
        if (deleted > 0) {
            ctx.changed(args.get(1), "xdel", deleted);
        }

        out.integer(deleted);
    }

    /** XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT count]. Replies with how many were removed. */
    private static void xtrim(CommandContext ctx, Args args, ReplyWriter out) {
        StreamTrim trim = StreamTrim.parse(ctx, args, false, new int[1]);
        StreamValue stream = ctx.db().change(args.get(1), StreamValue.TYPE);
        long removed = stream == null ? 0 : trim.apply(stream);
        if (removed > 0) {
            ctx.changed(args.get(1), "xtrim", removed);
            if (trim.approximate()) {
                propagate(ctx, args, trim, stream, -1, null);
            }
        }
        out.integer(removed);
    }

    /** XSETID key last-id [ENTRIESADDED entries-added] [MAXDELETEDID max-deleted-id]. */
    private static void xsetid(CommandContext ctx, Args args, ReplyWriter out) {
        StreamId id = StreamIds.strict(args.get(2), 0);
        long added = -1;
        StreamId maxDeleted = null;
        for (int i = 3; i < args.count(); i += 2) {
            boolean more = i + 1 < args.count();
            if (more && args.get(i).isWord("entriesadded")) {
                added = args.integer(i + 1);
                if (added < 0) {
                    throw SETID_ADDED.raise();
                }
            } else if (more && args.get(i).isWord("maxdeletedid")) {
                maxDeleted = StreamIds.strict(args.get(i + 1), 0);
                if (id.compareTo(maxDeleted) < 0) {
                    throw SETID_BELOW_GIVEN.raise();
                }
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        StreamValue stream = ctx.db().change(args.get(1), StreamValue.TYPE);
        if (stream == null) {
            throw ErrorReply.NO_SUCH_KEY.raise();
        }
        if (stream.size() > 0) {
            checkTop(stream, id);
            if (added >= 0 && added < stream.size()) {
                throw SETID_LENGTH.raise();
            }
        }

        stream.lastId(id);
        if (added >= 0) {
            stream.entriesAdded(added);
        }
        if (maxDeleted != null && !maxDeleted.isMin()) {
            stream.maxDeletedId(maxDeleted);
        }
        ctx.changed(args.get(1), "xsetid");

        out.ok();
    }

    private static void checkTop(StreamValue stream, StreamId id) {
        stream.walk(StreamId.MIN, StreamId.MAX, false, entry -> {
            if (id.compareTo(entry.id()) < 0) {
                throw SETID_BELOW_TOP.raise();
            }
            return false;
        });
    }
}
