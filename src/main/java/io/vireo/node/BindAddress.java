package io.vireo.node;

import java.util.ArrayList;
import java.util.List;

/**
 * An address to listen on.
 *
 * @param isOptional whether the machine may lack it, as a leading dash says in the configuration
 */
record BindAddress(String host, boolean isOptional) {
    /** The addresses of a {@code bind} line; none at all means all of the machine's. */
    static List<BindAddress> of(List<String> words) {
        List<BindAddress> addresses = new ArrayList<>();
        for (String word : words.isEmpty() ? List.of("*", "-::*") : words) {
            boolean optional = word.startsWith("-");
            String host = optional ? word.substring(1) : word;
            addresses.add(new BindAddress(
                    switch (host) {
                        case "*" -> "0.0.0.0";
                        case "::*" -> "::";
                        default -> host;
                    },
                    optional));
        }
        return addresses;
    }
}
