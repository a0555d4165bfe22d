package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.resp.InlineWords;
import io.vireo.testkit.NeedsRedis;
import io.vireo.testkit.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the same random commands on redis-server and on a server without sockets: both must reply the same bytes, and
 * send replicas the same commands. Only times that depend on the clock are left out.
 */
@NeedsRedis
class RandomScriptIT {
    private static final int COMMANDS = 1_500;
    private static final int SHOWN = 10;

    /** Commands whose replies have no order. */
    private static final Set<String> UNORDERED =
            Set.of("smembers", "sinter", "sunion", "sdiff", "spop", "hgetall", "hkeys", "hvals");

    @RegisterExtension
    final Servers servers = new Servers();

    private final TestServer ours = new TestServer();
    private RespClient theirs;
    private RespClient theirStream;

    @BeforeEach
    void followRedis() {
        ServerProcess redis =
                servers.start(Program.REDIS, "--repl-ping-replica-period", "3600", "--enable-debug-command", "yes");
        theirs = redis.client();
        theirs.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0");
        theirStream = redis.client();
        theirStream.send("SYNC\r\n");
        String length = line();
        theirStream.readBytes(Integer.parseInt(length.substring(1)));
        theirs.run("SET marker begin");
        readTheirStreamUpTo("SET marker begin");
        theirs.run("DEL marker");
        readTheirStreamUpTo("DEL marker");
    }

    @AfterEach
    void stop() {
        ours.close();
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        while (true) {
            String next = theirStream.readBytes(1);
            if (!next.equals("\n")) {
                line.append(next);
            } else if (!line.isEmpty()) {
                return line.toString().strip();
            }
        }
    }

    private List<String> readTheirStreamUpTo(String end) {
        List<String> commands = new ArrayList<>();
        while (true) {
            String command = String.join(" ", theirStream.read().texts());
            if (command.equals(end)) {
                return commands;
            }
            commands.add(command);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "strings, 1", "strings, 2", "strings, 3", "strings, 4",
        "collections, 1", "collections, 2", "collections, 3", "collections, 4"
    })
    void repliesAndWhatReplicasReceiveAreThoseOfRedis(String kind, long seed) {
        Supplier<String> random =
                kind.equals("strings") ? new RandomWords(seed)::command : new CollectionWords(seed)::command;
        List<String> script = new ArrayList<>();
        Supplier<String> lately =
                () -> "seed " + seed + ": " + script.subList(Math.max(0, script.size() - SHOWN), script.size());
        for (int i = 0; i < COMMANDS; i++) {
            String command = random.get();
            script.add(command);
            compare(command, theirs.ask(words(command)).wire(), ours.run(command), lately);
        }
        theirs.run("DISCARD");
        theirs.run("SELECT 0");
        theirs.run("SET marker end");
        ours.run("DISCARD");
        ours.run("SELECT 0");
        ours.run("SET marker end");

        List<String> wanted = readTheirStreamUpTo("SET marker end");
        List<String> given = ours.propagated();
        if (kind.equals("collections")) {
            wanted.removeIf(RandomScriptIT::isOnlyTold);
            given.removeIf(RandomScriptIT::isOnlyTold);
        }
        assertEquals("SET marker end", given.removeLast());
        for (int i = 0; i < Math.min(wanted.size(), given.size()); i++) {
            String before = "seed " + seed + ", after " + given.subList(Math.max(0, i - SHOWN), i);
            assertEquals(withoutTimes(wanted.get(i)), withoutTimes(given.get(i)), before);
        }
        assertEquals(wanted.size(), given.size());
    }

    /**
     * What replicas of Vireo are told of a group and those of Redis 7.0 are not: where it stands after each read, with how
     * many entries it has read, and a consumer that came to read what it had got before. Effects are then several, and
     * stand in a transaction.
     */
    private static boolean isOnlyTold(String effect) {
        return effect.startsWith("XGROUP CREATECONSUMER")
                || effect.startsWith("XGROUP SETID")
                || effect.equals("MULTI")
                || effect.equals("EXEC");
    }

    private static void compare(String command, String theirs, String ours, Supplier<String> lately) {
        if (command.startsWith("ttl") || command.startsWith("pttl")) {
            assertEquals(theirs.startsWith(":-"), ours.startsWith(":-"), lately);
        } else if (UNORDERED.contains(command.replaceFirst(" .*", ""))) {
            assertEquals(sorted(theirs), sorted(ours), lately);
        } else if (!command.startsWith("object encoding") || !theirs.contains("embstr")) {
            // INCRBYFLOAT leaves a text in Redis, and a number here.
            assertEquals(withoutTimes(theirs), withoutTimes(ours), lately);
        }
    }

    private static List<String> sorted(String reply) {
        return Arrays.stream(reply.split("\r\n"))
                .filter(line -> !line.isEmpty())
                .sorted()
                .toList();
    }

    /** What the clock has a part in: times of this decade, and of the end of all times, in either unit. */
    private static String withoutTimes(String text) {
        return text.replaceAll("radix-tree-nodes\r\n:\\d+", "radix-tree-nodes")
                .replaceAll("\\b1[78]\\d{8}(\\d{3})?\\b", "T")
                .replaceAll("\\b922[5-9]\\d{9}(\\d{3})?\\b", "T");
    }

    private static String[] words(String command) {
        byte[][] words = InlineWords.split(command.getBytes(StandardCharsets.ISO_8859_1));
        return Arrays.stream(words)
                .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                .toArray(String[]::new);
    }
}
