package io.vireo.keyspace;

import io.vireo.base.Invariant;
import io.vireo.value.CollectionType;
import io.vireo.value.HashValue;
import io.vireo.value.ListValue;
import io.vireo.value.SetValue;
import io.vireo.value.SortedSetValue;
import io.vireo.value.StreamValue;
import io.vireo.value.ValueType;

/** The types of collections, by what an entry says. */
final class CollectionTypes {
    private static final CollectionType<?>[] BY_CODE = new CollectionType<?>[ValueType.values().length];

    static {
        add(HashValue.TYPE);
        add(SetValue.TYPE);
        add(ListValue.TYPE);
        add(SortedSetValue.TYPE);
        add(StreamValue.TYPE);
    }

    private CollectionTypes() {}

    private static void add(CollectionType<?> type) {
        BY_CODE[type.type().code()] = type;
    }

    static CollectionType<?> of(ValueType type) {
        CollectionType<?> found = BY_CODE[type.code()];
        Invariant.check(found != null, "only collections that exist have views");
        return found;
    }
}
