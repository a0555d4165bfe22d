package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Database;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;
import io.vireo.value.ValueType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** LCS. Its row is one of {@link StringCommands}. Runs on the keyspace thread. */
final class LcsCommand {
    /** What Redis takes for each pair of prefixes, and so what the limit is counted in. */
    private static final int CELL_BYTES = 4;

    private LcsCommand() {}

    /** LCS key1 key2 [LEN | IDX [MINMATCHLEN length] [WITHMATCHLEN]]. Replies with the longest common subsequence. */
    static void lcs(CommandContext ctx, Args args, ReplyWriter out) {
        Database db = ctx.db();
        requireStrings(db, args);
        StringValue valueA = db.readString(args.get(1), new StringValue());
        StringValue valueB = db.readString(args.get(2), new StringValue());
        boolean onlyLength = false;
        boolean asRanges = false;
        boolean withLengths = false;
        long shortest = 0;
        for (int i = 3; i < args.count(); i++) {
            Bytes option = args.get(i);
            if (option.isWord("len")) {
                onlyLength = true;
            } else if (option.isWord("idx")) {
                asRanges = true;
            } else if (option.isWord("withmatchlen")) {
                withLengths = true;
            } else if (option.isWord("minmatchlen") && i + 1 < args.count()) {
                i++;
                shortest = args.integer(i);
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        if (onlyLength && asRanges) {
            throw ErrorReply.LCS_IDX_AND_LEN.raise();
        }
        long cells = (lengthOf(valueA) + 1L) * (lengthOf(valueB) + 1L);
        if (cells > Math.min(ctx.session().maxBulkLength() / CELL_BYTES, Integer.MAX_VALUE)) {
            throw ErrorReply.LCS_TOO_LARGE.raise();
        }

        Alignment alignment = new Alignment(bytesOf(valueA), bytesOf(valueB));
        if (onlyLength) {
            out.integer(alignment.length());
        } else if (asRanges) {
            writeRanges(alignment, shortest, withLengths, out);
        } else {
            out.bulk(alignment.common());
        }
    }

    private static void requireStrings(Database db, Args args) {
        for (int i = 1; i <= 2; i++) {
            ValueType type = db.typeOf(args.get(i));
            if (type != null && type != ValueType.STRING) {
                throw ErrorReply.LCS_NOT_STRINGS.raise();
            }
        }
    }

    private static int lengthOf(StringValue value) {
        return value == null ? 0 : value.length();
    }

    private static byte[] bytesOf(StringValue value) {
        return value == null ? new byte[0] : value.bytes().toArray();
    }

    private static void writeRanges(Alignment alignment, long shortest, boolean withLengths, ReplyWriter out) {
        List<Run> runs = new ArrayList<>(alignment.runs());
        runs.removeIf(run -> run.length() < shortest);
        Collections.reverse(runs);
        out.map(2);
        out.bulk("matches");
        out.array(runs.size());
        for (Run run : runs) {
            out.array(withLengths ? 3 : 2);
            writeRange(run.inA(), run.length(), out);
            writeRange(run.inB(), run.length(), out);
            if (withLengths) {
                out.integer(run.length());
            }
        }
        out.bulk("len");
        out.integer(alignment.length());
    }

    private static void writeRange(int from, int length, ReplyWriter out) {
        out.array(2);
        out.integer(from);
        out.integer(from + length - 1L);
    }

    /** Bytes that are common without a gap on either side. */
    private record Run(int inA, int inB, int length) {}

    /**
     * The table of longest common subsequences of all pairs of prefixes, of which only what the way back needs is kept:
     * one bit per pair instead of a number, as at most half a gigabyte of numbers is allowed.
     */
    private static final class Alignment {
        private final byte[] a;
        private final byte[] b;
        /** Whether the pair without the last byte of {@code a} has more in common than the one without that of b. */
        private final BitSet dropFromA;

        private final int length;

        Alignment(byte[] a, byte[] b) {
            this.a = a;
            this.b = b;
            this.dropFromA = new BitSet(a.length * b.length);
            int[] above = new int[b.length + 1];
            int[] row = new int[b.length + 1];
            for (int i = 1; i <= a.length; i++) {
                for (int j = 1; j <= b.length; j++) {
                    if (a[i - 1] == b[j - 1]) {
                        row[j] = above[j - 1] + 1;
                    } else if (above[j] > row[j - 1]) {
                        row[j] = above[j];
                        dropFromA.set(cell(i, j));
                    } else {
                        row[j] = row[j - 1];
                    }
                }
                int[] done = row;
                row = above;
                above = done;
            }
            length = above[b.length];
        }

        private int cell(int i, int j) {
            return (i - 1) * b.length + (j - 1);
        }

        int length() {
            return length;
        }

        /** The common runs, first to last. */
        Deque<Run> runs() {
            Deque<Run> runs = new ArrayDeque<>();
            int run = 0;
            int i = a.length;
            int j = b.length;
            while (i > 0 && j > 0) {
                if (a[i - 1] == b[j - 1]) {
                    run++;
                    i--;
                    j--;
                    continue;
                }
                if (run > 0) {
                    runs.addFirst(new Run(i, j, run));
                    run = 0;
                }
                if (dropFromA.get(cell(i, j))) {
                    i--;
                } else {
                    j--;
                }
            }
            if (run > 0) {
                runs.addFirst(new Run(i, j, run));
            }
            return runs;
        }

        /** The longest common subsequence itself. */
        byte[] common() {
            byte[] common = new byte[length];
            int at = 0;
            for (Run run : runs()) {
                System.arraycopy(a, run.inA(), common, at, run.length());
                at += run.length();
            }
            return common;
        }
    }
}
