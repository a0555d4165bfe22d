package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.resp.ErrorReply;

/** What becomes of answers that are held and may never leave: their clients are told that nobody knows the outcome. */
@RunsOn(Loop.KEYSPACE)
final class UncertainAnswers {
    static final ErrorReply NOT_PRIMARY_ANY_MORE =
            because("this node has ceased to be the primary before enough nodes held it.");
    static final ErrorReply OTHER_DATA =
            because("this node has taken another copy of the data before enough nodes held what it had.");

    private static final long AT_ONCE = -1;

    private final Outputs outputs;
    private final ServerLog log;

    UncertainAnswers(Outputs outputs, ServerLog log) {
        this.outputs = outputs;
        this.log = log;
    }

    private static ErrorReply because(String reason) {
        return ErrorReply.of("UNCERTAIN The outcome is not known: " + reason);
    }

    /** Gives up all that has not left, be it of this very turn. */
    void giveUpAll(ErrorReply why) {
        say(outputs.giveUpAll(why), why);
    }

    /** Gives up what was made before this turn and has not left. */
    void giveUpWaiting(ErrorReply why) {
        say(outputs.giveUpWaiting(AT_ONCE, why), why);
    }

    /**
     * Gives up what has waited too long.
     *
     * @param who those who have not told that they hold it
     */
    void giveUpAfter(long mostMs, String who) {
        if (outputs.hasWaiting()) {
            ErrorReply why = because("not all " + who + " have told within " + mostMs + " ms that they hold it.");
            say(outputs.giveUpWaiting(mostMs, why), why);
        }
    }

    private void say(int count, ErrorReply why) {
        if (count > 0) {
            log.warning(count + " clients are closed with -" + why);
        }
    }
}
