package io.vireo.layers.net;

/** A name that says nothing, and a thread that sleeps. */
final class ConnectionManager {
    private ConnectionManager() {}

    static void awaitConnection() throws InterruptedException {
        Thread.sleep(1);
    }
}
