package io.vireo.replication;

import io.vireo.base.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The connection to a replica that takes all at once, or nothing. */
public final class FakeReplica implements ReplicaConnection {
    private final StringBuilder sent = new StringBuilder();
    private final String host;
    private final int port;
    boolean writable = true;
    long pending;
    boolean closed;
    public Feed feed;

    public FakeReplica(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** A replica that has asked for a copy and holds all that was written until now. */
    static FakeReplica online(Replication replication, String host, int port) {
        return online(replication, host, port, false);
    }

    /** The same, of a node of our group. */
    public static FakeReplica online(Replication replication, String host, int port, Optional<Member> member) {
        return online(replication, host, port, member.isPresent(), member);
    }

    /** The same, of a Vireo or of a Redis that is in no group. */
    public static FakeReplica online(Replication replication, String host, int port, boolean isVireo) {
        return online(replication, host, port, isVireo, Optional.empty());
    }

    private static FakeReplica online(
            Replication replication, String host, int port, boolean isVireo, Optional<Member> member) {
        FakeReplica replica = new FakeReplica(host, port);
        replication.psync(
                new Replica(host, port, true, true, isVireo, true, true, Replica.Parts.ALL, member), replica, "?", -1);
        replication.cutEnded(Medium.DISK, true);
        replica.feed.fileSent();
        replica.feed.acked(replication.log().endOffset());
        return replica;
    }

    void askForCopy(Replication replication) {
        replication.psync(new Replica(host, port, true, true, false, true, true), this, "?", -1);
    }

    /** All that was sent since the last call. */
    public String took() {
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
