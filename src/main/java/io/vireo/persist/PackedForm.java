package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.ValueType;

/** The compact encodings of an RDB that are also ours: such a value can be taken over as it is. */
@RunsOn(Loop.ANY)
public enum PackedForm {
    /** Field, value, field, value in a {@link io.vireo.value.PackedList}. */
    HASH(ValueType.HASH, false),
    /** Member, score, member, score in a packed list, in the order of scores. */
    SORTED_SET(ValueType.ZSET, false),
    /** Numbers in an {@link io.vireo.value.IntegerSet}. */
    NUMBERS(ValueType.SET, false),
    /** Members in a packed list. */
    SET(ValueType.SET, true);

    private final ValueType type;
    private final boolean marked;

    PackedForm(ValueType type, boolean marked) {
        this.type = type;
        this.marked = marked;
    }

    public ValueType type() {
        return type;
    }

    /** Whether the entry of such a value is marked. */
    public boolean marked() {
        return marked;
    }
}
