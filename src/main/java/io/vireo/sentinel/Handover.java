package io.vireo.sentinel;

import io.vireo.resp.ErrorReply;
import java.util.Optional;

/** How SENTINEL FAILOVER has a replica take over. */
public interface Handover {

    /**
     * Begins; whether it succeeds shows in what the voter knows later.
     *
     * @return why it cannot begin; empty if it has begun
     */
    Optional<ErrorReply> begin();
}
