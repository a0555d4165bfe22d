package io.vireo.it;

import java.util.List;

/**
 * A reply, taken apart.
 *
 * @param kind the first byte on the wire
 * @param text the simple string, error, number or bulk, bytes as Latin-1 characters; null for a null
 * @param items what an array, set, map or push holds, a map as keys and values in turn; empty for the rest
 * @param wire the very bytes, as Latin-1 characters
 */
record Reply(char kind, String text, List<Reply> items, String wire) {
    boolean isError() {
        return kind == '-' || kind == '!';
    }

    boolean isNull() {
        return text == null && "$*_".indexOf(kind) >= 0 && items.isEmpty() && !wire.startsWith("*0");
    }

    long number() {
        if (kind != ':') {
            throw new AssertionError("not a number: " + this);
        }
        return Long.parseLong(text);
    }

    List<String> texts() {
        return items.stream().map(Reply::text).toList();
    }

    @Override
    public String toString() {
        return Quoted.text(wire);
    }
}
