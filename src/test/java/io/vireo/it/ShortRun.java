package io.vireo.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a program that ends by itself has left behind.
 *
 * @param exitCode as the shell sees it
 * @param out standard output
 * @param errors standard error
 */
record ShortRun(int exitCode, String out, String errors) {
    /** Runs a server with these arguments in a folder, to its end. */
    static ShortRun of(Program program, Path folder, String standardInput, String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(program.executable());
        line.addAll(List.of(arguments));
        try {
            Path input = Files.writeString(folder.resolve("in." + program), standardInput);
            Path output = folder.resolve("out." + program);
            Path errors = folder.resolve("err." + program);
            Process process = new ProcessBuilder(line)
                    .directory(folder.toFile())
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(line + " does not end: " + text(output) + text(errors));
            }
            return new ShortRun(process.exitValue(), text(output), text(errors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
