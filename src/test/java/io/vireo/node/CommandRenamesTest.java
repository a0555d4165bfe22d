package io.vireo.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.command.CommandTable;
import io.vireo.command.DatabaseCommands;
import io.vireo.command.StringCommands;
import io.vireo.config.Config;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandRenamesTest {
    private final CommandTable table =
            new CommandTable(List.of(StringCommands.FAMILY, new DatabaseCommands(() -> {}).rows()));

    @Test
    void aCommandIsFoundUnderItsNewNameOnly() {
        apply("rename-command FLUSHDB Badger", "rename-command flushall \"\"");

        assertEquals("flushdb", table.find("badger").fullName());
        assertNull(table.find("flushdb"));
        assertNull(table.find("flushall"));
    }

    @Test
    void namesThatBecameFreeMayBeTaken() {
        apply("rename-command get fetch", "rename-command set get", "rename-command fetch set");
        assertEquals("set", table.find("get").fullName());
        assertEquals("get", table.find("set").fullName());
    }

    @Test
    void aCommandMayKeepItsName() {
        apply("rename-command get GET");
        assertEquals("get", table.find("get").fullName());
    }

    /** What redis-server 7.0.15 printed. */
    @ParameterizedTest
    @CsvSource({
        "rename-command nosuch x, No such command in rename-command",
        "rename-command get set,  Target command name already exists",
    })
    void aNameThatIsWrongEndsTheStart(String line, String reason) {
        StartRefusal refusal = assertThrows(StartRefusal.class, () -> apply("hz 1", line));
        assertTrue(
                refusal.getMessage()
                        .endsWith("Reading the configuration file, at line 2\n>>> '" + line + "'\n" + reason + "\n"),
                refusal::getMessage);
        assertNotNull(table.find("get"));
    }

    private void apply(String... lines) {
        CommandRenames.apply(Config.of(lines).renamedCommands(), table);
    }
}
