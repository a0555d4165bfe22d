package io.vireo.command;

import io.vireo.resp.RealText;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;
import java.util.Arrays;

/** Members with their scores, for a reply whose length must be known before the first is written. */
final class ScoredWords {
    private final WordList words = new WordList();
    private double[] scores = new double[16];

    /** Adds a member whose bytes stay where they are until the reply is written. */
    void add(StringValue member, double score) {
        if (words.count() == scores.length) {
            scores = Arrays.copyOf(scores, 2 * scores.length);
        }
        scores[words.count()] = score;
        words.add(member);
    }

    /** Writes member, score, member, score as one array of strings, in either protocol. */
    void writeFlat(ReplyWriter out) {
        out.array(2 * words.count());
        for (int i = 0; i < words.count(); i++) {
            words.writeTo(i, out);
            out.bulk(RealText.of(scores[i]));
        }
    }
}
