package io.vireo.replication;

import io.vireo.base.LogLevel;

/** A line for the server's log; an action of every machine here. The words are Redis's where Redis has them. */
public record Say(LogLevel level, String text) implements LinkAction, FeedAction, RoleAction, FailoverAction {
    static Say notice(String text) {
        return new Say(LogLevel.NOTICE, text);
    }

    static Say warning(String text) {
        return new Say(LogLevel.WARNING, text);
    }
}
