package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** An append-only file that cannot be loaded as it is; the message is for the log, in Redis's words where it has them. */
@RunsOn(Loop.ANY)
public final class AofException extends Exception {
    AofException(String message) {
        super(message);
    }

    AofException(String message, Throwable cause) {
        super(message, cause);
    }
}
