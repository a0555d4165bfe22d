package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.config.CommandLine;
import io.vireo.config.Option;
import io.vireo.config.Options;
import io.vireo.testkit.NeedsRedis;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gives every option of the table the same values as redis-server gets, and compares what both say. */
@NeedsRedis
class OptionTableIT {
    /** Vireo's own, and those that Vireo refuses or takes on purpose where Redis does not. */
    private static final Set<String> DIFFERENT = Set.of(
            "consistency",
            "eventbus-address",
            "http-port",
            "replica-serve-reads",
            "hazelcast-members",
            "hazelcast-port",
            "repl-backlog-file",
            "replica-wipe-guard",
            "set-name",
            "voters",
            "voter-port",
            "voter-dir",
            "voter-down-after-milliseconds",
            "voter-lease-milliseconds",
            "voter-stall-milliseconds",
            "voter-lost",
            "min-sync-replicas",
            "strong-timeout-milliseconds",
            "aclfile",
            "activedefrag",
            "cluster-enabled",
            "tls-port",
            "tls-replication",
            "tls-cluster");

    private static final List<String> VALUES = List.of(
            "",
            "\"\"",
            "x",
            "-1",
            "0",
            "1",
            "100000",
            "2147483648",
            "9223372036854775808",
            "5kB",
            "YES",
            "1 2",
            "1 2 3");

    /** A line that both refuse, so that neither starts: if it is reached, the line before was good. */
    private static final String END = "end-of-test";

    private static final String TAKEN = "taken";

    @TempDir
    Path directory;

    @Test
    void redisAndVireoTakeAndRefuseTheSameValues() throws Exception {
        List<String> taken = new ArrayList<>();
        for (Option<?> option : Options.ALL) {
            if (!DIFFERENT.contains(option.name())) {
                for (String value : VALUES) {
                    String line = option.name() + " " + value;
                    String verdict = verdict(askVireo(line));
                    if (verdict.equals(TAKEN)) {
                        taken.add(line);
                    } else {
                        assertEquals(verdict, verdict(askRedis(line)), line);
                    }
                }
            }
        }

        String error = askRedis(String.join("\n", taken));
        assertEquals(TAKEN, verdict(error), error);
        assertTrue(taken.size() > Options.ALL.size());
    }

    private String askRedis(String line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("redis-server", "-")
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var in = process.getOutputStream()) {
            in.write(input(line));
        }
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertEquals(1, process.waitFor());
        return error;
    }

    private String askVireo(String line) {
        CommandLine.Outcome outcome = CommandLine.read(List.of("-"), directory, new ByteArrayInputStream(input(line)));
        return assertInstanceOf(CommandLine.Stop.class, outcome).standardError();
    }

    private static byte[] input(String line) {
        return (line + "\n" + END + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String verdict(String error) {
        List<String> lines = error.strip().lines().toList();
        return error.contains(END) ? TAKEN : lines.getLast();
    }
}
