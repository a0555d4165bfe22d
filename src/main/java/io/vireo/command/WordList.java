package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;
import java.util.Arrays;

/** The words of a reply whose number must be known before the first is written: where they lie, or which numbers. */
final class WordList {
    private static final int NUMBER = -1;

    private final Bytes view = new Bytes();
    private long[] words = new long[16];
    private int[] lengths = new int[16];
    private int count;

    /** Adds bytes that stay where they are until the reply is written. */
    void add(Bytes word) {
        add(word.address(), word.length());
    }

    /** Adds a string whose bytes stay where they are until the reply is written, or a number. */
    void add(StringValue word) {
        if (word.isInt()) {
            add(word.longValue(), NUMBER);
        } else {
            add(word.bytes());
        }
    }

    private void add(long word, int length) {
        if (count == words.length) {
            words = Arrays.copyOf(words, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        words[count] = word;
        lengths[count] = length;
        count++;
    }

    int count() {
        return count;
    }

    /** Writes one of the words. */
    void writeTo(int index, ReplyWriter out) {
        if (lengths[index] == NUMBER) {
            out.bulk(words[index]);
        } else {
            out.bulk(view.set(words[index], lengths[index]));
        }
    }

    /** Writes all words as one array. */
    void writeTo(ReplyWriter out) {
        out.array(count);
        for (int i = 0; i < count; i++) {
            writeTo(i, out);
        }
    }
}
