package io.vireo.command;

import java.util.List;

/**
 * What the server says about a command, beside the row it obeys: the texts and facts of COMMAND DOCS.
 *
 * @param summary one sentence
 * @param since the version of Redis that brought the command
 * @param complexity how its time grows
 * @param isInternal whether only servers send it to each other
 * @param deprecatedSince null unless something else should be used
 * @param replacedBy what should be used instead, or null
 * @param history what later versions changed
 * @param tips what a client that routes commands may want to know
 * @param arguments its words after the name
 */
public record CommandText(
        String summary,
        String since,
        String complexity,
        boolean isInternal,
        String deprecatedSince,
        String replacedBy,
        List<Change> history,
        List<String> tips,
        List<Argument> arguments) {

    /** A change that came with a version. */
    public record Change(String version, String text) {}

    /**
     * A word of a command, or several.
     *
     * @param type such as {@code key}, {@code string}, {@code integer}, {@code pure-token}, {@code oneof}, {@code block}
     * @param keySpecIndex which of the command's key descriptions finds it; -1 for what is no key
     * @param token the word that stands before it, or is it; null if none
     * @param since the version that brought it, if later than the command; else null
     * @param deprecatedSince the version from which on it should not be used, or null
     * @param flags of {@code optional}, {@code multiple} and {@code multiple_token}
     * @param parts of a {@code oneof} or a {@code block}
     */
    public record Argument(
            String name,
            String type,
            int keySpecIndex,
            String token,
            String since,
            String deprecatedSince,
            List<String> flags,
            List<Argument> parts) {}

    boolean isDeprecated() {
        return deprecatedSince != null;
    }
}
