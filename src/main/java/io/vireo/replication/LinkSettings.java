package io.vireo.replication;

/**
 * What a replica tells its primary, and how long it waits.
 *
 * @param listeningPort the port the primary shows for us
 * @param announcedIp the address the primary shows for us; empty to show the socket's
 * @param user the user of AUTH; empty for the default user
 * @param password the password of AUTH; empty to send none
 * @param timeoutMs silence after which a primary is taken for gone
 * @param wipeGuard whether data that came from a primary stay when that comes back with none
 */
public record LinkSettings(
        int listeningPort, String announcedIp, String user, String password, long timeoutMs, boolean wipeGuard) {}
