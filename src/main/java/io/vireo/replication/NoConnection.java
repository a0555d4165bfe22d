package io.vireo.replication;

import io.vireo.command.Connection;
import io.vireo.resp.OutputBuffer;

/** What stands behind the session of a primary's commands: their replies go nowhere. */
final class NoConnection implements Connection {
    private final ReplyPit pit = new ReplyPit();

    @Override
    public String peerAddress() {
        return "";
    }

    @Override
    public String localAddress() {
        return "";
    }

    @Override
    public int descriptor() {
        return -1;
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
    public void closeAfterOutput() {}

    @Override
    public void closeNow() {}
}
