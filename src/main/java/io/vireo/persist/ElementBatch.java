package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.ValueType;
import java.io.IOException;

/**
 * Puts the elements of a collection into commands of several each. Few bytes are held back, whatever the elements are:
 * one that is longer than the batch has a command of its own and is written from where it lies.
 */
@RunsOn(Loop.WORKER)
final class ElementBatch {
    /** As many as Redis puts into a command of its rewritten file. */
    static final int MOST_ELEMENTS = 64;

    private static final int MOST_BYTES = 32 << 10;

    private final CommandWriter out;
    private final CommandWords held = new CommandWords(MOST_BYTES);
    private RdbString key;
    private String command;
    private int wordsPerElement;
    private int count;
    private boolean isEmpty;

    ElementBatch(CommandWriter out) {
        this.out = out;
    }

    /** @param newKey good until {@link #end} */
    void begin(RdbString newKey, ValueType type) {
        key = newKey;
        command = switch (type) {
            case LIST -> "RPUSH";
            case SET -> "SADD";
            case HASH -> "HMSET";
            case ZSET -> "ZADD";
            case STRING, STREAM -> throw new IllegalArgumentException(type + " has no elements of one kind");
        };
        wordsPerElement = type == ValueType.HASH || type == ValueType.ZSET ? 2 : 1;
        isEmpty = true;
    }

    /** An element of a list, or a member of a set. */
    void add(RdbString word) throws IOException {
        isEmpty = false;
        makeRoom(word.length());
        if (held.fits(word.length())) {
            held.word(word.array(), word.offset(), word.length());
            count++;
        } else {
            out.begin(2 + 1).word(command).word(key).word(word);
        }
    }

    /** A field of a hash with its value, or a score with its member. */
    void add(RdbString first, RdbString second) throws IOException {
        isEmpty = false;
        long bytes = CommandWords.bytesOf(first.length()) + second.length();
        makeRoom(bytes);
        if (held.fits(bytes)) {
            held.word(first.array(), first.offset(), first.length());
            held.word(second.array(), second.offset(), second.length());
            count++;
        } else {
            out.begin(2 + 2).word(command).word(key).word(first).word(second);
        }
    }

    private void makeRoom(long bytes) throws IOException {
        if (count == MOST_ELEMENTS || !held.fits(bytes)) {
            write();
        }
    }

    /** The elements are complete. Returns whether there were any. */
    boolean end() throws IOException {
        write();
        return !isEmpty;
    }

    private void write() throws IOException {
        if (count > 0) {
            out.begin(2 + count * wordsPerElement).word(command).word(key).words(held);
        }
        held.clear();
        count = 0;
    }
}
