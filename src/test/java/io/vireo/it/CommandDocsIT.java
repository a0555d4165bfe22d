package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/** Asks Vireo and redis-server the same about every command both have. */
@NeedsRedis
class CommandDocsIT {
    /** What Redis 7.0 does not know yet. */
    private static final Set<String> NEWER = Set.of("client|setinfo", "client|no-touch", "waitaof");

    /** What Redis does not have. */
    private static final Set<String> OWN = Set.of("client|reads", "repltoken", "waitrepl");

    /** Commands that take more words since Redis 7.2. */
    private static final Set<String> GROWN = Set.of("zrank", "zrevrank");

    /** In the array that COMMAND INFO gives for a command. */
    private static final int KEY_SPECIFICATIONS = 8;

    private static final int SUBCOMMANDS = 9;

    @RegisterExtension
    final Servers servers = new Servers();

    private RespClient redis;
    private RespClient vireo;
    private List<String> names;

    @BeforeEach
    void startBoth() {
        redis = servers.start(Program.REDIS).client();
        vireo = servers.start(Program.VIREO).client();
        redis.ask("HELLO", "3");
        vireo.ask("HELLO", "3");
        Set<String> ours = new TreeSet<>(vireo.ask("COMMAND", "LIST").texts());
        ours.removeAll(NEWER);
        ours.removeAll(GROWN);
        ours.removeAll(OWN);
        assertTrue(ours.contains("object|encoding"));
        names = List.copyOf(ours);
    }

    @Test
    void everyCommandIsOneThatRedisHas() {
        Set<String> theirs = Set.copyOf(redis.ask("COMMAND", "LIST").texts());
        assertEquals(
                List.of(), names.stream().filter(name -> !theirs.contains(name)).toList());
    }

    @Test
    void thePageHasALineForEveryCommand() throws IOException {
        String page = Files.readString(Path.of("src/docs/commands.md"));
        for (String name : names) {
            Reply subcommands = vireo.ask("COMMAND", "INFO", name)
                    .items()
                    .getFirst()
                    .items()
                    .getLast();
            if (subcommands.items().isEmpty()) {
                String words = name.toUpperCase(Locale.ROOT).replace('|', ' ');
                assertTrue(page.contains("| `" + words + "`") || page.contains("| `" + words + " "), words);
            }
        }
    }

    @Test
    void rowsAreThoseOfRedis() {
        compare("INFO", (ours, theirs) -> {
            for (int i = 0; i < SUBCOMMANDS; i++) {
                String given = i == KEY_SPECIFICATIONS
                        ? keys(ours.items().get(i))
                        : wire(ours.items().get(i));
                String wanted = i == KEY_SPECIFICATIONS
                        ? keys(theirs.items().get(i))
                        : wire(theirs.items().get(i));
                assertEquals(wanted, given, ours.items().getFirst().text() + ", item " + i);
            }
        });
    }

    @Test
    void argumentsAndVersionsAreThoseOfRedis() {
        compare("DOCS", (ours, theirs) -> {
            String name = ours.items().get(0).text();
            Reply our = ours.items().get(1);
            Reply their = theirs.items().get(1);
            for (String member : List.of("since", "group", "doc_flags", "deprecated_since", "arguments")) {
                assertEquals(wire(member(their, member)), wire(member(our, member)), name + ", " + member);
            }
            assertEquals(versions(their), versions(our), name + ", history");
            assertTrue(!member(our, "summary").text().isEmpty(), name);
        });
    }

    private void compare(String subcommand, BiConsumer<Reply, Reply> sameness) {
        List<Executable> comparisons = new ArrayList<>();
        for (String name : names) {
            Reply ours = vireo.ask("COMMAND", subcommand, name);
            Reply theirs = redis.ask("COMMAND", subcommand, name);
            boolean isArray = subcommand.equals("INFO");
            comparisons.add(() -> sameness.accept(
                    isArray ? ours.items().getFirst() : ours,
                    isArray ? theirs.items().getFirst() : theirs));
        }
        assertAll(comparisons);
    }

    /** The bytes, with sets in one order, since they have none. */
    private static String wire(Reply reply) {
        if (reply == null) {
            return "";
        }
        if (reply.items().isEmpty()) {
            return reply.wire();
        }
        Stream<String> parts = reply.items().stream().map(CommandDocsIT::wire);
        return reply.kind() + String.join("", (reply.kind() == '~' ? parts.sorted() : parts).toList());
    }

    /** Key specifications without the notes that Redis has about some. */
    private static String keys(Reply specifications) {
        List<String> out = new ArrayList<>();
        for (Reply each : specifications.items()) {
            for (String member : List.of("flags", "begin_search", "find_keys")) {
                out.add(wire(member(each, member)));
            }
        }
        return String.join("\n", out);
    }

    private static List<String> versions(Reply docs) {
        Reply history = member(docs, "history");
        return history == null
                ? List.of()
                : history.items().stream()
                        .map(change -> change.items().getFirst().text())
                        .distinct()
                        .toList();
    }

    private static Reply member(Reply map, String name) {
        for (int i = 0; i < map.items().size(); i += 2) {
            if (name.equals(map.items().get(i).text())) {
                return map.items().get(i + 1);
            }
        }
        return null;
    }
}
