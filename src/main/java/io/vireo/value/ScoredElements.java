package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;

/** The members of a large sorted set: a table to find each, and their order. */
@RunsOn(Loop.KEYSPACE)
final class ScoredElements implements LargeValue {
    private final ElementTable members;
    private final ScoreOrder order;
    private final Bytes word = new Bytes();

    ScoredElements(Arena arena) {
        this.members = new ElementTable(arena, ElementTable.Rest.SCORE);
        this.order = new ScoreOrder(arena);
    }

    ElementTable members() {
        return members;
    }

    ScoreOrder order() {
        return order;
    }

    /** Adds a member that is not there. */
    void add(Bytes member, double score) {
        int ref = members.add(member, score);
        try {
            order.insert(score, member, ref);
        } catch (RuntimeException e) {
            members.remove(member);
            throw e;
        }
    }

    /** Changes the score of the member in a slot. */
    void setScore(long slot, double score) {
        int ref = members.refAt(slot);
        long blob = members.blobAt(slot);
        double old = Element.score(blob);
        Bytes member = Element.field(blob, word);
        order.insert(score, member, ref);
        order.remove(old, member);
        members.setScore(ref, score);
    }

    /** Removes the member in a slot. */
    void remove(long slot) {
        long blob = members.blobAt(slot);
        order.remove(Element.score(blob), Element.field(blob, word));
        members.removeAt(slot);
    }

    @Override
    public long size() {
        return members.size();
    }

    @Override
    public long memoryBytes() {
        return members.memoryBytes() + order.memoryBytes();
    }

    @Override
    public HeldContent hold() {
        return members.hold();
    }

    @Override
    public HeldContent content() {
        return members.content();
    }

    @Override
    public boolean isHeld() {
        return members.isHeld();
    }

    @Override
    public boolean drain(int steps) {
        return order.drain(steps) && members.drain(steps);
    }

    @Override
    public LargeValue copy() {
        ScoredElements copy = new ScoredElements(members.arena());
        Bytes member = new Bytes();
        try {
            members.forEach(blob -> copy.add(Element.field(blob, member), Element.score(blob)));
        } catch (RuntimeException e) {
            while (!copy.drain(Integer.MAX_VALUE)) {
                // It takes a turn or two.
            }
            throw e;
        }
        return copy;
    }

    /** Elements are named by the order too, so they stay where they are. */
    @Override
    public void defragment() {}
}
