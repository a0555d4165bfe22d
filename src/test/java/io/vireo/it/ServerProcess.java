package io.vireo.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A server in a process of its own, with a folder and a free port of its own. It can be stopped, killed, frozen and
 * started again with the same folder and port. Closing kills it and deletes the folder; processes that nobody closed
 * are killed when this JVM ends.
 */
final class ServerProcess implements AutoCloseable {
    private static final int PORTS = 400;

    /**
     * Below those that the kernel hands out to clients, so that nobody takes one before the server binds it. Tests that
     * run beside others in another process have others.
     */
    private static final int FIRST_PORT = 21_500 + PORTS * (Integer.getInteger("vireo.fork", 1) - 1);

    /** What stands before a server's log in a failure's message. */
    static final String LOG_FOLLOWS = "--- ";

    private static final int TAIL_LINES = 60;

    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private static final Set<ServerProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(server -> server.process.destroyForcibly())));
    }

    private final Program program;
    private final Place place;
    private final int port;
    private final Path folder;
    private final List<RespClient> clients = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private List<String> directives;
    private int starts;
    private Process process;
    private RespClient ownClient;

    private ServerProcess(Program program, Place place, int port, Path folder) {
        this.program = program;
        this.place = place;
        this.port = port;
        this.folder = folder;
    }

    /**
     * Starts a server and waits until it is ready. Without word to the contrary it saves nothing by itself and does not
     * gather replicas before a diskless sync.
     *
     * @param directives words of the command line, as {@code "--maxclients", "100"}
     */
    static ServerProcess start(Program program, String... directives) {
        ServerProcess server = prepare(program);
        server.directives = List.of(directives);
        server.launch();
        server.awaitReady();
        return server;
    }

    /** A folder and a port for a server that the test starts by {@link #launch}. */
    static ServerProcess prepare(Program program) {
        return prepare(program, Place.LOOPBACK);
    }

    /** A folder and a port for a server at some place, that the test starts by {@link #launchAs}. */
    static ServerProcess prepare(Program program, Place place) {
        try {
            Path folder = Files.createTempDirectory("vireo-it-");
            Files.createDirectory(folder.resolve("data"));
            ServerProcess server = new ServerProcess(program, place, freePort(), folder);
            server.directives = List.of();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets a variable of the environment for the starts to come. */
    void environment(String name, String value) {
        environment.put(name, value);
    }

    /** Starts the process again, in the same folder and on the same port, and waits until it is ready. */
    void restart(String... newDirectives) {
        launch(newDirectives);
        awaitReady();
    }

    /** Starts the process and waits for nothing. The directives replace those it had. */
    void launch(String... newDirectives) {
        directives = List.of(newDirectives);
        launch();
    }

    private void launch() {
        List<String> line = new ArrayList<>(place.command());
        line.add(program.executable());
        line.addAll(List.of("--port", "" + port, "--bind", place.host(), "--dir", dir().toString()));
        line.addAll(List.of("--save", "", "--repl-diskless-sync-delay", "0"));
        line.addAll(directives);
        start(line, "");
    }

    /** Starts the process with nothing on its command line but these words, and something on its standard input. */
    void launchAs(String standardInput, String... arguments) {
        List<String> line = new ArrayList<>(place.command());
        line.add(program.executable());
        line.addAll(List.of(arguments));
        start(line, standardInput);
    }

    private void start(List<String> line, String standardInput) {
        starts++;
        try {
            Path input = Files.writeString(folder.resolve("in." + starts), standardInput);
            ProcessBuilder builder = new ProcessBuilder(line)
                    .directory(folder.toFile())
                    .redirectInput(input.toFile())
                    .redirectOutput(folder.resolve("log." + starts).toFile())
                    .redirectError(folder.resolve("err." + starts).toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(this);
    }

    void awaitReady() {
        Await.until(
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("did not start: " + this + "\n" + log() + errors());
                    }
                    return log().contains("Ready to accept connections");
                },
                "a start of " + this);
    }

    /** A new connection, logged in if the server asks for a password, closed with the server. */
    RespClient client() {
        RespClient client = new RespClient(place.host(), port);
        clients.add(client);
        int password = directives.indexOf("--requirepass");
        if (password >= 0) {
            client.ask("AUTH", directives.get(password + 1));
        }
        return client;
    }

    /** Asks on a connection that the server's owner keeps; a broken one is opened anew at the next call. */
    Reply ask(String... words) {
        return onOwnClient(client -> client.ask(words));
    }

    /** Sends the words of a line, parted by single blanks, and gives the reply's bytes. */
    String run(String line) {
        return ask(line.split(" ", -1)).wire();
    }

    /** Says a line and gives the words of its answer, one item per line; an empty text if the server went away. */
    String say(String line) {
        try (RespClient client = client()) {
            Reply reply = client.ask(line.split(" ", -1));
            return reply.items().isEmpty() ? reply.text() : String.join("\n", reply.texts());
        } catch (UncheckedIOException e) {
            return "";
        }
    }

    /** A field of INFO, or null. */
    String info(String section, String field) {
        return onOwnClient(client -> client.info(section).get(field));
    }

    long infoNumber(String section, String field) {
        return Long.parseLong(info(section, field));
    }

    private <T> T onOwnClient(Function<RespClient, T> call) {
        if (ownClient == null) {
            ownClient = client();
        }
        try {
            return call.apply(ownClient);
        } catch (UncheckedIOException e) {
            ownClient.close();
            ownClient = null;
            throw e;
        }
    }

    /** SIGTERM. Gives the exit code. */
    int stop() {
        signal("TERM");
        return awaitEnd();
    }

    /** SIGKILL. */
    void kill() {
        signal("KILL");
        awaitEnd();
    }

    /** SIGSTOP, and waits until every thread stands still; sockets stay open. */
    void freeze() {
        signal("STOP");
        Await.until(
                () -> {
                    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
                        return threads.allMatch(
                                thread -> read(thread.resolve("stat")).matches("(?s).*\\) T .*"));
                    }
                },
                "every thread of " + this + " to stand still");
    }

    /** SIGCONT. */
    void thaw() {
        signal("CONT");
    }

    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end of the process. Gives its exit code. */
    int awaitEnd() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end: " + this + logsOfAll());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        RUNNING.remove(this);
        ownClient = null;
        return process.exitValue();
    }

    boolean runs() {
        return process.isAlive();
    }

    int port() {
        return port;
    }

    Place place() {
        return place;
    }

    long pid() {
        return process.pid();
    }

    Program program() {
        return program;
    }

    /** Where the server keeps its files. */
    Path dir() {
        return folder.resolve("data");
    }

    /** Standard output since the last start. */
    String log() {
        return read(folder.resolve("log." + starts));
    }

    /** Standard error since the last start. */
    String errors() {
        return read(folder.resolve("err." + starts));
    }

    /** How many log lines since the last start hold a text. */
    long logged(String text) {
        return log().lines().filter(line -> line.contains(text)).count();
    }

    void awaitLog(String text) {
        Await.until(() -> logged(text) > 0, "\"" + text + "\" in the log of " + this);
    }

    /** Resident memory, from the kernel. */
    long residentBytes() {
        return read(Path.of("/proc/" + process.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** The last lines of the logs of all servers that run, as an end of a failure's message. */
    static String logsOfAll() {
        StringBuilder out = new StringBuilder();
        RUNNING.stream().sorted(Comparator.comparingInt(ServerProcess::port)).forEach(server -> {
            out.append('\n').append(LOG_FOLLOWS).append(server).append('\n').append(server.logTail());
        });
        return out.toString();
    }

    String logTail() {
        List<String> lines = Stream.concat(log().lines(), errors().lines()).toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    @Override
    public void close() {
        clients.forEach(RespClient::close);
        if (process != null) {
            process.destroyForcibly();
            awaitEnd();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return program + " on port " + port;
    }

    /** A port of 127.0.0.1 that could be bound just now, and that this JVM has not given away for a long time. */
    static int freePort() {
        for (int i = 0; i < PORTS; i++) {
            int candidate = FIRST_PORT + NEXT_PORT.getAndIncrement() % PORTS;
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), candidate));
                return candidate;
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        throw new IllegalStateException("no free port between " + FIRST_PORT + " and " + (FIRST_PORT + PORTS - 1));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
