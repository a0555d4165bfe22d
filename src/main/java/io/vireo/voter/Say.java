package io.vireo.voter;

import io.vireo.base.LogLevel;

/** A line for the server's log; an action of both machines. */
public record Say(LogLevel level, String text) implements VoterAction, NodeAction {
    static Say notice(String text) {
        return new Say(LogLevel.NOTICE, text);
    }

    static Say warning(String text) {
        return new Say(LogLevel.WARNING, text);
    }
}
