package io.vireo.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What strong mode costs: writes a second and how long a client waits for them, beside async mode and beside redis-server
 * with {@code WAIT 1} behind each write. Three processes each time, one primary and two replicas, all on this machine with
 * the load. To be run by hand:
 *
 * <pre>java -Dvireo.home=target/vireo -cp ... io.vireo.it.StrongPrice [seconds]</pre>
 */
final class StrongPrice {
    private static final int CONNECTIONS = 50;
    private static final int VALUE_BYTES = 64;
    private static final int ROUNDS = 3;
    private static final double NANOS_PER_MS = 1e6;
    private static final int[] PIPELINED = {1, 16};

    private StrongPrice() {}

    public static void main(String[] arguments) throws IOException {
        long nanos = (arguments.length > 0 ? Long.parseLong(arguments[0]) : 5) * 1_000_000_000L;
        System.out.println("SET of " + VALUE_BYTES + " bytes, " + CONNECTIONS + " connections; the best of " + ROUNDS
                + " rounds; milliseconds for what is pipelined");
        System.out.printf(Locale.ROOT, "%-18s %9s %10s %8s %8s%n", "server", "pipelined", "writes/s", "p50", "p99");
        try (GroupOfProcesses group = GroupOfProcesses.started(Collections.nCopies(3, Place.LOOPBACK))) {
            ServerProcess primary = group.awaitWhole();
            measure("vireo async", primary, false, nanos);
            primary.run("CONFIG SET consistency strong");
            Await.until(() -> primary.info("voters", "voter_consistency").equals("strong"), "the mode");
            measure("vireo strong", primary, false, nanos);
        }
        try (ServerProcess primary = ServerProcess.start(Program.REDIS, "--save", "");
                ServerProcess first = follower(primary);
                ServerProcess second = follower(primary)) {
            InStep.await(primary, first, second);
            measure("redis", primary, false, nanos);
            measure("redis, WAIT 1 0", primary, true, nanos);
        }
    }

    private static ServerProcess follower(ServerProcess primary) {
        return ServerProcess.start(Program.REDIS, "--save", "", "--replicaof", "127.0.0.1 " + primary.port());
    }

    private static void measure(String name, ServerProcess primary, boolean waits, long nanos) throws IOException {
        for (int pipelined : PIPELINED) {
            Load best = null;
            for (int round = 0; round < ROUNDS; round++) {
                Load load = new Load(primary.port(), pipelined, waits);
                load.run(nanos);
                best = best == null || load.batches > best.batches ? load : best;
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %9d %10.0f %8.2f %8.2f%n",
                    name,
                    pipelined,
                    best.batches * (double) pipelined * 1e9 / nanos,
                    best.at(0.5),
                    best.at(0.99));
        }
    }

    /** One thread with all connections: each sends its next batch when the last one is answered. */
    private static final class Load {
        private final int port;
        private final byte[] batch;
        private final int answerBytes;
        private final ByteBuffer in = ByteBuffer.allocate(1 << 16);
        private long[] took = new long[1 << 16];
        private int batches;

        private static final class Connection {
            private int missing;
            private long sentAt;
        }

        private Load(int port, int pipelined, boolean waits) {
            this.port = port;
            ByteArrayOutputStream words = new ByteArrayOutputStream();
            for (int i = 0; i < pipelined; i++) {
                words.writeBytes(RespClient.command("SET", "key:" + i, "v".repeat(VALUE_BYTES)));
                if (waits) {
                    words.writeBytes(RespClient.command("WAIT", "1", "0"));
                }
            }
            this.batch = words.toByteArray();
            this.answerBytes = pipelined * (waits ? "+OK\r\n:1\r\n" : "+OK\r\n").length();
        }

        private void run(long nanos) throws IOException {
            try (Selector selector = Selector.open()) {
                for (int i = 0; i < CONNECTIONS; i++) {
                    SocketChannel channel =
                            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    channel.configureBlocking(false);
                    Connection connection = new Connection();
                    channel.register(selector, SelectionKey.OP_READ, connection);
                    send(channel, connection);
                }
                long end = System.nanoTime() + nanos;
                while (System.nanoTime() < end) {
                    selector.select(key -> read(key), 100);
                }
                for (SelectionKey key : List.copyOf(selector.keys())) {
                    key.channel().close();
                }
            }
            Arrays.sort(took, 0, batches);
        }

        private void send(SocketChannel channel, Connection connection) throws IOException {
            connection.missing = answerBytes;
            connection.sentAt = System.nanoTime();
            ByteBuffer out = ByteBuffer.wrap(batch);
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }

        private void read(SelectionKey key) {
            try {
                SocketChannel channel = (SocketChannel) key.channel();
                Connection connection = (Connection) key.attachment();
                in.clear();
                int count = channel.read(in);
                if (count <= 0 || in.get(0) == '-') {
                    throw new AssertionError("an answer that is no OK: "
                            + new String(in.array(), 0, Math.max(0, count), StandardCharsets.US_ASCII));
                }
                connection.missing -= count;
                if (connection.missing == 0) {
                    if (batches == took.length) {
                        took = Arrays.copyOf(took, 2 * took.length);
                    }
                    took[batches++] = System.nanoTime() - connection.sentAt;
                    send(channel, connection);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private double at(double part) {
            return took[(int) Math.min(batches - 1, (long) (batches * part))] / NANOS_PER_MS;
        }
    }
}
