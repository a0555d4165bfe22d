package io.vireo.replication;

import io.vireo.base.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The connection to a replica that takes all at once, or nothing. */
final class FakeReplica implements ReplicaConnection {
    private final StringBuilder sent = new StringBuilder();
    private final String host;
    private final int port;
    boolean writable = true;
    long pending;
    boolean closed;
    Feed feed;

    FakeReplica(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** A replica that has asked for a copy and holds all that was written until now. */
    static FakeReplica online(Replication replication, String host, int port) {
        FakeReplica replica = new FakeReplica(host, port);
        replica.askForCopy(replication);
        replication.cutEnded(Medium.DISK, true);
        replica.feed.fileSent();
        replica.feed.acked(replication.log().endOffset());
        return replica;
    }

    void askForCopy(Replication replication) {
        replication.psync(new Replica(host, port, true, true, false, true, true), this, "?", -1);
    }

    /** All that was sent since the last call. */
    String took() {
        String text = sent.toString();
        sent.setLength(0);
        return text;
    }

    @Override
    public void serves(Feed newFeed) {
        feed = newFeed;
    }

    @Override
    public void send(byte[] bytes) {
        sent.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void send(byte[] bytes, int length) {
        send(Arrays.copyOf(bytes, length));
    }

    @Override
    public void send(long address, int length) {
        send(new Bytes().set(address, length).toArray());
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public long pendingBytes() {
        return pending;
    }

    @Override
    public void joinCut() {
        sent.append("[cut]");
    }

    @Override
    public void sendWithoutKeys(boolean withFunctions) {
        throw new IllegalStateException("it wants data");
    }

    @Override
    public void sendFile() {
        sent.append("[file]");
    }

    @Override
    public void close() {
        closed = true;
        feed.lost();
    }

    @Override
    public String describe() {
        return "addr=" + host;
    }
}
