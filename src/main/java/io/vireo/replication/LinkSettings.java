package io.vireo.replication;

import io.vireo.log.ReplicationId;
import java.util.Optional;

/**
 * What a replica tells its primary, and how long it waits.
 *
 * @param listeningPort the port the primary shows for us
 * @param announcedIp the address the primary shows for us; empty to show the socket's
 * @param user the user of AUTH; empty for the default user
 * @param password the password of AUTH; empty to send none
 * @param timeoutMs silence after which a primary is taken for gone
 * @param wipeGuard whether data that came from a primary stay when that comes back with none
 * @param member who we are in our group, where voters say who leads
 * @param acksDisk whether what we tell the primary to hold is what is on our disk
 */
public record LinkSettings(
        int listeningPort,
        String announcedIp,
        String user,
        String password,
        long timeoutMs,
        boolean wipeGuard,
        Optional<Member> member,
        boolean acksDisk) {

    private static final long RETRY_MS = 1_000;
    private static final long MEMBER_RETRY_MS = 100;

    /** Those of a node without voters. */
    public LinkSettings(
            int listeningPort, String announcedIp, String user, String password, long timeoutMs, boolean wipeGuard) {
        this(listeningPort, announcedIp, user, password, timeoutMs, wipeGuard, Optional.empty(), false);
    }

    /** How long after a failure the next attempt begins. A primary that voters have elected is expected to be there at once. */
    long retryMs() {
        return member.isPresent() ? MEMBER_RETRY_MS : RETRY_MS;
    }

    /** Whether this stream is of an epoch that is over for us. */
    boolean isOver(String id) {
        return member.map(self -> ReplicationId.epochOf(id).isBefore(self.epoch()))
                .orElse(false);
    }
}
