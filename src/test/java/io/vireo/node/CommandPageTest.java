package io.vireo.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.command.ClientCommands;
import io.vireo.command.CommandCommands;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandPage;
import io.vireo.command.ConfigCommands;
import io.vireo.command.ConnectionCommands;
import io.vireo.command.DatabaseCommands;
import io.vireo.command.ExpireCommands;
import io.vireo.command.InfoCommand;
import io.vireo.command.KeyCommands;
import io.vireo.command.StringCommands;
import io.vireo.command.TransactionCommands;
import io.vireo.persist.SaveCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dvireo.write=pages} to write the page anew. */
class CommandPageTest {
    private static final Path PAGE = Path.of("src/docs/commands.md");

    /** All families, built without what they need to run: only their rows are looked at. */
    private static final List<CommandFamily> FAMILIES = List.of(
            new ConnectionCommands(null, null).rows(),
            new ClientCommands(null).rows(),
            StringCommands.FAMILY,
            KeyCommands.FAMILY,
            ExpireCommands.FAMILY,
            new DatabaseCommands(() -> {}).rows(),
            new CommandCommands().rows(),
            new TransactionCommands().rows(),
            new ConfigCommands(null, null, null).rows(),
            new ServerCommands(new InfoCommand(List.of()), null).rows(),
            new SaveCommands(null).rows(),
            new DebugCommands(null, null, null).rows());

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
