package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.ClientText;
import io.vireo.command.Session;
import io.vireo.persist.EmptyRdb;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** A client's session that has become a replica: its output is the stream, and a copy before it. */
@RunsOn(Loop.KEYSPACE)
final class ReplicaSession implements ReplicaConnection {
    private static final long HIGH_WATER_BYTES = 1 << 20;
    private static final int PIECE_BYTES = 256 << 10;

    private final Session session;
    private final SavingCuts cuts;
    private final Supplier<Path> file;
    private final Supplier<List<byte[]>> functions;
    private final Executor loop;
    private final ServerLog log;

    private Feed feed;
    private ReplicaPipe pipe;

    /**
     * @param file where the last cut to disk is
     * @param functions sources of the function libraries
     */
    ReplicaSession(
            Session session,
            SavingCuts cuts,
            Supplier<Path> file,
            Supplier<List<byte[]>> functions,
            Executor loop,
            ServerLog log) {
        this.session = session;
        this.cuts = cuts;
        this.file = file;
        this.functions = functions;
        this.loop = loop;
        this.log = log;
    }

    @Override
    public void serves(Feed newFeed) {
        feed = newFeed;
    }

    /** The end of a turn: a copy that is on its way goes on, if the replica takes it. */
    void pump() {
        if (pipe != null) {
            pipe.goOn();
        }
    }

    /** The connection is gone. */
    void lost() {
        leavePipe();
        feed.lost();
    }

    @Override
    public void send(byte[] bytes) {
        session.connection().output().write(bytes);
        session.connection().outputChanged();
    }

    @Override
    public void send(byte[] bytes, int length) {
        session.connection().output().write(bytes, length);
        session.connection().outputChanged();
    }

    @Override
    public void send(long address, int length) {
        session.connection().output().write(address, length);
        session.connection().outputChanged();
    }

    @Override
    public boolean isWritable() {
        return pendingBytes() < HIGH_WATER_BYTES;
    }

    @Override
    public long pendingBytes() {
        return session.connection().outputBytes();
    }

    @Override
    public void joinCut() {
        pipe = cuts.pipe();
        pipe.join(this, () -> feed.progressed());
    }

    @Override
    public void sendFile() {
        try {
            InputStream in = Files.newInputStream(file.get());
            long size = Files.size(file.get());
            send(("$" + size + "\r\n").getBytes(StandardCharsets.US_ASCII));
            ReplicaPipe way = new ReplicaPipe(loop);
            way.join(this, () -> feed.progressed());
            pipe = way;
            Thread.ofPlatform().daemon().name("vireo-send-file").start(() -> sendAll(in, size, way));
        } catch (IOException e) {
            log.warning("SYNC failed. Can't open/stat DB after BGSAVE: " + e.getMessage());
            session.connection().closeNow();
        }
    }

    @Override
    public void sendWithoutKeys(boolean withFunctions) {
        byte[] rdb = EmptyRdb.bytes(System.currentTimeMillis() / 1000, withFunctions ? functions.get() : List.of());
        send(("$" + rdb.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        send(rdb);
        loop.execute(() -> feed.fileSent());
    }

    /** On a worker. The file that was opened stays whole, even if another takes its name meanwhile. */
    private void sendAll(InputStream file, long size, ReplicaPipe way) {
        byte[] piece = new byte[PIECE_BYTES];
        boolean whole = false;
        try (file) {
            long left = size;
            while (left > 0) {
                int count = file.read(piece, 0, (int) Math.min(piece.length, left));
                if (count < 0) {
                    throw new IOException("the file has become shorter");
                }
                way.write(piece, 0, count);
                left -= count;
            }
            whole = true;
        } catch (IOException e) {
            log.warning("Write error sending DB to replica: " + e.getMessage());
        }
        boolean well = whole;
        loop.execute(() -> sentAll(way, well));
    }

    private void sentAll(ReplicaPipe way, boolean well) {
        if (way != pipe) {
            return;
        }
        pipe = null;
        if (well) {
            feed.fileSent();
        } else {
            session.connection().closeNow();
        }
    }

    private void leavePipe() {
        if (pipe != null) {
            ReplicaPipe left = pipe;
            pipe = null;
            left.leave(this);
            if (left.isEmpty()) {
                left.close();
            }
        }
    }

    @Override
    public void close() {
        leavePipe();
        session.connection().closeAfterOutput();
    }

    @Override
    public String describe() {
        return ClientText.of(session, System.currentTimeMillis());
    }
}
