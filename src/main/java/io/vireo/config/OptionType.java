package io.vireo.config;

import java.util.List;

/**
 * The type of an option's value: how it is read from words and printed as CONFIG GET shows it.
 *
 * @param <T> an immutable value; what is printed is read back to an equal value
 */
public abstract class OptionType<T> {
    static final String WRONG_COUNT = "wrong number of arguments";

    /**
     * Reads a value.
     *
     * @param words the arguments after the option's name, possibly none
     * @param current the value the option has now, for types where a line changes only a part
     * @throws ConfigRefusal in Redis's words, if the words are no such value
     */
    abstract T parse(List<String> words, T current) throws ConfigRefusal;

    /** The value as one word, as CONFIG GET answers it. */
    abstract String print(T value);

    /** The value as a line of the configuration file has it after the name: quoted where it may hold anything. */
    String written(T value) {
        return print(value);
    }

    /**
     * What CONFIG REWRITE leaves in the file of this value.
     *
     * @param name the option's, not one of its aliases
     * @return lines in order; none, where the file is not to name the option at all
     */
    List<ConfigLine> lines(String name, T value, T byDefault) {
        return List.of(new ConfigLine(name + " " + written(value), !value.equals(byDefault)));
    }

    /** What may be written, for the options page. */
    abstract String form();

    /** Whether one word may hold several values, separated by blanks. */
    boolean isList() {
        return false;
    }

    /** The value after a second line of the same file, where lines add up instead of replacing each other. */
    T join(T earlier, T later) {
        return later;
    }

    /** Whether the value must not be shown in logs. */
    boolean isSecret() {
        return false;
    }
}
