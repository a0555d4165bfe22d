package io.vireo.topology;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of a data node, for as long as its data directory lives.
 *
 * @param text 40 hexadecimal digits, as Redis writes ids
 */
public record NodeId(String text) implements Comparable<NodeId> {
    private static final int LENGTH = 40;
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{" + LENGTH + "}");

    /** @throws IllegalArgumentException if the text has another form */
    public NodeId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a node id: " + text);
        }
    }

    /** A name that no other node has. */
    public static NodeId random(RandomGenerator random) {
        StringBuilder text = new StringBuilder(LENGTH);
        while (text.length() < LENGTH) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return new NodeId(text.toString());
    }

    @Override
    public int compareTo(NodeId other) {
        return text.compareTo(other.text);
    }

    /** The first digits, which tell nodes apart in a line of the log. */
    public String shortText() {
        return text.substring(0, 8);
    }

    @Override
    public String toString() {
        return text;
    }
}
