package io.vireo.node;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A failure of our own, or the end by a signal, as the log tells it: what, and where. */
final class FatalText {
    private FatalText() {}

    static String of(Throwable cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return "=== VIREO BUG REPORT: this node stops, since its state can no longer be trusted ===\n" + text;
    }

    /** What every thread does where a signal ends the process, as the log tells it. */
    static String ofSignal(int number) {
        StringBuilder text = new StringBuilder("=== VIREO BUG REPORT: crashed by signal: " + number + " ===");
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            text.append('\n').append(thread.getName()).append(' ').append(thread.getState());
            for (StackTraceElement frame : frames) {
                text.append("\n    at ").append(frame);
            }
        });
        return text.append("\n=== VIREO BUG REPORT END ===").toString();
    }
}
