package io.vireo.it;

import java.util.List;

/**
 * Where a server runs.
 *
 * @param host the address that it listens on
 * @param command what starts a program there: the words before its own
 */
record Place(String host, List<String> command) {
    /** This machine, and no network. */
    static final Place LOOPBACK = new Place("127.0.0.1", List.of());
}
