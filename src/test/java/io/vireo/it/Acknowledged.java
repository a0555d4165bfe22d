package io.vireo.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A write that a node has acknowledged.
 *
 * @param key written by nobody else, and once only
 * @param beginNs of the monotonic clock, before the command was sent
 * @param endNs after its answer was read: the node let it leave somewhen between
 */
record Acknowledged(ServerProcess node, String key, long beginNs, long endNs) {
    private static final int BATCH = 1_000;

    /** A node that is silent for longer has not been acknowledging all the time. */
    private static final long SPELL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The longest time between two answers of one client, in milliseconds. */
    static long longestGapMs(List<Acknowledged> ofOneClient) {
        long longest = 0;
        for (int i = 1; i < ofOneClient.size(); i++) {
            longest = Math.max(longest, ofOneClient.get(i).endNs - ofOneClient.get(i - 1).endNs);
        }
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }

    /** Those of which a node knows nothing; asked again while it does not answer, as a primary without a lease. */
    static List<Acknowledged> missingOn(ServerProcess node, List<Acknowledged> all) {
        List<Acknowledged> missing = new ArrayList<>();
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Acknowledged> part = all.subList(from, Math.min(all.size(), from + BATCH));
            List<Reply> replies = new ArrayList<>();
            Await.until(
                    () -> {
                        replies.clear();
                        replies.addAll(ask(node, part));
                        return replies.stream().noneMatch(Reply::isError);
                    },
                    node + " to say what it holds");
            for (int i = 0; i < part.size(); i++) {
                if (replies.get(i).number() == 0) {
                    missing.add(part.get(i));
                }
            }
        }
        return missing;
    }

    private static List<Reply> ask(ServerProcess node, List<Acknowledged> writes) {
        try (RespClient client = node.client()) {
            return client.pipeline(writes.stream()
                    .map(write -> new String[] {"EXISTS", write.key})
                    .toList());
        }
    }

    /**
     * How long two nodes were both acknowledging, in milliseconds, and at least that: a node was so from the first answer
     * of a spell to the sending of its last question.
     */
    static double twoNodesMs(List<Acknowledged> all) {
        List<Spell> spells = spells(all);
        long together = 0;
        for (int i = 0; i < spells.size(); i++) {
            for (int j = i + 1; j < spells.size(); j++) {
                if (spells.get(i).node != spells.get(j).node) {
                    together += spells.get(i).togetherNs(spells.get(j));
                }
            }
        }
        return together / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static List<Spell> spells(List<Acknowledged> all) {
        List<Spell> spells = new ArrayList<>();
        Map<ServerProcess, Spell> current = new HashMap<>();
        all.stream().sorted((a, b) -> Long.compare(a.endNs, b.endNs)).forEach(write -> {
            Spell spell = current.get(write.node);
            if (spell == null || write.endNs - spell.lastEndNs > SPELL_NS) {
                spell = new Spell(write);
                current.put(write.node, spell);
                spells.add(spell);
            }
            spell.add(write);
        });
        return spells;
    }

    /** A time in which a node answered all the while. */
    private static final class Spell {
        private final ServerProcess node;
        private final long firstEndNs;
        private long lastBeginNs;
        private long lastEndNs;

        private Spell(Acknowledged first) {
            node = first.node;
            firstEndNs = first.endNs;
            lastBeginNs = first.beginNs;
        }

        private void add(Acknowledged write) {
            lastBeginNs = Math.max(lastBeginNs, write.beginNs);
            lastEndNs = write.endNs;
        }

        /** A spell of one answer lies in another one where all of it does, and counts with the time that it took. */
        private long togetherNs(Spell other) {
            if (firstEndNs > lastBeginNs && other.firstEndNs > other.lastBeginNs) {
                return 0; // one answer each: either may have been before the other
            }
            if (firstEndNs > lastBeginNs) {
                return other.firstEndNs <= lastBeginNs && firstEndNs <= other.lastBeginNs
                        ? firstEndNs - lastBeginNs
                        : 0;
            }
            if (other.firstEndNs > other.lastBeginNs) {
                return other.togetherNs(this);
            }
            return Math.max(0, Math.min(lastBeginNs, other.lastBeginNs) - Math.max(firstEndNs, other.firstEndNs));
        }
    }
}
