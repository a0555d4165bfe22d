package io.vireo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dvireo.write=pages} to write the pages anew. */
class OptionPagesTest {
    @Test
    void theConfigurationFileIsThatOfTheTable() throws IOException {
        compare(Path.of("conf/vireo.conf"), OptionPages.configurationFile());
    }

    @Test
    void thePageIsThatOfTheTable() throws IOException {
        compare(Path.of("src/docs/options.md"), OptionPages.page());
    }

    @Test
    void theConfigurationFileHoldsEveryDefault() {
        List<String> lines = OptionPages.configurationFile().lines().toList();
        String[] options = lines.stream()
                .filter(line -> line.matches("#[a-z].*"))
                .map(line -> line.substring(1))
                .toArray(String[]::new);
        assertEquals(Options.ALL.size(), options.length);
        assertEquals(Config.defaults().match(List.of("*")), Config.of(options).match(List.of("*")));
        assertEquals(
                Config.defaults().match(List.of("*")),
                Config.of(lines.toArray(String[]::new)).match(List.of("*")));
        assertEquals(
                Options.ALL.stream()
                        .map(Option::name)
                        .collect(Collectors.toSet())
                        .size(),
                Options.ALL.size());
    }

    private static void compare(Path file, String expected) throws IOException {
        if ("pages".equals(System.getProperty("vireo.write"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
        }
        String found = Files.exists(file) ? Files.readString(file) : "";
        assertEquals(expected, found, () -> file + " is stale: run the tests with -Dvireo.write=pages");
    }
}
