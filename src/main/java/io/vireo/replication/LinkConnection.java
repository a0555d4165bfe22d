package io.vireo.replication;

import io.vireo.command.SocketlessConnection;

/** What the session of a primary's commands sees of the link: its addresses, and a way to end it. */
final class LinkConnection extends SocketlessConnection {
    private final PrimaryConnection link;

    LinkConnection(PrimaryConnection link) {
        this.link = link;
    }

    @Override
    public String peerAddress() {
        return link.peerAddress();
    }

    @Override
    public String localAddress() {
        return link.localAddress();
    }

    @Override
    public int descriptor() {
        return link.descriptor();
    }

    @Override
    public void closeAfterOutput() {
        link.drop();
    }

    @Override
    public void closeNow() {
        link.drop();
    }
}
