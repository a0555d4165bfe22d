package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import java.util.Optional;

/**
 * What a voter must never forget.
 *
 * @param promised the highest epoch promised; it never falls
 * @param nonce of the promise
 * @param record the newest record accepted
 */
public record Votes(Epoch promised, long nonce, Optional<GroupRecord> record) {
    static final Votes NONE = new Votes(Epoch.NONE, 0, Optional.empty());

    Votes promising(Epoch epoch, long itsNonce) {
        return new Votes(epoch, itsNonce, record);
    }

    boolean isPromise(Epoch epoch, long itsNonce) {
        return promised.equals(epoch) && nonce == itsNonce;
    }
}
