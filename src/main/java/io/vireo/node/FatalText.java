package io.vireo.node;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A failure of our own as the log tells it: what, and where. */
final class FatalText {
    private FatalText() {}

    static String of(Throwable cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return "=== VIREO BUG REPORT: this node stops, since its state can no longer be trusted ===\n" + text;
    }
}
