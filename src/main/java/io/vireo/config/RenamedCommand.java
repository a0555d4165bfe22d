package io.vireo.config;

/**
 * A {@code rename-command} line, to be checked against the commands that exist.
 *
 * @param name the command, a word
 * @param newName its name from now on, a word; empty removes it
 * @param lineNumber where the line stood, counted from 1
 * @param line the line itself, a word
 */
public record RenamedCommand(String name, String newName, int lineNumber, String line) {
    /** What to print on standard error where this line is refused. */
    public String fatalReport(String reason) {
        return new ConfigFile.Fatal(lineNumber, line, reason).report();
    }
}
