package io.vireo.value;

import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A type of collections as the keyspace handles it.
 *
 * @param type its place among the types
 * @param views makes a view
 * @param emptyBytes length of a packed value without elements
 * @param writeEmpty writes one at an address
 */
public record CollectionType<V extends CollectionValue>(
        ValueType type, Supplier<V> views, int emptyBytes, LongConsumer writeEmpty) {}
