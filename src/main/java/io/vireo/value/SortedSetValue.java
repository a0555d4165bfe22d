package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * A sorted set: members with a score each, in the order of scores, and of members where scores are equal. Small ones are a
 * packed list of member, score, member, score in that order; others a table and an order. Ranks begin with 0.
 */
@RunsOn(Loop.KEYSPACE)
public final class SortedSetValue extends CollectionValue {
    public static final CollectionType<SortedSetValue> TYPE =
            new CollectionType<>(ValueType.ZSET, SortedSetValue::new, PackedList.EMPTY_BYTES, PackedList::writeEmpty);

    private static final double MOST_NUMBER = 1L << 62;

    private final PackedList packed = new PackedList();
    private final StringValue shown = new StringValue();
    private final StringValue scoreWord = new StringValue();
    private ScoredElements elements;
    private double foundScore;

    /** Is shown a member with its score; it is good until the next one. */
    public interface Visitor {
        /** Returns whether to go on. */
        boolean visit(StringValue member, double score);
    }

    @Override
    public void pointAt(ValueHome newHome) {
        super.pointAt(newHome);
        elements = (ScoredElements) newHome.large();
        if (elements == null) {
            packed.pointAt(newHome);
        }
    }

    @Override
    public long size() {
        return elements != null ? elements.size() : packed.count() / 2;
    }

    @Override
    public String encoding() {
        return elements != null ? "skiplist" : "listpack";
    }

    /** Whether it is no longer packed: a member's bytes then stay where they are as long as it is there. */
    public boolean isLarge() {
        return elements != null;
    }

    // Looking.

    /** Looks a member up, whose score {@link #foundScore} then gives. */
    public boolean find(Bytes member) {
        if (elements == null) {
            int at = packed.find(packed.first(), member, 2);
            if (at == PackedList.NONE) {
                return false;
            }
            foundScore = scoreAt(packed.next(at));
            return true;
        }
        long slot = elements.members().find(member);
        if (slot == ElementTable.ABSENT) {
            return false;
        }
        foundScore = Element.score(elements.members().blobAt(slot));
        return true;
    }

    /** The score of the member found last. */
    public double foundScore() {
        return foundScore;
    }

    private double scoreAt(int at) {
        return packed.isNumber(at)
                ? packed.numberAt(at)
                : parse(packed.at(at, scoreWord).bytes());
    }

    private static double parse(Bytes text) {
        String word = new String(text.toArray(), StandardCharsets.US_ASCII);
        return switch (word) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(word);
        };
    }

    /** How many members are before this one, which is there with the score that was found. */
    public long rank(Bytes member) {
        if (elements != null) {
            return elements.order().rank(foundScore, member);
        }
        long rank = 0;
        for (int at = packed.first(); !packed.isAt(at, member); at = packed.next(packed.next(at))) {
            rank++;
        }
        return rank;
    }

    /** How many members have a score below this one, or also this one. */
    public long countBelow(double score, boolean inclusive) {
        if (elements != null) {
            return elements.order().countBelow(score, inclusive);
        }
        long count = 0;
        for (int at = packed.first(); at != PackedList.NONE; ) {
            int scoreAt = packed.next(at);
            double there = scoreAt(scoreAt);
            if (there > score || there == score && !inclusive) {
                return count;
            }
            count++;
            at = packed.next(scoreAt);
        }
        return count;
    }

    /** How many members come before this word, or are it, in a set whose scores are all equal. */
    public long countBelow(Bytes word, boolean inclusive) {
        if (elements != null) {
            return elements.order().countBelow(word, inclusive);
        }
        long count = 0;
        for (int at = packed.first(); at != PackedList.NONE; ) {
            int order = packed.at(at, shown).bytes().compareTo(word);
            if (order > 0 || order == 0 && !inclusive) {
                return count;
            }
            count++;
            at = packed.next(packed.next(at));
        }
        return count;
    }

    /** Shows members from a rank on, upwards or down, until the visitor has had enough. */
    public void walk(long fromRank, boolean upwards, Visitor visitor) {
        if (fromRank < 0 || fromRank >= size()) {
            return;
        }
        if (elements == null) {
            walkPacked(fromRank, upwards, visitor);
            return;
        }
        ScoreOrder order = elements.order();
        order.seek(fromRank);
        do {
            long blob = elements.members().arena().address(order.element());
            shown.pointAt(Element.fieldAddress(blob), Element.fieldLength(blob));
            if (!visitor.visit(shown, order.score())) {
                return;
            }
        } while (order.step(upwards));
    }

    private void walkPacked(long fromRank, boolean upwards, Visitor visitor) {
        int at = packed.seek(2 * fromRank);
        while (at != PackedList.NONE && visitor.visit(packed.at(at, shown), scoreAt(packed.next(at)))) {
            if (upwards) {
                at = packed.next(packed.next(at));
            } else {
                int scoreAt = packed.previous(at);
                at = scoreAt == PackedList.NONE ? scoreAt : packed.previous(scoreAt);
            }
        }
    }

    /** Shows some members from a cursor on and returns where to go on, 0 at the end; all at once where it is packed. */
    public long scan(long cursor, int atLeast, Visitor visitor) {
        if (elements != null) {
            return elements.members().scan(cursor, atLeast, blob -> show(blob, visitor));
        }
        walk(0, true, visitor);
        return 0;
    }

    private void show(long blob, Visitor visitor) {
        visitor.visit(shown.pointAt(Element.fieldAddress(blob), Element.fieldLength(blob)), Element.score(blob));
    }

    /** Shows a member chosen by chance. */
    public void random(RandomGenerator random, Visitor visitor) {
        if (elements != null) {
            show(elements.members().random(random), visitor);
            return;
        }
        int at = packed.seek(2L * random.nextInt(packed.count() / 2));
        visitor.visit(packed.at(at, shown), scoreAt(packed.next(at)));
    }

    // Changing.

    /** Gives a member, which must not lie in this set, a score other than NaN. Returns whether it is new. */
    public boolean put(Bytes member, double score) {
        if (elements != null) {
            long slot = elements.members().find(member);
            if (slot == ElementTable.ABSENT) {
                elements.add(member, score);
                return true;
            }
            if (Element.score(elements.members().blobAt(slot)) != score) {
                elements.setScore(slot, score);
            }
            return false;
        }
        int at = packed.find(packed.first(), member, 2);
        if (at == PackedList.NONE) {
            ValueLimits limits = home().memory().limits();
            if (packed.count() / 2 >= limits.zsetMaxListpackEntries || member.length() > limits.zsetMaxListpackValue) {
                enlarge();
                elements.add(member, score);
            } else {
                insertPacked(member, score);
            }
            return true;
        }
        if (scoreAt(packed.next(at)) != score) {
            packed.remove(at, 2);
            insertPacked(member, score);
        }
        return false;
    }

    private void insertPacked(Bytes member, double score) {
        int at = packed.first();
        while (at != PackedList.NONE) {
            int scoreAt = packed.next(at);
            double there = scoreAt(scoreAt);
            if (there > score || there == score && packed.at(at, shown).bytes().compareTo(member) > 0) {
                break;
            }
            at = packed.next(scoreAt);
        }
        int to = at == PackedList.NONE ? packed.end() : at;
        insertScore(to, score);
        packed.insert(to, member);
    }

    private void insertScore(int at, double score) {
        if (score == (long) score && Math.abs(score) < MOST_NUMBER) {
            packed.insert(at, (long) score);
        } else if (Double.isInfinite(score)) {
            packed.insert(at, Bytes.copyOf(score > 0 ? "inf" : "-inf"));
        } else {
            Bytes text = Bytes.copyOf(Double.toString(score));
            packed.insert(at, text);
            java.lang.ref.Reference.reachabilityFence(text);
        }
    }

    @Override
    public void fit() {
        ValueLimits limits = home().memory().limits();
        boolean[] beyond = {elements == null && size() > limits.zsetMaxListpackEntries};
        if (elements == null && !beyond[0]) {
            walk(0, true, (member, score) -> {
                beyond[0] = member.length() > limits.zsetMaxListpackValue;
                return !beyond[0];
            });
        }
        if (beyond[0]) {
            enlarge();
        }
    }

    private void enlarge() {
        ScoredElements larger = new ScoredElements(home().memory().arena());
        try {
            walk(0, true, (member, score) -> {
                larger.add(member.bytes(), score);
                return true;
            });
            home().enlarge(larger);
        } catch (RuntimeException e) {
            while (!larger.drain(Integer.MAX_VALUE)) {
                // It takes a turn or two.
            }
            throw e;
        }
        elements = larger;
    }

    /** Removes a member. Returns whether it was there. */
    public boolean remove(Bytes member) {
        if (elements != null) {
            long slot = elements.members().find(member);
            if (slot == ElementTable.ABSENT) {
                return false;
            }
            elements.remove(slot);
            return true;
        }
        int at = packed.find(packed.first(), member, 2);
        if (at == PackedList.NONE) {
            return false;
        }
        packed.remove(at, 2);
        return true;
    }

    /** Removes so many members from a rank on. */
    public void removeRange(long fromRank, long howMany) {
        if (elements == null) {
            packed.remove(packed.seek(2 * fromRank), Math.toIntExact(2 * howMany));
            return;
        }
        Bytes member = new Bytes();
        for (long left = howMany; left > 0; left--) {
            elements.order().seek(fromRank);
            long blob = elements.members().arena().address(elements.order().element());
            elements.remove(elements.members().find(Element.field(blob, member)));
        }
    }

    @Override
    public void digest(DigestSink to) {
        walk(0, true, (member, score) -> {
            to.word(member.bytes());
            to.word(Bytes.copyOf(Double.toString(score)));
            to.endOfElement(false);
            return true;
        });
    }
}
