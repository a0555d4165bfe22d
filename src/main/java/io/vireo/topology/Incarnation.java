package io.vireo.topology;

import java.util.Comparator;

/**
 * A node, as long as its log still holds everything that it ever acknowledged.
 *
 * <p>Being a copy is a matter of incarnations and not of nodes: a node that has lost something, or cannot prove that it has
 * not, goes on under another token, and then counts for nothing that the former one had acknowledged.
 *
 * @param token random, never 0
 */
public record Incarnation(NodeId node, long token) implements Comparable<Incarnation> {
    private static final Comparator<Incarnation> ORDER =
            Comparator.comparing(Incarnation::node).thenComparingLong(Incarnation::token);

    @Override
    public int compareTo(Incarnation other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return node.shortText() + "/" + Long.toHexString(token);
    }
}
