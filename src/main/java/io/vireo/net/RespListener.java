package io.vireo.net;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Dispatcher;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.RespWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Accepts clients on a node's addresses and puts a {@link ClientConnection} into each socket's pipeline.
 *
 * <p>Must be started on the keyspace's context: accepted sockets then live on the keyspace's loop.
 */
@RunsOn(Loop.KEYSPACE)
public final class RespListener {
    private static final int SMALLEST_READ = 512;
    private static final int FIRST_READ = 4096;
    /** The most that is taken from one connection in a turn. */
    private static final int LARGEST_READ = 64 * 1024;

    private final Vertx vertx;
    private final ServerLog log;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Consumer<Session> onClosed;
    private final IntSupplier maxClients;
    private final LongSupplier maxQueryBytes;
    private final FlushQueue flushQueue;

    private final Args sharedArgs = new Args();
    private final CommandBatch batch = new CommandBatch();
    private final RespWriter writer = new RespWriter();
    private final Traffic traffic = new Traffic();
    private final List<NetServer> servers = new ArrayList<>();
    private long refused;

    /**
     * @param context the keyspace's
     * @param onClosed told of every session whose connection has ended
     * @param endOfTurn run once all ready sockets were read and before output is flushed
     */
    public RespListener(
            Vertx vertx,
            Context context,
            ServerLog log,
            Dispatcher dispatcher,
            Sessions sessions,
            Consumer<Session> onClosed,
            Runnable endOfTurn,
            IntSupplier maxClients,
            LongSupplier maxQueryBytes) {
        this.vertx = vertx;
        this.log = log;
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.onClosed = onClosed;
        this.maxClients = maxClients;
        this.maxQueryBytes = maxQueryBytes;
        this.flushQueue = new FlushQueue(((ContextInternal) context).nettyEventLoop(), endOfTurn);
    }

    /**
     * Opens a TCP port on one address.
     *
     * @param port 0 for any that is free
     * @return the port that is open now
     */
    public Future<Integer> listen(String host, int port, int backlog) {
        return open(SocketAddress.inetSocketAddress(port, host), backlog);
    }

    /** Opens a unix socket. */
    public Future<Void> listen(String path) {
        return open(SocketAddress.domainSocketAddress(path), -1).mapEmpty();
    }

    private Future<Integer> open(SocketAddress address, int backlog) {
        NetServerOptions options = new NetServerOptions().setTcpNoDelay(true).setReuseAddress(true);
        if (backlog > 0) {
            options.setAcceptBacklog(backlog);
        }
        NetServer server = vertx.createNetServer(options).connectHandler(this::accept);
        servers.add(server);
        return server.listen(address).map(NetServer::actualPort);
    }

    public Future<Void> close() {
        Future<Void> all = Future.succeededFuture();
        for (NetServer server : servers) {
            all = all.compose(done -> server.close());
        }
        servers.clear();
        return all;
    }

    private void accept(NetSocket socket) {
        try {
            Channel channel =
                    ((NetSocketInternal) socket).channelHandlerContext().channel();
            if (sessions.size() >= maxClients.getAsInt()) {
                refused++;
                String line = "-" + ErrorReply.MAX_CLIENTS + "\r\n";
                socket.end(io.vertx.core.buffer.Buffer.buffer(line.getBytes(StandardCharsets.US_ASCII)));
                return;
            }
            var reads = new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ);
            channel.config().setRecvByteBufAllocator(reads.maxMessagesPerRead(1));
            ClientConnection connection = new ClientConnection(this, channel);
            connection.session(sessions.open(connection, System.currentTimeMillis()));
            channel.pipeline().addBefore("handler", "vireo", connection);
            log.verbose("Accepted " + connection.peerAddress());
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }

    void closed(Session session) {
        sessions.close(session);
        onClosed.accept(session);
    }

    /** Makes sure that the end of this turn is seen, also without output of a client. */
    public void wake() {
        flushQueue.wake();
    }

    public Traffic traffic() {
        return traffic;
    }

    /** Connections refused because there were too many. */
    public long refused() {
        return refused;
    }

    /** Counts from zero again. */
    public void resetStats() {
        refused = 0;
    }

    ServerLog log() {
        return log;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    Args sharedArgs() {
        return sharedArgs;
    }

    CommandBatch batch() {
        return batch;
    }

    RespWriter writer() {
        return writer;
    }

    FlushQueue flushQueue() {
        return flushQueue;
    }

    long maxQueryBytes() {
        return maxQueryBytes.getAsLong();
    }
}
