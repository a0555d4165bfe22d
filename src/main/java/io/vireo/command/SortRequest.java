package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import java.util.ArrayList;
import java.util.List;

/**
 * What SORT is asked for.
 *
 * @param by what elements are compared by; null for themselves
 * @param isSorted whether they are; not where {@code BY} names no key of theirs
 * @param offset how many are left out
 * @param count how many are wanted; less than 0 for all
 * @param store the word that is the key for the result, or -1
 */
record SortRequest(
        SortPattern by,
        boolean isSorted,
        boolean descending,
        boolean alphabetic,
        long offset,
        long count,
        List<SortPattern> gets,
        int store) {
    static SortRequest parse(Args args, boolean mayStore) {
        SortPattern by = null;
        boolean isSorted = true;
        boolean descending = false;
        boolean alphabetic = false;
        long offset = 0;
        long count = -1;
        int store = -1;
        List<SortPattern> gets = new ArrayList<>();
        for (int i = 2; i < args.count(); i++) {
            Bytes option = args.get(i);
            int left = args.count() - i - 1;
            if (option.isWord("asc")) {
                descending = false;
            } else if (option.isWord("desc")) {
                descending = true;
            } else if (option.isWord("alpha")) {
                alphabetic = true;
            } else if (option.isWord("limit") && left >= 2) {
                offset = args.integer(++i);
                count = args.integer(++i);
            } else if (mayStore && option.isWord("store") && left >= 1) {
                store = ++i;
            } else if (option.isWord("by") && left >= 1) {
                by = SortPattern.of(args.get(++i));
                isSorted &= by.names();
            } else if (option.isWord("get") && left >= 1) {
                gets.add(SortPattern.of(args.get(++i)));
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        return new SortRequest(by, isSorted, descending, alphabetic, offset, count, List.copyOf(gets), store);
    }

    /** The word behind the last STORE, or -1. */
    static int placeOfStore(Args args) {
        int found = -1;
        for (int i = 2; i < args.count(); i++) {
            Bytes word = args.get(i);
            if (word.isWord("limit")) {
                i += 2;
            } else if (word.isWord("get") || word.isWord("by")) {
                i++;
            } else if (word.isWord("store") && i + 1 < args.count()) {
                found = ++i;
            }
        }
        return found;
    }

    /** The part of the elements that is wanted. */
    List<byte[]> limited(List<byte[]> all) {
        int size = all.size();
        int from = (int) Math.min(size, Math.max(0, offset));
        int to = count < 0 || count > size - from ? size : from + (int) count;
        return all.subList(from, to);
    }
}
