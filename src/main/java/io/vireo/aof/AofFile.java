package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * One file of an append-only file.
 *
 * @param name without a path
 * @param sequence counts the files of a type, from 1
 */
@RunsOn(Loop.ANY)
public record AofFile(String name, long sequence, Type type) {
    /** What a file is for; the letter is the one in the manifest. */
    enum Type {
        /** A copy of all data, with which loading begins. */
        BASE('b'),
        /** No longer needed, and soon deleted. */
        HISTORY('h'),
        /** Effects that came after the base and after the files before it. */
        INCREMENTAL('i');

        final char letter;

        Type(char letter) {
            this.letter = letter;
        }

        static Type of(String word) {
            for (Type type : values()) {
                if (word.length() == 1 && word.charAt(0) == type.letter) {
                    return type;
                }
            }
            return null;
        }
    }

    AofFile asHistory() {
        return new AofFile(name, sequence, Type.HISTORY);
    }
}
