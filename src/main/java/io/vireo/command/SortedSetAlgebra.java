package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Workbench;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What sorted sets, and sets, have in common, together, or apart; the rows are in {@link SortedSetCommands}. The members
 * of a set that is not sorted have the score 1.
 */
final class SortedSetAlgebra {
    private static final ErrorReply BAD_WEIGHT = ErrorReply.of("ERR weight value is not a float");
    private static final ErrorReply BAD_LIMIT = ErrorReply.of("ERR LIMIT can't be negative");

    /** What becomes of the scores that a member has in several sets. */
    private enum Aggregate {
        SUM,
        MIN,
        MAX;

        double of(double a, double b) {
            return switch (this) {
                case SUM -> orZero(a + b);
                case MIN -> Math.min(a, b);
                case MAX -> Math.max(a, b);
            };
        }
    }

    private enum Operation {
        UNION,
        INTERSECTION,
        DIFFERENCE
    }

    private final CommandContext ctx;
    private final Operation operation;
    private final List<ScoredSource> sources = new ArrayList<>();
    private double[] weights;
    private Aggregate aggregate = Aggregate.SUM;
    private boolean withScores;

    private SortedSetAlgebra(CommandContext ctx, Operation operation) {
        this.ctx = ctx;
        this.operation = operation;
    }

    // Commands.

    /** ZUNION numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]. */
    static void zunion(CommandContext ctx, Args args, ReplyWriter out) {
        new SortedSetAlgebra(ctx, Operation.UNION).reply(args, out);
    }

    /** ZINTER numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]. */
    static void zinter(CommandContext ctx, Args args, ReplyWriter out) {
        new SortedSetAlgebra(ctx, Operation.INTERSECTION).reply(args, out);
    }

    /** ZDIFF numkeys key [key ...] [WITHSCORES]. */
    static void zdiff(CommandContext ctx, Args args, ReplyWriter out) {
        new SortedSetAlgebra(ctx, Operation.DIFFERENCE).reply(args, out);
    }

    /** ZUNIONSTORE destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX]. */
    static void zunionstore(CommandContext ctx, Args args, ReplyWriter out) {
        new SortedSetAlgebra(ctx, Operation.UNION).store(args, "zunionstore", out);
    }

    /** ZINTERSTORE destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX]. */
    static void zinterstore(CommandContext ctx, Args args, ReplyWriter out) {
        new SortedSetAlgebra(ctx, Operation.INTERSECTION).store(args, "zinterstore", out);
    }

    /** ZDIFFSTORE destination numkeys key [key ...]. */
    static void zdiffstore(CommandContext ctx, Args args, ReplyWriter out) {
        new SortedSetAlgebra(ctx, Operation.DIFFERENCE).store(args, "zdiffstore", out);
    }

    /** ZINTERCARD numkeys key [key ...] [LIMIT limit]. */
    static void zintercard(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetAlgebra algebra = new SortedSetAlgebra(ctx, Operation.INTERSECTION);
        int end = algebra.parseKeys(args, 1);
        long limit = 0;
        for (int i = end; i < args.count(); i += 2) {
            if (!args.get(i).isWord("limit") || i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            }
            limit = Numbers.atLeast(0, args.get(i + 1), BAD_LIMIT);
        }
        long[] count = {0};
        long most = limit == 0 ? Long.MAX_VALUE : limit;
        algebra.intersect((member, score) -> ++count[0] < most);
        out.integer(count[0]);
    }

    private void reply(Args args, ReplyWriter out) {
        parseOptions(args, parseKeys(args, 1), true);
        Workbench workbench = ctx.keyspace().workbench();
        try {
            SortedSetValue result = result();
            boolean nested = withScores && out.protocol() >= 3;
            long size = result.size();
            out.array(Math.toIntExact(withScores && !nested ? 2 * size : size));
            result.walk(0, true, (member, score) -> {
                if (nested) {
                    out.array(2);
                }
                StringCommands.reply(member, out);
                if (withScores) {
                    SortedSetCommands.reply(score, out);
                }
                return true;
            });
        } finally {
            workbench.drop();
        }
    }

    private void store(Args args, String event, ReplyWriter out) {
        parseOptions(args, parseKeys(args, 2), false);
        SortedSetRanges.store(ctx, args.get(1), result(), event, out);
    }

    // Arguments.

    /** Reads {@code numkeys key [key ...]} from a word on and looks the keys up. Returns the word behind them. */
    private int parseKeys(Args args, int from) {
        long count = args.integer(from);
        if (count < 1) {
            throw ErrorReply.of("ERR at least 1 input key is needed for '"
                            + ctx.command().fullName() + "' command")
                    .raise();
        }
        if (count > args.count() - from - 1) {
            throw ErrorReply.SYNTAX.raise();
        }
        int end = from + 1 + (int) count;
        for (int i = from + 1; i < end; i++) {
            sources.add(ScoredSource.read(ctx.db(), args.get(i), i));
        }
        weights = new double[(int) count];
        Arrays.fill(weights, 1);
        return end;
    }

    private void parseOptions(Args args, int from, boolean replies) {
        boolean combines = operation != Operation.DIFFERENCE;
        for (int i = from; i < args.count(); ) {
            Bytes option = args.get(i);
            int left = args.count() - i - 1;
            if (combines && option.isWord("weights") && left >= weights.length) {
                for (int w = 0; w < weights.length; w++) {
                    weights[w] = Scores.score(args.get(i + 1 + w), BAD_WEIGHT);
                }
                i += 1 + weights.length;
            } else if (combines && option.isWord("aggregate") && left >= 1) {
                aggregate = aggregate(args.get(i + 1));
                i += 2;
            } else if (replies && option.isWord("withscores")) {
                withScores = true;
                i++;
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        for (int i = 0; i < weights.length; i++) {
            if (sources.get(i) != null) {
                sources.get(i).weight(weights[i]);
            }
        }
    }

    private static Aggregate aggregate(Bytes word) {
        for (Aggregate each : Aggregate.values()) {
            if (word.isWord(each.name().toLowerCase(java.util.Locale.ROOT))) {
                return each;
            }
        }
        throw ErrorReply.SYNTAX.raise();
    }

    private static double orZero(double score) {
        return Double.isNaN(score) ? 0 : score;
    }

    // Combining.

    private SortedSetValue result() {
        SortedSetValue result = ctx.keyspace().workbench().begin(SortedSetValue.TYPE, 0);
        switch (operation) {
            case UNION -> unite(result);
            case INTERSECTION ->
                intersect((member, score) -> {
                    result.put(member.bytes(), score);
                    return true;
                });
            case DIFFERENCE -> subtract(result);
        }
        return result;
    }

    private List<ScoredSource> bySize() {
        List<ScoredSource> sorted = new ArrayList<>(sources);
        sorted.removeIf(source -> source == null);
        sorted.sort(Comparator.comparingLong(ScoredSource::size));
        return sorted;
    }

    private void unite(SortedSetValue into) {
        for (ScoredSource source : bySize()) {
            source.walk((member, score) -> {
                double weighted = orZero(score * source.weight());
                Bytes word = member.bytes();
                into.put(word, into.find(word) ? aggregate.of(into.foundScore(), weighted) : weighted);
                return true;
            });
        }
    }

    /** Shows the members that all sources have, with their scores, until the visitor has had enough. */
    private void intersect(SortedSetValue.Visitor visitor) {
        if (sources.contains(null)) {
            return;
        }
        List<ScoredSource> sorted = bySize();
        ScoredSource smallest = sorted.getFirst();
        smallest.walk((member, score) -> {
            double sum = orZero(score * smallest.weight());
            Bytes word = member.bytes();
            for (int i = 1; i < sorted.size(); i++) {
                ScoredSource other = sorted.get(i);
                if (!other.find(word)) {
                    return true;
                }
                sum = aggregate.of(sum, orZero(other.foundScore() * other.weight()));
            }
            return visitor.visit(member, sum);
        });
    }

    private void subtract(SortedSetValue into) {
        ScoredSource first = sources.getFirst();
        if (first == null) {
            return;
        }
        List<ScoredSource> others = new ArrayList<>(sources.subList(1, sources.size()));
        others.removeIf(source -> source == null);
        others.sort(Comparator.comparingLong(ScoredSource::size).reversed());
        first.walk((member, score) -> {
            Bytes word = member.bytes();
            for (int i = 0; i < others.size(); i++) {
                if (others.get(i).find(word)) {
                    return true;
                }
            }
            into.put(word, score);
            return true;
        });
    }
}
