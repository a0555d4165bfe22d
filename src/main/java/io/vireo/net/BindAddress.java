package io.vireo.net;

import java.util.ArrayList;
import java.util.List;

/**
 * An address to listen on.
 *
 * @param name as the configuration has it, without the dash
 * @param host a name or number that can be looked up
 * @param isOptional whether the machine may lack it, as a leading dash says in the configuration
 */
public record BindAddress(String name, String host, boolean isOptional) {
    /** The addresses of a {@code bind} line, none where it is empty. */
    public static List<BindAddress> of(List<String> words) {
        List<BindAddress> addresses = new ArrayList<>();
        for (String word : words) {
            boolean optional = word.startsWith("-");
            String name = optional ? word.substring(1) : word;
            String host = switch (name) {
                case "*" -> "0.0.0.0";
                case "::*" -> "::";
                default -> name;
            };
            addresses.add(new BindAddress(name, host, optional));
        }
        return addresses;
    }
}
