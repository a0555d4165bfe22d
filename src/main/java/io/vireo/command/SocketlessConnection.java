package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.DiscardedOutput;
import io.vireo.resp.OutputBuffer;

/** What a session has whose commands come from a stream or a file: replies go nowhere, and nobody is at the other end. */
@RunsOn(Loop.KEYSPACE)
public class SocketlessConnection implements Connection {
    private final DiscardedOutput pit = new DiscardedOutput();

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
    public void noDelay(boolean on) {}

    @Override
    public void closeAfterOutput() {}

    @Override
    public void closeNow() {}
}
