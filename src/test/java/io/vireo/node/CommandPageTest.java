package io.vireo.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.aof.AofCommands;
import io.vireo.command.ClientCommands;
import io.vireo.command.Command;
import io.vireo.command.CommandCommands;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandPage;
import io.vireo.command.CommandSpec;
import io.vireo.command.CommandTable;
import io.vireo.command.CommandTexts;
import io.vireo.command.ConfigCommands;
import io.vireo.command.ConnectionCommands;
import io.vireo.command.DataTypes;
import io.vireo.command.DatabaseCommands;
import io.vireo.command.InfoCommand;
import io.vireo.command.LatencyCommands;
import io.vireo.command.SlowLogCommands;
import io.vireo.command.TransactionCommands;
import io.vireo.persist.DumpCommands;
import io.vireo.persist.MigrateCommand;
import io.vireo.persist.SaveCommands;
import io.vireo.pubsub.Monitors;
import io.vireo.pubsub.PubSubCommands;
import io.vireo.replication.ReplicationRows;
import io.vireo.sentinel.SentinelRows;
import io.vireo.testkit.TestServer;
import io.vireo.tracking.Tracking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dvireo.write=pages} to write the page anew. */
class CommandPageTest {
    private static final Path PAGE = Path.of("src/docs/commands.md");

    /** All families, built without what they need to run: only their rows are looked at. */
    private static final List<CommandFamily> FAMILIES = Stream.of(
                    DataTypes.families(),
                    ReplicationRows.families(),
                    SentinelRows.families(),
                    List.of(
                            new ConnectionCommands(null, null, null).rows(),
                            new PubSubCommands(null).rows(),
                            new Monitors().rows(),
                            new ClientCommands(null, clientRows()).rows(),
                            new DatabaseCommands(() -> {}).rows(),
                            new CommandCommands().rows(),
                            new TransactionCommands().rows(),
                            new SlowLogCommands().rows(),
                            new LatencyCommands().rows(),
                            new ConfigCommands(null, null, null, null).rows(),
                            new ServerCommands(new InfoCommand(List.of()), null).rows(),
                            new SaveCommands(null).rows(),
                            new AofCommands(null).rows(),
                            ClusterCommands.rows(),
                            new MemoryCommands(null, null).rows(),
                            new DumpCommands(null, null).rows(),
                            new DumpCommands(null, null).serverRows(),
                            new MigrateCommand(null, null).rows(),
                            new DebugCommands(null, null).rows()))
            .flatMap(List::stream)
            .toList();

    private static List<CommandSpec> clientRows() {
        return Stream.concat(new Tracking(null, null, null).clientRows().stream(), ReplicationRows.ofClient().stream())
                .toList();
    }

    private final CommandTexts texts = new CommandTexts();

    @Test
    void everyCommandHasATextAndEveryTextACommand() {
        Map<String, Set<String>> commands = new TreeMap<>();
        for (Command command : new CommandTable(FAMILIES).allWithSubcommands()) {
            commands.computeIfAbsent(command.group(), any -> new TreeSet<>()).add(command.fullName());
        }
        commands.forEach((group, names) -> assertEquals(names, new TreeSet<>(texts.names(group)), group));
    }

    @Test
    void docsOfSlaveofAreThoseThatOldScriptsExpect() {
        String expected = """
            slaveof
            summary
            Make the server a replica of another instance, or promote it as master.
            since
            1.0.0
            group
            server
            complexity
            O(1)
            doc_flags
            deprecated
            deprecated_since
            5.0.0
            replaced_by
            `REPLICAOF`
            arguments
            name
            args
            type
            oneof
            arguments
            name
            host-port
            type
            block
            arguments
            name
            host
            type
            string
            name
            port
            type
            integer
            name
            no-one
            type
            block
            arguments
            name
            no
            type
            pure-token
            token
            NO
            name
            one
            type
            pure-token
            token
            ONE
            """;
        try (TestServer server = new TestServer(ReplicationRows.families())) {
            String shown = server.run("COMMAND DOCS SLAVEOF")
                    .lines()
                    .filter(line -> !line.startsWith("*") && !line.startsWith("$"))
                    .map(line -> line.startsWith("+") ? line.substring(1) : line)
                    .collect(Collectors.joining("\n", "", "\n"));
            assertEquals(expected, shown);
        }
    }

    @Test
    void thePageIsThatOfTheTable() throws IOException {
        String expected = new CommandPage().write(FAMILIES);
        if ("pages".equals(System.getProperty("vireo.write"))) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, expected);
        }
        String found = Files.exists(PAGE) ? Files.readString(PAGE) : "";
        assertEquals(expected, found, () -> PAGE + " is stale: run the tests with -Dvireo.write=pages");
    }
}
