package io.vireo.it;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of Redis's that runs beside a test: it is fed, read while it runs, and ended with the test. */
final class Tool implements AutoCloseable {
    private static final int MOST_SECONDS = 60;

    private final Process process;
    private final Path output;

    private Tool(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts a program; what it writes, errors too, is kept together. */
    static Tool start(String... line) {
        try {
            Path output = Files.createTempFile("vireo-tool-", ".out");
            ProcessBuilder builder = new ProcessBuilder(List.of(line)).redirectErrorStream(true);
            builder.environment().put("TERM", "xterm");
            return new Tool(builder.redirectOutput(output.toFile()).start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program to its end, which must be a good one, and answers what it wrote. */
    static String run(String... line) {
        try (Tool tool = start(line)) {
            tool.endInput();
            return tool.awaitEnd(0);
        }
    }

    /** Says something on the program's standard input. */
    void say(String text) {
        try {
            OutputStream input = process.getOutputStream();
            input.write(text.getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has written so far. */
    String output() {
        try {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has written something. */
    void awaitOutput(String text) {
        Await.until(() -> output().contains(text), "\"" + text + "\" of a program that wrote: " + output());
    }

    /** Waits for its end, which must be with this code, and answers all it wrote. */
    String awaitEnd(int code) {
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end: " + output());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (process.exitValue() != code) {
            throw new AssertionError("ended with " + process.exitValue() + ": " + output());
        }
        return output();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
            Files.delete(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
