package io.vireo.config;

import java.util.ArrayList;
import java.util.List;

/**
 * One directive: a row of the option table.
 *
 * @param name as in the file; lower case
 * @param defaultValue never null
 * @param text what it does, in one sentence, for the options page
 * @param aliases older names that read and set the same value
 * @param isIdle whether Vireo accepts it and does nothing; {@code text} then says why
 */
public record Option<T>(
        String name,
        OptionType<T> type,
        T defaultValue,
        Access access,
        String text,
        List<String> aliases,
        boolean isIdle) {

    /** The name, then its aliases. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        names.add(name);
        names.addAll(aliases);
        return names;
    }

    /** Options are rows of one table: each is equal to itself only. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
