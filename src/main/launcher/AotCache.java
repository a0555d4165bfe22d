import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes {@code lib/vireo.aot} in a distribution: classes loaded and linked, and methods profiled, ahead of time. It
 * halves the time to the first answer.
 *
 * <p>Starts the laid-out server, a primary and its replica, gives them some work, and stops them; the JVM then writes
 * the cache. Run by the build as a source file, with the distribution's folder as its argument. A machine on which this
 * does not work still gets a server, only a slower start: it says so, and the build goes on.
 */
final class AotCache {
    private static final int ROUNDS = 300;
    private static final long PATIENCE_S = 30;
    private static final long POLL_MS = 10;
    /** How often to look whether the replica has its copy; a cache made without that is a cache too. */
    private static final int LINK_POLLS = 300;

    private final Path distribution;
    private final Path cache;

    private AotCache(Path distribution) {
        this.distribution = distribution;
        this.cache = distribution.resolve("lib/vireo.aot");
    }

    public static void main(String[] args) throws InterruptedException {
        AotCache made = new AotCache(Path.of(args[0]).toAbsolutePath());
        try {
            if (!made.isCurrent()) {
                made.make();
            }
        } catch (IOException e) {
            made.cache.toFile().delete();
            System.err.println("No ahead-of-time cache, so the server will start more slowly: " + e.getMessage());
        }
    }

    private boolean isCurrent() throws IOException {
        if (!Files.exists(cache)) {
            return false;
        }
        FileTime made = Files.getLastModifiedTime(cache);
        for (String folder : List.of("bin", "lib")) {
            try (Stream<Path> files = Files.list(distribution.resolve(folder))) {
                for (Path file : files.toList()) {
                    if (Files.getLastModifiedTime(file).compareTo(made) > 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private void make() throws IOException, InterruptedException {
        Files.deleteIfExists(cache);
        Path tmp = Files.createTempDirectory("vireo-aot");
        try {
            int primary = freePort();
            int replica = freePort();
            Path primaryConf = configuration(tmp, primary, "");
            Path replicaConf = configuration(tmp, replica, "replicaof 127.0.0.1 " + primary);
            Path log = tmp.resolve("log");
            ProcessBuilder builder = new ProcessBuilder(
                    distribution.resolve("bin/vireo-server").toString(),
                    primaryConf.toString(),
                    replicaConf.toString());
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().put("VIREO_JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("VIREO_JVM_OPTS", "-XX:AOTCacheOutput=" + cache + " -Xlog:aot=off:stderr");
            Process server = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
            try {
                exercise(server, primary, replica);
                server.destroy();
                if (!server.waitFor(PATIENCE_S, TimeUnit.SECONDS) || !Files.exists(cache)) {
                    throw new IOException(tail(log));
                }
            } catch (IOException e) {
                throw new IOException(e.getMessage() + "; the server's last words: " + tail(log), e);
            } finally {
                server.destroyForcibly();
            }
        } finally {
            try (Stream<Path> files = Files.walk(tmp)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** What a server meets in its first minutes: clients of many kinds, health checks, copies for a replica, saving. */
    private static void exercise(Process server, int primary, int replica) throws IOException, InterruptedException {
        try (Socket one = connect(server, primary);
                Socket other = connect(server, replica)) {
            awaitLink(other);
            for (int i = 0; i < ROUNDS; i++) {
                String key = "key:" + i;
                ask(one, "SET " + key + " value", "GET " + key, "INCR counter", "EXPIRE " + key + " 100", "DEL " + key);
                ask(one, "PING");
                ask(other, "GET " + key);
            }
            ask(one, "RPUSH list a b c", "LRANGE list 0 -1", "LPOP list", "SADD set a b", "SMEMBERS set", "SPOP set");
            ask(one, "HSET hash f v", "HGETALL hash", "ZADD zset 1 a 2 b", "ZRANGE zset 0 -1", "XADD stream * f v");
            ask(one, "MULTI", "SET key value", "EXEC", "SCAN 0", "KEYS *", "PUBLISH channel message", "CLIENT LIST");
            ask(one, "INFO everything", "COMMAND COUNT", "COMMAND DOCS get", "CONFIG GET save", "SLOWLOG GET");
            for (String diskless : List.of("no", "yes")) {
                ask(one, "CONFIG SET repl-diskless-sync " + diskless, "BGSAVE");
                ask(other, "REPLICAOF NO ONE", "SET own data", "REPLICAOF 127.0.0.1 " + primary);
                awaitLink(other);
            }
        }
    }

    private static void awaitLink(Socket replica) throws IOException, InterruptedException {
        for (int i = 0; i < LINK_POLLS && !ask(replica, "INFO replication").contains("master_link_status:up"); i++) {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static Socket connect(Process server, int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (true) {
            try {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_S));
                return socket;
            } catch (IOException e) {
                if (!server.isAlive() || System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            }
        }
    }

    /** Sends the commands at once, and reads until the answer to a last one of its own has come. */
    private static String ask(Socket socket, String... lines) throws IOException {
        StringBuilder commands = new StringBuilder();
        for (String line : lines) {
            String[] words = line.split(" ");
            commands.append('*').append(words.length).append("\r\n");
            for (String word : words) {
                commands.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
        }
        commands.append("*2\r\n$4\r\nECHO\r\n$5\r\n=end=\r\n");
        OutputStream out = socket.getOutputStream();
        out.write(commands.toString().getBytes(StandardCharsets.US_ASCII));
        out.flush();

        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        byte[] some = new byte[1 << 16];
        while (answer.indexOf("=end=\r\n") < 0) {
            int count = in.read(some);
            if (count < 0) {
                throw new IOException("the server closed the connection after " + answer);
            }
            answer.append(new String(some, 0, count, StandardCharsets.US_ASCII));
        }
        return answer.toString();
    }

    private static Path configuration(Path tmp, int port, String more) throws IOException {
        Path dir = Files.createDirectory(tmp.resolve(Integer.toString(port)));
        String text = "port " + port + "\nbind 127.0.0.1\ndir " + dir + "\nsave \"\"\nrepl-diskless-sync-delay 0\n"
                + more + "\n";
        return Files.writeString(tmp.resolve(port + ".conf"), text);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }
}
