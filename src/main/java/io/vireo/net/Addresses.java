package io.vireo.net;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Socket addresses as Redis writes them. */
final class Addresses {
    private Addresses() {}

    /** {@code host:port}, with brackets around an IPv6 host; {@code path:0} for a unix socket. */
    static String text(SocketAddress address, SocketAddress local) {
        if (address instanceof InetSocketAddress inet) {
            String host = inet.getAddress() == null
                    ? inet.getHostString()
                    : inet.getAddress().getHostAddress();
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return local instanceof DomainSocketAddress unix ? unix.path() + ":0" : "?:0";
    }

    /** Whether a peer of this address is on this machine: the loopback address itself, or a unix socket. */
    static boolean isLocal(SocketAddress peer) {
        if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return true;
        }
        String host = inet.getAddress().getHostAddress();
        return host.equals("127.0.0.1") || host.equals("0:0:0:0:0:0:0:1") || host.equals("::1");
    }
}
