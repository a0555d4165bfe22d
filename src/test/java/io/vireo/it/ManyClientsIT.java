package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ten thousand clients at once, some of which ask for more than they read, with the memory that the launcher gives. */
@Tag("alone")
class ManyClientsIT {
    private static final int CLIENTS = 10_000;
    private static final int GREEDY = 160;
    private static final int VALUE_BYTES = 1 << 20;
    private static final int ASKED_EACH = 10;
    private static final long UNREAD_BYTES = 1L << 30;

    @RegisterExtension
    final Servers servers = new Servers();

    private final List<SocketChannel> channels = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    private SocketChannel connect(ServerProcess server) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        channels.add(channel);
        return channel;
    }

    private static void send(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Test
    void aNodeServesWhileAGigabyteOfRepliesIsLeftUnread() throws IOException {
        long files = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getMaxFileDescriptorCount();
        assumeTrue(files > CLIENTS + 500, "ulimit -n is only " + files);
        ServerProcess server = servers.start(Program.VIREO, "--maxclients", "" + (CLIENTS + 100));
        server.ask("SET", "big", "x".repeat(VALUE_BYTES));
        for (int i = 0; i < CLIENTS; i++) {
            connect(server);
        }
        Await.until(() -> server.infoNumber("clients", "connected_clients") > CLIENTS, "ten thousand connections");

        byte[] get = RespClient.command("GET", "big");
        for (SocketChannel greedy : channels.subList(0, GREEDY)) {
            for (int i = 0; i < ASKED_EACH; i++) {
                send(greedy, get);
            }
        }
        Await.until(
                () -> server.infoNumber("memory", "mem_clients_normal") > UNREAD_BYTES, "a gigabyte that nobody reads");

        byte[] ping = RespClient.command("PING");
        ByteBuffer pong = ByteBuffer.allocate("+PONG\r\n".length());
        for (SocketChannel other : channels.subList(GREEDY, CLIENTS)) {
            send(other, ping);
            pong.clear();
            while (pong.hasRemaining()) {
                assertTrue(other.read(pong) >= 0, "a client was closed");
            }
        }
        assertEquals("+OK\r\n", server.run("SET small x"));
        assertTrue(server.infoNumber("clients", "connected_clients") > CLIENTS);

        long expected = (long) ASKED_EACH * (VALUE_BYTES + ("$" + VALUE_BYTES + "\r\n\r\n").length());
        ByteBuffer part = ByteBuffer.allocate(VALUE_BYTES);
        for (long got = 0; got < expected; ) {
            part.clear();
            int count = channels.getFirst().read(part);
            assertTrue(count > 0, "closed after " + got + " of " + expected + " bytes");
            got += count;
        }
        closeAll();
        Await.until(() -> server.infoNumber("clients", "connected_clients") == 1, "an end of all connections");
        assertTrue(server.infoNumber("memory", "mem_clients_normal") < VALUE_BYTES);
        assertEquals("+PONG\r\n", server.run("PING"));
    }
}
