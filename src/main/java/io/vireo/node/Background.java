package io.vireo.node;

import io.vireo.base.Fatal;
import io.vireo.config.Config;
import io.vireo.config.Options;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code daemonize}: a JVM cannot fork, so the command is started once more, in a session of its own, and the first
 * process ends when the second listens.
 *
 * <p>The two are joined by the second one's standard output and error, a pipe. It writes {@link #READY} when its ports
 * are open and closes both, after which what it says there goes nowhere, as Redis's daemon. If it ends before, the first
 * process shows what it has said, and ends with its exit status.
 */
public final class Background {
    /** Tells the JVM that it is the second process; on its command line, which it inherits otherwise unchanged. */
    private static final String DETACHED = "vireo.detached";

    private static final int READY = 6; // ACK, in no text

    private static final Path OWN_COMMAND = Path.of("/proc/self/cmdline");
    private static final int MOST_SHOWN = 64 * 1024;
    private static final int FAILED = 1;

    private Background() {}

    /** Whether these nodes are to run in the background and this process is not there yet. */
    public static boolean isWanted(List<Config> nodes) {
        return !isDetached() && nodes.stream().anyMatch(Background::isDaemon);
    }

    /** A supervisor that was asked for comes first: it wants to see the process it has started. */
    static boolean isDaemon(Config config) {
        return config.get(Options.DAEMONIZE) && Supervisor.of(config).isNone();
    }

    static boolean isDetached() {
        return Boolean.getBoolean(DETACHED);
    }

    /**
     * Starts this command again, detached, and waits until it listens or has failed.
     *
     * @param input what was read from standard input, for it to read again
     * @return the exit status for this process
     */
    public static int start(byte[] input) {
        try {
            Process process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectInput(input.length == 0 ? DEV_NULL : ProcessBuilder.Redirect.PIPE)
                    .start();
            if (input.length > 0) {
                try (OutputStream in = process.getOutputStream()) {
                    in.write(input);
                }
            }
            byte[] said = readToEnd(process.getInputStream());
            if (said.length > 0 && said[said.length - 1] == READY) {
                return 0;
            }
            System.err.write(said, 0, said.length);
            System.err.flush();
            process.waitFor();
            return process.exitValue() == 0 ? FAILED : process.exitValue();
        } catch (IOException e) {
            System.err.println("Can't start in the background: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            return FAILED;
        }
    }

    private static final ProcessBuilder.Redirect DEV_NULL =
            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile());

    private static byte[] readToEnd(InputStream from) throws IOException {
        ByteArrayOutputStream last = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            if (last.size() > MOST_SHOWN) {
                last.reset();
            }
            last.write(buffer, 0, count);
        }
        return last.toByteArray();
    }

    private static List<String> command() throws IOException {
        List<String> words = new ArrayList<>(ownCommand());
        words.add(1, "-D" + DETACHED + "=true");
        return words;
    }

    private static List<String> ownCommand() throws IOException {
        ProcessHandle.Info info = ProcessHandle.current().info();
        String executable = info.command().orElseThrow(() -> new IOException("the command is not known"));
        List<String> words = new ArrayList<>(List.of(executable));
        if (Files.isReadable(OWN_COMMAND)) { // whole, where the handle cuts long ones off
            byte[] all = Files.newInputStream(OWN_COMMAND).readAllBytes();
            String[] parts = new String(all, StandardCharsets.UTF_8).split("\0", -1);
            words.addAll(Arrays.asList(parts).subList(1, parts.length - 1));
        } else {
            Optional<String[]> arguments = info.arguments();
            words.addAll(List.of(arguments.orElseThrow(() -> new IOException("the arguments are not known"))));
        }
        return words;
    }

    /** Leaves the terminal's session, in the second process; its end is then none of ours. */
    static void leaveSession() {
        if (!isDetached()) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("setsid").ifPresent(address -> {
            try {
                int session = (int) linker.downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT))
                        .invokeExact();
                assert session != 0;
            } catch (Throwable e) { // of a method handle
                Fatal.stop(e);
            }
        });
    }

    /** The ports are open: the first process may end. */
    static void ready() {
        if (isDetached()) {
            System.out.write(READY);
            System.out.close();
            System.err.close();
        }
    }
}
