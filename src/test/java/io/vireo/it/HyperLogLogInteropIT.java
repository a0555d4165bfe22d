package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sketches of the real server and of Vireo are the same bytes, from the first word to the dense form. */
@NeedsRedis
class HyperLogLogInteropIT {
    private static final int STEPS = 900;

    @RegisterExtension
    private final Servers servers = new Servers();

    @Test
    void theSameWordsLeaveTheSameBytes() {
        Random random = new Random(7);
        try (RespClient redis = servers.start(Program.REDIS).client();
                RespClient vireo = servers.start(Program.VIREO).client()) {
            for (int i = 0; i < STEPS; i++) {
                String[] command = command(random, i);
                assertEquals(redis.ask(command).wire(), vireo.ask(command).wire(), String.join(" ", command));
                for (String key : List.of("a", "b", "c")) {
                    assertEquals(
                            redis.ask("GET", key).text(), vireo.ask("GET", key).text(), key + " at step " + i);
                }
            }
        }
    }

    private static String[] command(Random random, int step) {
        String key = String.valueOf("abc".charAt(random.nextInt(3)));
        List<String> words = new ArrayList<>();
        switch (random.nextInt(10)) {
            case 0 -> words.addAll(List.of("PFCOUNT", key));
            case 1 -> words.addAll(List.of("PFCOUNT", "a", "b", "none"));
            case 2 -> words.addAll(List.of("PFMERGE", key, "abc".charAt(random.nextInt(3)) + "", "none"));
            case 3 -> words.addAll(List.of("PFDEBUG", "ENCODING", "a"));
            case 4 -> words.addAll(step % 300 == 0 ? List.of("DEL", key) : List.of("PFADD", key));
            default -> {
                words.addAll(List.of("PFADD", key));
                for (int left = random.nextInt(step < 300 ? 4 : 60); left >= 0; left--) {
                    words.add("word" + random.nextInt(1 + step * 100) + "x".repeat(random.nextInt(20)));
                }
            }
        }
        return words.toArray(String[]::new);
    }

    @Test
    void whatIsNoSketchIsRefusedAndHurtsNobody() {
        Random random = new Random(8);
        try (RespClient redis = servers.start(Program.REDIS).client();
                RespClient vireo = servers.start(Program.VIREO).client()) {
            redis.ask("PFADD", "sketch", "a", "b", "c");
            String sound = redis.ask("GET", "sketch").text();
            for (int i = 0; i < 500; i++) {
                StringBuilder damaged = new StringBuilder(sound);
                for (int left = random.nextInt(4); left >= 0; left--) {
                    damaged.setCharAt(random.nextInt(damaged.length()), (char) random.nextInt(256));
                }
                damaged.setLength(damaged.length() - random.nextInt(4));
                vireo.ask("SET", "sketch", damaged.toString());
                for (String command : List.of("PFADD sketch x y z", "PFCOUNT sketch", "PFMERGE other sketch")) {
                    String reply = vireo.run(command);
                    if (reply.startsWith("-")) {
                        assertEquals(true, reply.startsWith("-INVALIDOBJ") || reply.startsWith("-WRONGTYPE"), reply);
                    }
                }
            }
        }
    }
}
