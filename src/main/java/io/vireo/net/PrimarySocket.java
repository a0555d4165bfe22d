package io.vireo.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.UnixChannel;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.replication.PrimaryConnection;
import io.vireo.replication.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A replica's socket to its primary, on the keyspace's loop. Bytes are handed on where they were read into, without a
 * copy.
 */
@RunsOn(Loop.KEYSPACE)
public final class PrimarySocket implements PrimaryConnection {
    private static final List<String> SYSTEM_WORDS = List.of(
            "Connection refused",
            "Connection reset by peer",
            "Connection timed out",
            "No route to host",
            "Network is unreachable",
            "Broken pipe");

    private final Context context;
    private final Traffic traffic = new Traffic();
    private final Runnable endOfTurn;
    private final Vertx vertx;
    private final Supplier<String> source;

    /** A client that nobody refers to is closed by Vert.x, and its sockets with it. */
    private NetClient client;

    private String clientSource;

    private Attempt attempt;

    /**
     * @param context the keyspace's
     * @param source the address, or name, that a connection is to come from, asked for each; empty for any
     * @param endOfTurn makes sure that the end of the turn is seen: our own replicas wait for what has come
     */
    public PrimarySocket(Vertx vertx, Context context, Supplier<String> source, Runnable endOfTurn) {
        this.vertx = vertx;
        this.context = context;
        this.source = source;
        this.endOfTurn = endOfTurn;
    }

    /** Bytes from and to primaries. */
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public void open(Target primary, Listener listener) {
        Attempt current = new Attempt(listener);
        attempt = current;
        SocketAddress address = SocketAddress.inetSocketAddress(primary.port(), primary.host());
        context.runOnContext(hop -> client().connect(address).onComplete(current::opened, current::failed));
    }

    /** A client for the source address of now; the connection that the one before made has ended. */
    private NetClient client() {
        String wanted = source.get();
        String usable = isOurs(wanted) ? wanted : "";
        if (!usable.equals(clientSource)) {
            NetClientOptions options =
                    new NetClientOptions().setTcpNoDelay(true).setTcpKeepAlive(true);
            if (!usable.isEmpty()) {
                options.setLocalAddress(usable);
            }
            client = vertx.createNetClient(options);
            clientSource = usable;
        }
        return client;
    }

    /** Whether a socket can be bound to this address; one that cannot is passed over, as Redis does. */
    private static boolean isOurs(String address) {
        if (address.isEmpty()) {
            return false;
        }
        try (Socket probe = new Socket()) {
            probe.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void send(byte[] bytes) {
        if (channel() != null) {
            traffic.sent(bytes.length);
            attempt.channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        }
    }

    @Override
    public void pause() {
        reading(false);
    }

    @Override
    public void resume() {
        reading(true);
    }

    private void reading(boolean on) {
        if (channel() != null) {
            attempt.channel.config().setAutoRead(on);
        }
    }

    @Override
    public void close() {
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
    }

    @Override
    public void drop() {
        if (channel() != null) {
            attempt.channel.close(); // whose end the listener hears of
        }
    }

    @Override
    public String peerAddress() {
        Channel channel = channel();
        return channel == null ? "" : Addresses.text(channel.remoteAddress(), channel.localAddress());
    }

    @Override
    public String localAddress() {
        Channel channel = channel();
        return channel == null ? "" : Addresses.text(channel.localAddress(), channel.localAddress());
    }

    @Override
    public int descriptor() {
        return channel() instanceof UnixChannel unix ? unix.fd().intValue() : -1;
    }

    private Channel channel() {
        return attempt == null ? null : attempt.channel;
    }

    /** One connection, from the attempt to make it to its end. */
    private final class Attempt extends ChannelInboundHandlerAdapter {
        private final Listener listener;
        private Channel channel;
        private boolean ended;

        private Attempt(Listener listener) {
            this.listener = listener;
        }

        private void opened(NetSocket socket) {
            try {
                if (ended) {
                    socket.close();
                    return;
                }
                channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
                channel.pipeline().addBefore("handler", "vireo", this);
                listener.connected();
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        }

        private void failed(Throwable why) {
            lost(reason(why));
        }

        private void lost(String why) {
            try {
                if (!ended) {
                    ended = true;
                    listener.lost(why);
                }
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        }

        private void close() {
            ended = true;
            if (channel != null) {
                channel.close();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            try {
                if (!ended) {
                    traffic.received(bytes.readableBytes());
                    listener.received(bytes.memoryAddress() + bytes.readerIndex(), bytes.readableBytes());
                    endOfTurn.run();
                }
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            } finally {
                bytes.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            lost("connection lost");
            ctx.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            lost(reason(cause));
            ctx.close();
        }
    }

    /** The system's words, without what the libraries put around them. */
    private static String reason(Throwable why) {
        String text = String.valueOf(why.getMessage());
        for (String known : SYSTEM_WORDS) {
            if (text.toLowerCase(Locale.ROOT).contains(known.toLowerCase(Locale.ROOT))) {
                return known;
            }
        }
        return text;
    }
}
