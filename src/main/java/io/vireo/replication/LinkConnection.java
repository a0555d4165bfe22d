package io.vireo.replication;

import io.vireo.command.Connection;
import io.vireo.resp.DiscardedOutput;
import io.vireo.resp.OutputBuffer;

/** What the session of a primary's commands sees of the link: their replies go nowhere. */
final class LinkConnection implements Connection {
    private final PrimaryConnection link;
    private final DiscardedOutput pit = new DiscardedOutput();

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
    public OutputBuffer output() {
        return pit.emptied();
    }

    @Override
    public void outputChanged() {}

    @Override
    public long queryBytes() {
        return 0;
    }

    @Override
    public long outputBytes() {
        return 0;
    }

    @Override
    public void suspend() {}

    @Override
    public void resume() {}

    @Override
    public void noDelay(boolean on) {}

    @Override
    public void closeAfterOutput() {
        link.drop();
    }

    @Override
    public void closeNow() {
        link.drop();
    }
}
