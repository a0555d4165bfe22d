package io.vireo.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Dispatcher;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.RespWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
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
    private final EventLoop loop;
    private final ServerLog log;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Consumer<Session> onClosed;
    private final IntSupplier maxClients;
    private final BooleanSupplier guarded;
    private final LongSupplier maxQueryBytes;
    private final FlushQueue flushQueue;

    private final Args sharedArgs = new Args();
    private final CommandBatch batch = new CommandBatch();
    private final RespWriter writer = new RespWriter();
    private final Traffic traffic = new Traffic();
    private long refused;

    /**
     * @param context the keyspace's
     * @param onClosed told of every session whose connection has ended
     * @param guarded whether clients of other machines are refused
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
            BooleanSupplier guarded,
            LongSupplier maxQueryBytes) {
        this.vertx = vertx;
        this.log = log;
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.onClosed = onClosed;
        this.maxClients = maxClients;
        this.guarded = guarded;
        this.maxQueryBytes = maxQueryBytes;
        this.loop = ((ContextInternal) context).nettyEventLoop();
        this.flushQueue = new FlushQueue(loop, endOfTurn);
    }

    /**
     * Opens a TCP port on one address.
     *
     * @param port 0 for any that is free
     * @throws IOException with the reason for the log
     */
    public ServerSocket listen(String host, int port, int backlog) throws IOException {
        return ServerSocket.open(vertx, loop, host, port, backlog, this::accept, log);
    }

    /** Opens a unix socket. */
    public ServerSocket listen(String path) throws IOException {
        return ServerSocket.open(vertx, loop, path, this::accept, log);
    }

    /** Ends all clients. */
    public void closeClients() {
        for (Session session : List.copyOf(sessions.all())) {
            if (session.kind() != Session.Kind.PRIMARY) {
                session.connection().closeNow();
            }
        }
    }

    private void accept(Channel channel) {
        if (sessions.size() >= maxClients.getAsInt()) {
            refuse(channel, ErrorReply.MAX_CLIENTS);
            return;
        }
        if (guarded.getAsBoolean() && !Addresses.isLocal(channel.remoteAddress())) {
            refuse(channel, ErrorReply.PROTECTED);
            return;
        }
        var reads = new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ);
        channel.config().setRecvByteBufAllocator(reads.maxMessagesPerRead(1));
        ClientConnection connection = new ClientConnection(this, channel);
        connection.session(sessions.open(connection, System.currentTimeMillis()));
        channel.pipeline().addLast("vireo", connection);
        log.verbose("Accepted " + connection.peerAddress());
    }

    /** Says why once the socket is there, and closes it. */
    private void refuse(Channel channel, ErrorReply why) {
        refused++;
        byte[] line = ("-" + why + "\r\n").getBytes(StandardCharsets.US_ASCII);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(line)).addListener(ChannelFutureListener.CLOSE);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
            }
        });
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
