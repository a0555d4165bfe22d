package io.vireo.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.SocketOption;
import jdk.net.ExtendedSocketOptions;

/** The option {@code tcp-keepalive}: after so long a silence the kernel asks three times whether the peer is there. */
final class KeepAlive {
    private static final int PROBES = 3;

    private KeepAlive() {}

    /** Sets it on a new connection; a Unix socket needs none. */
    static void set(Channel channel, int seconds) {
        if (seconds == 0 || !(channel instanceof SocketChannel)) {
            return;
        }
        int between = Math.max(1, seconds / PROBES);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        if (channel instanceof EpollSocketChannel) {
            channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
            channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, between);
            channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
        } else {
            set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, seconds);
            set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, between);
            set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        }
    }

    private static void set(Channel channel, SocketOption<Integer> option, int value) {
        channel.config().setOption(NioChannelOption.of(option), value);
    }
}
