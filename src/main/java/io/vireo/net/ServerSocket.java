package io.vireo.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.transport.Transport;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A socket on which the keyspace's loop accepts clients. Closing it leaves the clients that it has accepted.
 *
 * <p>It is opened on that loop and bound before the call returns, so that CONFIG SET can answer whether an address was
 * free, which {@link ServerBootstrap} and Vert.x's servers tell only later; and those close their clients with them.
 */
@RunsOn(Loop.KEYSPACE)
public final class ServerSocket {
    /** {@code setsockopt(IPPROTO_IPV6, IPV6_V6ONLY)} of Linux: {@code ::} and {@code 0.0.0.0} are two addresses. */
    private static final ChannelOption<Integer> IPV6_ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

    private static final long PAUSE_MS = 1000;

    /** With one a turn, as Netty has it, the last of many clients that come at once waits for as many busy turns. */
    private static final int MOST_ACCEPTED_A_TURN = 1000;

    private final Channel channel;

    private ServerSocket(Channel channel) {
        this.channel = channel;
    }

    /**
     * Opens a TCP port.
     *
     * @param port 0 for any that is free
     * @throws IOException with the system's words, {@code bind: } before them where the address was found
     */
    static ServerSocket open(
            Vertx vertx, EventLoop loop, String host, int port, int backlog, Consumer<Channel> onClient, ServerLog log)
            throws IOException {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("Name or service not known", e);
        }
        ServerChannel channel = tcp(transport(vertx), address instanceof Inet6Address);
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setOption(ChannelOption.SO_BACKLOG, Math.max(1, backlog));
        return open(channel, loop, new InetSocketAddress(address, port), onClient, log);
    }

    /** Opens a unix socket. */
    static ServerSocket open(Vertx vertx, EventLoop loop, String path, Consumer<Channel> onClient, ServerLog log)
            throws IOException {
        Transport transport = transport(vertx);
        SocketAddress address = transport.convert(io.vertx.core.net.SocketAddress.domainSocketAddress(path));
        return open(transport.serverChannelFactory(true).newChannel(), loop, address, onClient, log);
    }

    /** Where there is epoll a socket of one kind of address, since one of both takes the port of all addresses. */
    private static ServerChannel tcp(Transport transport, boolean isIpv6) {
        ServerChannel channel = transport.serverChannelFactory(false).newChannel();
        if (!(channel instanceof EpollServerSocketChannel)) {
            return channel;
        }
        if (isIpv6) {
            channel.config().setOption(IPV6_ONLY, 1);
            return channel;
        }
        channel.unsafe().closeForcibly();
        return new EpollServerSocketChannel(SocketProtocolFamily.INET);
    }

    private static Transport transport(Vertx vertx) {
        return ((VertxInternal) vertx).transport();
    }

    private static ServerSocket open(
            Channel channel, EventLoop loop, SocketAddress address, Consumer<Channel> onClient, ServerLog log)
            throws IOException {
        channel.config().setRecvByteBufAllocator(acceptingAllThatWait());
        channel.pipeline().addLast(new Acceptor(loop, onClient, log));
        await(loop.register(channel), channel);
        await(channel.bind(address), channel);
        return new ServerSocket(channel);
    }

    /** Netty asks the handle that is meant for buffers how many clients to accept. */
    private static RecvByteBufAllocator acceptingAllThatWait() {
        DefaultMaxMessagesRecvByteBufAllocator allocator = new ServerChannelRecvByteBufAllocator();
        allocator.respectMaybeMoreData(false); // as far as epoll tells there is never more than one
        return allocator.maxMessagesPerRead(MOST_ACCEPTED_A_TURN);
    }

    /** What a channel is asked on its own loop, it has done at once. */
    private static void await(ChannelFuture asked, Channel channel) throws IOException {
        if (asked.isSuccess()) {
            return;
        }
        channel.close();
        Throwable cause = asked.cause();
        if (cause == null) {
            throw new IllegalStateException("not on the loop of the socket");
        }
        String text = String.valueOf(cause.getMessage()); // the system's own words come last in it
        throw new IOException(
                "bind: " + text.substring(text.lastIndexOf(": ") + 1).strip(), cause);
    }

    /** The port that is open; 0 of a unix socket. */
    public int port() {
        return channel.localAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    public void close() {
        channel.close();
    }

    private static final class Acceptor extends ChannelInboundHandlerAdapter {
        private final EventLoop loop;
        private final Consumer<Channel> onClient;
        private final ServerLog log;

        Acceptor(EventLoop loop, Consumer<Channel> onClient, ServerLog log) {
            this.loop = loop;
            this.onClient = onClient;
            this.log = log;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Channel client = (Channel) message;
            try {
                client.config().setAllocator(PooledByteBufAllocator.DEFAULT); // commands are read where they lie
                client.config().setOption(ChannelOption.TCP_NODELAY, true); // which a unix socket does not know
                onClient.accept(client);
                loop.register(client).addListener(registered -> {
                    if (!registered.isSuccess()) {
                        client.unsafe().closeForcibly();
                        client.pipeline().fireChannelInactive();
                    }
                });
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        }

        /** No more files, as a rule: a moment later there may be some again, and until then nothing can be done. */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            log.warning("Accepting client connection: " + cause.getMessage());
            Channel server = ctx.channel();
            if (server.config().isAutoRead()) {
                server.config().setAutoRead(false);
                loop.schedule(() -> server.config().setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
            }
        }
    }
}
