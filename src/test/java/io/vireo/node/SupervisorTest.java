package io.vireo.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.config.Supervision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What systemd and syslog are told, through a socket like theirs. */
class SupervisorTest {
    @TempDir
    Path folder;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private MultiThreadIoEventLoopGroup loop;

    @AfterEach
    void stop() {
        if (loop != null) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    @Test
    void systemdHearsOfStartAndEnd() throws Exception {
        ServerLog log = ServerLog.silent();
        Supervisor supervisor = new Supervisor(Supervision.AUTO, receiver());
        assertEquals("systemd", supervisor.word());

        supervisor.loading(log);
        supervisor.ready(false, log);
        supervisor.stopping(log);
        supervisor.ready(true, log);

        for (String expected : new String[] {
            "STATUS=Redis is loading...\n",
            "STATUS=Ready to accept connections\n",
            "READY=1\n",
            "STOPPING=1\n",
            "STATUS=Ready to accept connections in read-only mode. Waiting for MASTER <-> REPLICA sync\n",
            "READY=1\n"
        }) {
            assertEquals(expected, received.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void whereNobodyListensAMessageFails() {
        assertThrows(
                IOException.class,
                () -> UnixDatagram.send(folder.resolve("nosuch").toString(), new byte[1]));
        assertThrows(IOException.class, () -> UnixDatagram.send("/" + "x".repeat(200), new byte[1]));
        assertThrows(IOException.class, () -> UnixDatagram.send("", new byte[1]));
    }

    @Test
    void autoWithoutASocketIsNobody() {
        assertEquals("no", new Supervisor(Supervision.AUTO, null).word());
        assertEquals("systemd", new Supervisor(Supervision.SYSTEMD, null).word());
        assertEquals("upstart", new Supervisor(Supervision.UPSTART, null).word());
    }

    @ParameterizedTest
    @CsvSource({
        "user, DEBUG, 15",
        "local0, WARNING, 132",
        "local0, NOTICE, 133",
        "local7, VERBOSE, 190",
    })
    void aLineOfSyslogBeginsWithItsPriority(String facility, LogLevel level, int priority) {
        LocalDateTime at = LocalDateTime.of(2026, 3, 4, 5, 6, 7);
        assertEquals(
                "<" + priority + ">Mar  4 05:06:07 me["
                        + ProcessHandle.current().pid() + "]: text",
                new Syslog("me", facility).line(level, "text", at));
    }

    /** Opens a socket whose messages come into the queue. Gives its path. */
    private String receiver() throws InterruptedException {
        assumeTrue(Epoll.isAvailable(), "only Linux has such sockets here");
        loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        String path = folder.resolve("notify").toString();
        EpollDomainDatagramChannel channel = new EpollDomainDatagramChannel();
        channel.pipeline().addLast(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                ByteBuf content = packet.content();
                received.add(content.toString(StandardCharsets.UTF_8));
            }
        });
        loop.register(channel).sync();
        channel.bind(new DomainSocketAddress(path)).sync();
        return path;
    }
}
