package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Database;
import io.vireo.value.SetValue;
import io.vireo.value.SortedSetValue;
import io.vireo.value.ValueType;

/** A sorted set, or a set whose members have the score 1, among those that are combined. */
abstract sealed class ScoredSource {
    private double weight = 1;

    /**
     * Looks a key up, through the {@code nth} view of its type.
     *
     * @return null where there is no such key; a value of another type is refused
     */
    static ScoredSource read(Database db, Bytes key, int nth) {
        ValueType type = db.typeOf(key);
        if (type == ValueType.SET) {
            return new OfSet(db.read(key, SetValue.TYPE, nth));
        }
        SortedSetValue set = db.read(key, SortedSetValue.TYPE, nth);
        return set == null ? null : new OfSortedSet(set);
    }

    final double weight() {
        return weight;
    }

    final void weight(double newWeight) {
        weight = newWeight;
    }

    abstract long size();

    /** Looks a member up, whose score {@link #foundScore} then gives. */
    abstract boolean find(Bytes member);

    abstract double foundScore();

    /** Shows all members with their scores, until the visitor has had enough. */
    abstract void walk(SortedSetValue.Visitor visitor);

    private static final class OfSortedSet extends ScoredSource {
        private final SortedSetValue set;

        OfSortedSet(SortedSetValue set) {
            this.set = set;
        }

        @Override
        long size() {
            return set.size();
        }

        @Override
        boolean find(Bytes member) {
            return set.find(member);
        }

        @Override
        double foundScore() {
            return set.foundScore();
        }

        @Override
        void walk(SortedSetValue.Visitor visitor) {
            set.walk(0, true, visitor);
        }
    }

    private static final class OfSet extends ScoredSource {
        private final SetValue set;

        OfSet(SetValue set) {
            this.set = set;
        }

        @Override
        long size() {
            return set.size();
        }

        @Override
        boolean find(Bytes member) {
            return set.contains(member);
        }

        @Override
        double foundScore() {
            return 1;
        }

        @Override
        void walk(SortedSetValue.Visitor visitor) {
            boolean[] more = {true};
            set.forEach(member -> {
                if (more[0]) {
                    more[0] = visitor.visit(member, 1);
                }
            });
        }
    }
}
