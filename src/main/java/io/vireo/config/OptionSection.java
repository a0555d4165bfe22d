package io.vireo.config;

import java.util.ArrayList;
import java.util.List;

/** A part of the option table, with its heading on the options page. Rows keep the order in which they were added. */
final class OptionSection {
    private final String title;
    private final List<Option<?>> rows = new ArrayList<>();

    OptionSection(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    List<Option<?>> rows() {
        return List.copyOf(rows);
    }

    /** Adds an option that Vireo obeys. */
    <T> Option<T> option(
            String name, OptionType<T> type, T defaultValue, Access access, String text, String... aliases) {
        return add(new Option<>(name, type, defaultValue, access, text, List.of(aliases), false));
    }

    /** Adds an option that Vireo accepts without obeying it; {@code why} says why. */
    <T> Option<T> idle(String name, OptionType<T> type, T defaultValue, Access access, String why, String... aliases) {
        return add(new Option<>(name, type, defaultValue, access, why, List.of(aliases), true));
    }

    private <T> Option<T> add(Option<T> row) {
        rows.add(row);
        return row;
    }
}
