package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.BLOCKING;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.MOVABLEKEYS;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.DELETE;
import static io.vireo.command.KeySpec.Flag.OW;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.counted;
import static io.vireo.command.KeySpec.key;
import static io.vireo.command.KeySpec.keys;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;
import java.util.List;

/**
 * Sorted set commands that look at members or change them; ranges are in {@link SortedSetRanges}, those that take members
 * away by their end in {@link SortedSetPops}, those that wait for some in {@link BlockingSortedSetPops}, those that combine several sets in {@link SortedSetAlgebra}.
 */
public final class SortedSetCommands {
    public static final CommandFamily FAMILY = family(
            "sorted-set",
            AclCategory.SORTEDSET,
            write("zadd", -4, key(1, RW, UPDATE), ZaddCommand::zadd, DENYOOM, FAST),
            write("zincrby", 4, key(1, RW, ACCESS, UPDATE), ZaddCommand::zincrby, DENYOOM, FAST),
            write("zrem", -3, key(1, RW, DELETE), SortedSetCommands::zrem, FAST),
            read("zcard", 2, key(1, RO), SortedSetCommands::zcard, FAST),
            read("zscore", 3, key(1, RO, ACCESS), SortedSetCommands::zscore, FAST),
            read("zmscore", -3, key(1, RO, ACCESS), SortedSetCommands::zmscore, FAST),
            read("zrank", -3, key(1, RO, ACCESS), SortedSetCommands::zrank, FAST),
            read("zrevrank", -3, key(1, RO, ACCESS), SortedSetCommands::zrevrank, FAST),
            read("zscan", -3, key(1, RO, ACCESS), SortedSetCommands::zscan),
            read("zrandmember", -2, key(1, RO, ACCESS), ZrandmemberCommand::zrandmember),
            read("zcount", 4, key(1, RO, ACCESS), SortedSetRanges::zcount, FAST),
            read("zlexcount", 4, key(1, RO, ACCESS), SortedSetRanges::zlexcount, FAST),
            read("zrange", -4, key(1, RO, ACCESS), SortedSetRanges::zrange),
            read("zrevrange", -4, key(1, RO, ACCESS), SortedSetRanges::zrevrange),
            read("zrangebyscore", -4, key(1, RO, ACCESS), SortedSetRanges::zrangebyscore),
            read("zrevrangebyscore", -4, key(1, RO, ACCESS), SortedSetRanges::zrevrangebyscore),
            read("zrangebylex", -4, key(1, RO, ACCESS), SortedSetRanges::zrangebylex),
            read("zrevrangebylex", -4, key(1, RO, ACCESS), SortedSetRanges::zrevrangebylex),
            write(
                    "zrangestore",
                    -5,
                    List.of(key(1, OW, UPDATE), key(2, RO, ACCESS)),
                    SortedSetRanges::zrangestore,
                    DENYOOM),
            write("zremrangebyrank", 4, key(1, RW, DELETE), SortedSetRanges::zremrangebyrank),
            write("zremrangebyscore", 4, key(1, RW, DELETE), SortedSetRanges::zremrangebyscore),
            write("zremrangebylex", 4, key(1, RW, DELETE), SortedSetRanges::zremrangebylex),
            write("zpopmin", -2, key(1, RW, ACCESS, DELETE), SortedSetPops::zpopmin, FAST),
            write("zpopmax", -2, key(1, RW, ACCESS, DELETE), SortedSetPops::zpopmax, FAST),
            write("zmpop", -4, counted(1, RW, ACCESS, DELETE), SortedSetPops::zmpop, MOVABLEKEYS),
            read("zunion", -3, counted(1, RO, ACCESS), SortedSetAlgebra::zunion, MOVABLEKEYS),
            read("zinter", -3, counted(1, RO, ACCESS), SortedSetAlgebra::zinter, MOVABLEKEYS),
            read("zintercard", -3, counted(1, RO, ACCESS), SortedSetAlgebra::zintercard, MOVABLEKEYS),
            read("zdiff", -3, counted(1, RO, ACCESS), SortedSetAlgebra::zdiff, MOVABLEKEYS),
            write("zunionstore", -4, stored(), SortedSetAlgebra::zunionstore, DENYOOM, MOVABLEKEYS),
            write("zinterstore", -4, stored(), SortedSetAlgebra::zinterstore, DENYOOM, MOVABLEKEYS),
            write("zdiffstore", -4, stored(), SortedSetAlgebra::zdiffstore, DENYOOM, MOVABLEKEYS),
            write("bzpopmin", -3, waitedFor(), BlockingSortedSetPops::bzpopmin, NOSCRIPT, FAST, BLOCKING),
            write("bzpopmax", -3, waitedFor(), BlockingSortedSetPops::bzpopmax, NOSCRIPT, FAST, BLOCKING),
            write("bzmpop", -5, counted(2, RW, ACCESS, DELETE), BlockingSortedSetPops::bzmpop, BLOCKING, MOVABLEKEYS));

    private SortedSetCommands() {}

    /** The keys of a command whose last word is a time. */
    private static KeySpec waitedFor() {
        return keys(1, -2, 1, RW, ACCESS, DELETE);
    }

    /** The keys of a command that stores a set made of others. */
    private static List<KeySpec> stored() {
        return List.of(key(1, OW, UPDATE), counted(2, RO, ACCESS));
    }

    /** Replies with a score: of RESP3 a number, else its text. */
    static void reply(double score, ReplyWriter out) {
        if (out.protocol() < 3 && score == (long) score && Math.abs(score) < 1e17 && (score != 0 || 1 / score > 0)) {
            out.bulk((long) score);
        } else {
            out.real(score);
        }
    }

    /** ZREM key member [member ...]. Replies with how many were there. */
    private static void zrem(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        SortedSetValue set = ctx.db().change(key, SortedSetValue.TYPE);
        int removed = 0;
        for (int i = 2; set != null && i < args.count(); i++) {
            removed += set.remove(args.get(i)) ? 1 : 0;
        }
        if (removed > 0) {
            ctx.changed(key, "zrem", removed);
            removeIfEmpty(ctx, key);
        }

        out.integer(removed);
    }

    static void removeIfEmpty(CommandContext ctx, Bytes key) {
        if (ctx.db().removeIfEmpty(key, SortedSetValue.TYPE)) {
            ctx.alsoChanged(ctx.session().db(), key, "del");
        }
    }

    /** ZCARD key. */
    private static void zcard(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        out.integer(set == null ? 0 : set.size());
    }

    /** ZSCORE key member. */
    private static void zscore(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        replyScore(set, args.get(2), out);
    }

    private static void replyScore(SortedSetValue set, Bytes member, ReplyWriter out) {
        if (set != null && set.find(member)) {
            reply(set.foundScore(), out);
        } else {
            out.nullBulk();
        }
    }

    /** ZMSCORE key member [member ...]. */
    private static void zmscore(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        out.array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            replyScore(set, args.get(i), out);
        }
    }

    /** ZRANK key member [WITHSCORE]. */
    private static void zrank(CommandContext ctx, Args args, ReplyWriter out) {
        rank(ctx, args, false, out);
    }

    /** ZREVRANK key member [WITHSCORE]. */
    private static void zrevrank(CommandContext ctx, Args args, ReplyWriter out) {
        rank(ctx, args, true, out);
    }

    private static void rank(CommandContext ctx, Args args, boolean reversed, ReplyWriter out) {
        if (args.count() > 4) {
            throw ErrorReply.wrongArity(ctx.command().fullName()).raise();
        }
        boolean withScore = args.count() == 4;
        if (withScore && !args.get(3).isWord("withscore")) {
            throw ErrorReply.SYNTAX.raise();
        }
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        if (set == null || !set.find(args.get(2))) {
            if (withScore) {
                out.nullArray();
            } else {
                out.nullBulk();
            }
            return;
        }
        double score = set.foundScore();
        long rank = set.rank(args.get(2));
        if (withScore) {
            out.array(2);
        }
        out.integer(reversed ? set.size() - 1 - rank : rank);
        if (withScore) {
            reply(score, out);
        }
    }

    /** ZSCAN key cursor [MATCH pattern] [COUNT count]. Replies with the next cursor, and members with their scores. */
    private static void zscan(CommandContext ctx, Args args, ReplyWriter out) {
        long cursor = ScanOptions.cursor(args.get(2));
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        ScanOptions options = set == null ? null : ScanOptions.parse(args, 3, false);
        ScoredWords found = new ScoredWords();
        long next = set == null
                ? 0
                : set.scan(cursor, options.count(), (member, score) -> {
                    if (options.matches(member.bytes())) {
                        found.add(member, score);
                    }
                    return true;
                });

        out.array(2);
        out.bulk(Long.toUnsignedString(next));
        found.writeFlat(out);
    }
}
