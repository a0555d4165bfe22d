package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/**
 * What LMPOP, ZMPOP and their blocking forms are asked for: {@code numkeys key [key ...] FIRST|LAST [COUNT count]}.
 *
 * @param firstKey the word that is the first key
 * @param keys how many there are
 * @param first which of the two ends
 * @param count at most so many elements
 */
record MultiPop(int firstKey, int keys, boolean first, long count) {
    /**
     * Reads it from a word on.
     *
     * @param firstWord what the one end is called; {@code lastWord} the other
     */
    static MultiPop parse(Args args, int from, String firstWord, String lastWord) {
        long keys = Numbers.keyCount(args.get(from));
        long end = from + 1 + keys;
        if (end >= args.count()) {
            throw ErrorReply.SYNTAX.raise();
        }
        int at = (int) end;
        boolean first = ListPops.isFirst(args.get(at), firstWord, lastWord);
        long count = -1;
        for (int i = at + 1; i < args.count(); i++) {
            Bytes option = args.get(i);
            if (count >= 0 || !option.isWord("count") || i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            }
            count = Numbers.count(args.get(++i));
        }
        return new MultiPop(from + 1, (int) keys, first, Math.max(1, count));
    }
}
