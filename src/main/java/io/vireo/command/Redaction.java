package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import java.util.Set;

/** Which words of a command are secret, and are shown nowhere. */
public final class Redaction {
    /** Options whose values are passwords, or tell who has one. */
    private static final Set<String> SECRET_OPTIONS =
            Set.of("masteruser", "masterauth", "requirepass", "tls-key-file-pass", "tls-client-key-file-pass");

    private Redaction() {}

    /** Whether the word at an index is secret. Looks at no more words than it must. */
    public static boolean hides(Command command, Args args, int index) {
        if (index == 0) {
            return false;
        }
        return switch (command.fullName()) {
            case "auth" -> true;
            case "hello" -> follows(args, index, 1, "auth") || follows(args, index, 2, "auth");
            case "acl|setuser" -> index > 1;
            case "config|set" -> index > 2 && index % 2 == 1 && isSecret(args.get(index - 1));
            case "migrate" ->
                follows(args, index, 1, "auth") || follows(args, index, 1, "auth2") || follows(args, index, 2, "auth2");
            default -> false;
        };
    }

    private static boolean follows(Args args, int index, int by, String word) {
        return index - by > 0 && args.get(index - by).isWord(word);
    }

    private static boolean isSecret(Bytes option) {
        return SECRET_OPTIONS.stream().anyMatch(option::isWord);
    }
}
