package io.vireo.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
    private static final long IDLE_CHECK_MS = 1000;

    private final Vertx vertx;
    private final EventLoop loop;
    private final ServerLog log;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Consumer<Session> onClosed;
    private final IntSupplier maxClients;
    private final BooleanSupplier guarded;
    private final ClientLimits limits;
    private final FlushQueue flushQueue;

    private final Args sharedArgs = new Args();
    private final CommandBatch batch = new CommandBatch();
    private final RespWriter writer = new RespWriter();
    private final Traffic traffic = new Traffic();
    private final Set<ClientConnection> connections = new LinkedHashSet<>();
    private final Set<ClientConnection> lagging = new LinkedHashSet<>();
    private final Set<ClientConnection> waiting = new LinkedHashSet<>();
    private final Release release = new Release();
    private long refused;
    private long idleCheckedAtMs;
    private boolean evictedInVain;
    private boolean isOneStopped;
    private IntSupplier idleSeconds = () -> 0;
    private IntSupplier keepAliveSeconds = () -> 0;

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
            ClientLimits limits) {
        this.vertx = vertx;
        this.log = log;
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.onClosed = onClosed;
        this.maxClients = maxClients;
        this.guarded = guarded;
        this.limits = limits;
        this.loop = ((ContextInternal) context).nettyEventLoop();
        this.flushQueue = new FlushQueue(loop, endOfTurn, this::flushReleased, this::evict);
        limits.onCountingBegins(() -> connections.forEach(ClientConnection::countFirst));
    }

    /** Sets after how many seconds an idle client is closed, 0 for never. */
    public void idleSeconds(IntSupplier newSeconds) {
        idleSeconds = newSeconds;
    }

    /** Sets after how many silent seconds the kernel asks whether a new client is still there, 0 for never. */
    public void keepAliveSeconds(IntSupplier newSeconds) {
        keepAliveSeconds = newSeconds;
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
        KeepAlive.set(channel, keepAliveSeconds.getAsInt());
        ClientConnection connection = new ClientConnection(this, channel);
        connection.session(sessions.open(connection, System.currentTimeMillis()));
        channel.pipeline().addLast("vireo", connection);
        connections.add(connection);
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

    void closed(ClientConnection connection) {
        connections.remove(connection);
        lagging.remove(connection);
        sessions.close(connection.session());
        onClosed.accept(connection.session());
    }

    /** Several times a second: looks after the clients that do not read, and those that say nothing. */
    public void tick(long nowMs) {
        limits.tick(nowMs);
        for (ClientConnection connection : List.copyOf(lagging)) {
            connection.lookAfter(nowMs);
        }
        if (nowMs - idleCheckedAtMs >= IDLE_CHECK_MS) {
            idleCheckedAtMs = nowMs;
            closeIdle(nowMs, idleSeconds.getAsInt() * 1000L);
        }
        evictedInVain = false;
        evict();
    }

    private void closeIdle(long nowMs, long mostMs) {
        if (mostMs > 0) {
            for (ClientConnection connection : List.copyOf(connections)) {
                connection.closeIfIdle(nowMs, mostMs);
            }
        }
    }

    /** Closes clients while all together take too much memory, those with the most first. */
    private void evict() {
        if (!limits.isOverMemory()) {
            wakeStopped(); // what took too much is gone, as a client's own output is once it is sent
            return;
        }
        if (evictedInVain) {
            return;
        }
        record Candidate(ClientConnection connection, long bytes) {}
        List<Candidate> candidates = new ArrayList<>();
        for (ClientConnection connection : connections) {
            candidates.add(new Candidate(connection, connection.evictableBytes()));
        }
        candidates.removeIf(candidate -> candidate.bytes == 0);
        candidates.sort(Comparator.comparingLong(Candidate::bytes).reversed());
        for (Candidate candidate : candidates) {
            if (!limits.isOverMemory()) {
                break;
            }
            candidate.connection.evict();
        }
        if (limits.isOverMemory()) {
            evictedInVain = true;
            log.warning("Over client maxmemory after evicting all evictable clients");
        }
        wakeStopped();
    }

    /** A client executes nothing until all together take less memory. */
    void stoppedForMemory() {
        isOneStopped = true;
    }

    private void wakeStopped() {
        if (isOneStopped) {
            isOneStopped = false;
            connections.forEach(ClientConnection::wakeIfStopped);
        }
    }

    /** What clients may take, and do. */
    public ClientLimits limits() {
        return limits;
    }

    /** The clients whose output the kernel did not take. */
    Set<ClientConnection> lagging() {
        return lagging;
    }

    /**
     * Sets up to which offset of the log bytes may leave.
     *
     * @param end what is put into outputs in a turn may depend on all up to there
     * @param toClients {@link Long#MAX_VALUE} while everything may leave at once; {@link #wake} is to be called when it
     *     has grown
     * @param toReplicas the same, for the stream
     */
    public void release(LongSupplier end, LongSupplier toClients, LongSupplier toReplicas) {
        release.by(end, toClients, toReplicas);
    }

    /** Whether clients' output waits that may not leave yet. */
    public boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /**
     * Ends the connections of clients with output that has not left, be it of this very turn, with an error in its place.
     *
     * @return how many
     */
    public int giveUpAll(ErrorReply why) {
        List<ClientConnection> holding = connections.stream()
                .filter(connection -> connection.session().kind() != Session.Kind.REPLICA)
                .filter(ClientConnection::hasUnreleased)
                .toList();
        holding.forEach(connection -> connection.giveUpWaiting(why));
        return holding.size();
    }

    /**
     * Ends the connections whose output has waited for longer than this, with an error in the place of what waited.
     *
     * @return how many
     */
    public int giveUpWaiting(long longerThanMs, ErrorReply why) {
        long nowMs = Monotonic.nowMs();
        List<ClientConnection> late = waiting.stream()
                .filter(connection -> connection.session().kind() != Session.Kind.REPLICA)
                .filter(connection -> connection.waitedMs(nowMs) > longerThanMs)
                .toList();
        late.forEach(connection -> connection.giveUpWaiting(why));
        return late.size();
    }

    Release release() {
        return release;
    }

    /** Whether a connection has output that may not leave yet. */
    void waits(ClientConnection connection, boolean now) {
        if (now) {
            waiting.add(connection);
        } else if (!waiting.isEmpty()) {
            waiting.remove(connection);
        }
    }

    /** Has those flushed whose output may leave by now. */
    private void flushReleased() {
        if (!waiting.isEmpty()) {
            waiting.forEach(ClientConnection::outputChanged);
        }
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
        limits.resetStats();
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
}
