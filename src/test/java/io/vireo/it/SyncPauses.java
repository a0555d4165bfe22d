package io.vireo.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * What a full copy costs: how long it takes until the replica has loaded it, the memory that the primary takes meanwhile
 * beyond what it had, and how long a steady client of the primary waits for an answer. Vireo and redis-server in turn, by
 * way of a file and without. A program, not a test, since what it finds depends on what else the machine does:
 *
 * <pre>
 *   java -Dvireo.home=target/vireo -cp ... io.vireo.it.SyncPauses [keys] [copies]
 * </pre>
 *
 * <p>The replica is a redis-server each time, so that both primaries share the machine with the same work. The line
 * {@code idle} is the same client with no copy under way: what the machine itself takes.
 */
final class SyncPauses {
    private static final int MOST_ANSWERS = 4_000_000;
    private static final int VALUE_BYTES = 64;
    private static final long IDLE_MS = 2_000;
    /** From an answer to the next question: some 2,000 a second. */
    private static final long PERIOD_NANOS = 450_000;

    private static final double NANOS_PER_MS = 1e6;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private SyncPauses() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int keys = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int copies = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
        System.out.printf(
                Locale.ROOT,
                "%d keys of %d bytes; milliseconds from a GET or SET to its answer%n%-8s %-12s %8s %9s %8s %8s %8s %8s"
                        + " %8s%n",
                keys,
                VALUE_BYTES,
                "server",
                "copy",
                "seconds",
                "extra MB",
                "answers",
                "p50",
                "p99",
                "p99.9",
                "longest");
        for (Program program : List.of(Program.VIREO, Program.REDIS)) {
            try (ServerProcess primary =
                    ServerProcess.start(program, "--client-output-buffer-limit", "replica 0 0 0")) {
                fill(primary, keys);
                print(program, "idle", measure(primary, keys, IDLE_MS, null));
                for (int i = 0; i < copies; i++) {
                    for (String diskless : List.of("no", "yes")) {
                        primary.ask("CONFIG", "SET", "repl-diskless-sync", diskless);
                        String name = (diskless.equals("yes") ? "sockets" : "disk") + (i == 0 ? ", 1st" : "");
                        print(program, name, copy(program, primary, keys));
                    }
                }
            }
        }
    }

    private static void fill(ServerProcess primary, int keys) {
        RespClient client = primary.client();
        List<String[]> batch = new ArrayList<>();
        String value = "v".repeat(VALUE_BYTES);
        for (int i = 0; i < keys; i++) {
            batch.add(new String[] {"SET", "key:" + i, value});
            if (batch.size() == 1_000 || i == keys - 1) {
                client.pipeline(batch);
                batch.clear();
            }
        }
    }

    /** @param extraBytes the most that the primary took beyond what it had before */
    private record Measured(double seconds, long extraBytes, long[] nanos) {}

    private static Measured copy(Program program, ServerProcess primary, int keys)
            throws IOException, InterruptedException {
        try (ServerProcess replica = ServerProcess.start(Program.REDIS)) {
            Measured measured = measure(primary, keys, 0, replica);
            // What a forked child had to copy of its parent's pages is not its parent's.
            long ofChild = program == Program.REDIS ? primary.infoNumber("persistence", "rdb_last_cow_size") : 0;
            return new Measured(measured.seconds, measured.extraBytes + ofChild, measured.nanos);
        }
    }

    /** The times of all answers: for so long, or until the replica has its copy and half a second more. */
    private static Measured measure(ServerProcess primary, int keys, long ms, ServerProcess replica)
            throws IOException, InterruptedException {
        Probe probe = new Probe(primary.port(), keys);
        Thread thread = Thread.ofPlatform().start(probe);
        Await.until(() -> probe.count > 500, "the first answers");
        probe.count = 0;
        long before = primary.residentBytes();
        long[] most = {before};
        long began = System.nanoTime();
        double seconds = 0;
        if (replica == null) {
            Lasting.ms(ms);
        } else {
            replica.ask("REPLICAOF", "127.0.0.1", "" + primary.port());
            Await.until(
                    () -> {
                        most[0] = Math.max(most[0], primary.residentBytes());
                        return "up".equals(replica.info("replication", "master_link_status"));
                    },
                    "the copy",
                    PATIENCE);
            seconds = (System.nanoTime() - began) / NANOS_PER_MS / 1e3;
            Lasting.ms(500);
        }
        probe.running = false;
        thread.join();
        if (replica != null) {
            replica.ask("REPLICAOF", "NO", "ONE");
            Await.until(() -> primary.info("replication", "connected_slaves").equals("0"), "the replica to be gone");
        }
        long[] nanos = Arrays.copyOf(probe.nanos, probe.count);
        Arrays.sort(nanos);
        return new Measured(seconds, most[0] - before, nanos);
    }

    private static void print(Program program, String copy, Measured measured) {
        long[] nanos = measured.nanos;
        System.out.printf(
                Locale.ROOT,
                "%-8s %-12s %8.2f %9d %8d %8.3f %8.3f %8.3f %8.3f%n",
                program,
                copy,
                measured.seconds,
                measured.extraBytes >> 20,
                nanos.length,
                at(nanos, 0.5),
                at(nanos, 0.99),
                at(nanos, 0.999),
                at(nanos, 1));
    }

    private static double at(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * part))] / NANOS_PER_MS;
    }

    /** Asks one thing after the other, with a little time between, and keeps how long each took. */
    private static final class Probe implements Runnable {
        private final int port;
        private final int keys;
        private final long[] nanos = new long[MOST_ANSWERS];
        private volatile int count;
        private volatile boolean running = true;

        private Probe(int port, int keys) {
            this.port = port;
            this.keys = keys;
        }

        @Override
        public void run() {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] answer = new byte[VALUE_BYTES + 7];
                for (int i = 0; running && count < MOST_ANSWERS; i++) {
                    boolean reads = i % 2 == 0;
                    byte[] question = question(reads, (i * 7919L & Integer.MAX_VALUE) % keys);
                    ask(socket.getOutputStream(), in, question, answer, reads ? answer.length : 5);
                    LockSupport.parkNanos(PERIOD_NANOS);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @SuppressWarnings(
                "NonAtomicVolatileUpdate") // the test sets it to 0 once, and one answer more or less is no matter
        private void ask(OutputStream out, DataInputStream in, byte[] question, byte[] answer, int length)
                throws IOException {
            long began = System.nanoTime();
            out.write(question);
            in.readFully(answer, 0, length);
            int index = count;
            nanos[index] = System.nanoTime() - began;
            count = index + 1;
        }

        private static byte[] question(boolean reads, long key) {
            return reads
                    ? RespClient.command("GET", "key:" + key)
                    : new String(
                                    RespClient.command("SET", "key:" + key, "v".repeat(VALUE_BYTES)),
                                    StandardCharsets.US_ASCII)
                            .getBytes(StandardCharsets.US_ASCII);
        }
    }
}
