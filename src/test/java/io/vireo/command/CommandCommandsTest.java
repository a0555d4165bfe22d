package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestServer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCommandsTest {
    private final TestServer server = new TestServer();
    private final CommandTexts texts = new CommandTexts();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void infoIsARowForEachNameAndNullForNone() {
        assertEquals(
                "*2\r\n"
                        + "*10\r\n"
                        + "$3\r\n"
                        + "get\r\n"
                        + ":2\r\n"
                        + "*2\r\n"
                        + "+readonly\r\n"
                        + "+fast\r\n"
                        + ":1\r\n"
                        + ":1\r\n"
                        + ":1\r\n"
                        + "*3\r\n"
                        + "+@read\r\n"
                        + "+@string\r\n"
                        + "+@fast\r\n"
                        + "*0\r\n"
                        + "*1\r\n"
                        + "*6\r\n"
                        + "$5\r\n"
                        + "flags\r\n"
                        + "*2\r\n"
                        + "+RO\r\n"
                        + "+access\r\n"
                        + "$12\r\n"
                        + "begin_search\r\n"
                        + "*4\r\n"
                        + "$4\r\n"
                        + "type\r\n"
                        + "$5\r\n"
                        + "index\r\n"
                        + "$4\r\n"
                        + "spec\r\n"
                        + "*2\r\n"
                        + "$5\r\n"
                        + "index\r\n"
                        + ":1\r\n"
                        + "$9\r\n"
                        + "find_keys\r\n"
                        + "*4\r\n"
                        + "$4\r\n"
                        + "type\r\n"
                        + "$5\r\n"
                        + "range\r\n"
                        + "$4\r\n"
                        + "spec\r\n"
                        + "*6\r\n"
                        + "$7\r\n"
                        + "lastkey\r\n"
                        + ":0\r\n"
                        + "$7\r\n"
                        + "keystep\r\n"
                        + ":1\r\n"
                        + "$5\r\n"
                        + "limit\r\n"
                        + ":0\r\n"
                        + "*0\r\n"
                        + "$-1\r\n",
                server.run("COMMAND INFO GET none"));
    }

    @Test
    void inResp3SetsAndMapsAreSetsAndMaps() {
        server.run("HELLO 3");
        String reply = server.run("COMMAND INFO object|freq");
        assertTrue(reply.startsWith(
                "*1\r\n*10\r\n$11\r\nobject|freq\r\n:3\r\n~1\r\n+readonly\r\n:2\r\n:2\r\n:1\r\n~3\r\n"));
        assertTrue(reply.contains("~1\r\n$23\r\nnondeterministic_output\r\n~1\r\n%3\r\n$5\r\nflags\r\n~1\r\n+RO\r\n"));
    }

    @Test
    void docsIsAMapOfTheCommandsThereAre() {
        assertEquals("*0\r\n", server.run("COMMAND DOCS none"));
        server.run("HELLO 3");
        assertEquals(
                "%1\r\n"
                        + "$6\r\n"
                        + "strlen\r\n"
                        + "%5\r\n"
                        + "$7\r\n"
                        + "summary\r\n"
                        + "$29\r\n"
                        + "Counts the bytes of a string.\r\n"
                        + "$5\r\n"
                        + "since\r\n"
                        + "$5\r\n"
                        + "2.2.0\r\n"
                        + "$5\r\n"
                        + "group\r\n"
                        + "$6\r\n"
                        + "string\r\n"
                        + "$10\r\n"
                        + "complexity\r\n"
                        + "$4\r\n"
                        + "O(1)\r\n"
                        + "$9\r\n"
                        + "arguments\r\n"
                        + "*1\r\n"
                        + "%3\r\n"
                        + "$4\r\n"
                        + "name\r\n"
                        + "$3\r\n"
                        + "key\r\n"
                        + "$4\r\n"
                        + "type\r\n"
                        + "$3\r\n"
                        + "key\r\n"
                        + "$14\r\n"
                        + "key_spec_index\r\n"
                        + ":0\r\n",
                server.run("command docs StrLen none"));
    }

    @Test
    void docsNameWhatIsOldAndWhatReplacesIt() {
        String reply = server.run("COMMAND DOCS substr");
        assertTrue(reply.contains("$9\r\ndoc_flags\r\n*1\r\n+deprecated\r\n$16\r\ndeprecated_since\r\n$5\r\n2.0.0\r\n"
                + "$11\r\nreplaced_by\r\n$10\r\n`GETRANGE`\r\n"));
    }

    @Test
    void docsOfAContainerHoldThoseOfItsSubcommands() {
        String reply = server.run("COMMAND DOCS object");
        assertTrue(reply.contains("$11\r\nsubcommands\r\n*10\r\n$15\r\nobject|encoding\r\n"));
        assertTrue(server.run("COMMAND DOCS object|encoding").startsWith("*2\r\n$15\r\nobject|encoding\r\n"));
    }

    @Test
    void listNamesCommandsAndSubcommandsAndCountOnlyCommands() {
        CommandTable table = server.dispatcher().table();
        assertEquals(":" + table.all().size() + "\r\n", server.run("COMMAND COUNT"));
        assertTrue(server.run("COMMAND").startsWith("*" + table.all().size() + "\r\n"));
        assertTrue(server.run("COMMAND LIST")
                .startsWith("*" + table.allWithSubcommands().size() + "\r\n"));
    }

    @Test
    void listTakesAFilter() {
        assertEquals("*1\r\n$6\r\ngetdel\r\n", server.run("COMMAND LIST FILTERBY PATTERN GETD*"));
        assertEquals(
                "*5\r\n$5\r\nmulti\r\n$4\r\nexec\r\n$7\r\ndiscard\r\n$5\r\nwatch\r\n$7\r\nunwatch\r\n",
                server.run("COMMAND LIST filterby aclcat TRANSACTION"));
        assertEquals("*0\r\n", server.run("COMMAND LIST FILTERBY ACLCAT @string"));
        assertEquals("*0\r\n", server.run("COMMAND LIST FILTERBY MODULE any"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FILTERBY foo bar", "FILTERBY PATTERN", "FILTERBY", "foo", "FILTERBY PATTERN a b"})
    void listRefusesWhatIsNoFilter(String words) {
        assertEquals("-ERR syntax error\r\n", server.run("COMMAND LIST " + words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "get a ; a",
                "mset a 1 b 2 ; a b",
                "MGET a b c ; a b c",
                "lcs a b LEN ; a b",
                "rename a b ; a b",
                "object encoding a ; a"
            })
    void getkeysFindsTheKeys(String command, String keys) {
        StringBuilder reply = new StringBuilder();
        String[] names = keys.split(" ", -1);
        reply.append('*').append(names.length).append("\r\n");
        for (String name : names) {
            reply.append('$').append(name.length()).append("\r\n").append(name).append("\r\n");
        }
        assertEquals(reply.toString(), server.run("COMMAND GETKEYS " + command));
    }

    @Test
    void whatSetDoesWithItsKeyDependsOnGet() {
        assertEquals(
                "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+OW\r\n+update\r\n", server.run("COMMAND GETKEYSANDFLAGS SET a 1 NX"));
        assertEquals(
                "*1\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+update\r\n",
                server.run("COMMAND GETKEYSANDFLAGS SET a 1 EX 10 get"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "foo bar ; ERR Invalid command specified",
                "object foo ; ERR Invalid command specified",
                "ping x ; ERR The command has no key arguments",
                "get a b ; ERR Invalid number of arguments specified for command",
                "get ; ERR wrong number of arguments for 'command|getkeys' command"
            })
    void getkeysRefusesWhatHasNoKeys(String command, String error) {
        assertEquals("-" + error + "\r\n", server.run("COMMAND GETKEYS " + command));
    }

    @Test
    void everyCommandHasItsText() {
        for (Command command : server.dispatcher().table().allWithSubcommands()) {
            CommandText text = texts.of(command);
            assertNotNull(text, command.fullName());
            assertFalse(text.summary().isBlank(), command.fullName());
            assertTrue(text.summary().endsWith("."), command.fullName());
            assertTrue(text.since().matches("[0-9]+\\.[0-9]+\\.[0-9]+"), command.fullName());
        }
    }

    @Test
    void everyKeyAmongTheArgumentsIsOneThatTheRowFinds() {
        for (Command command : server.dispatcher().table().allWithSubcommands()) {
            int specifications = (int) command.spec().keys().stream()
                    .filter(keys -> !(keys.begin() instanceof KeySpec.Begin.Unknown))
                    .count();
            Set<Integer> named = keyArguments(texts.of(command).arguments())
                    .map(CommandText.Argument::keySpecIndex)
                    .filter(index -> index < specifications)
                    .collect(java.util.stream.Collectors.toSet());
            for (int i = 0; i < specifications; i++) {
                assertTrue(named.contains(i), command.fullName());
            }
            assertEquals(specifications, named.size(), command.fullName());
        }
    }

    private static Stream<CommandText.Argument> keyArguments(List<CommandText.Argument> arguments) {
        return arguments.stream()
                .flatMap(argument -> Stream.concat(
                        argument.type().equals("key") ? Stream.of(argument) : Stream.empty(),
                        keyArguments(argument.parts())));
    }

    @Test
    void helpNamesEverySubcommand() {
        for (String container : List.of("COMMAND", "OBJECT", "CLIENT")) {
            String help = server.run(container + " HELP");
            Command command = server.dispatcher().table().find(container);
            for (Command sub : command.subcommands()) {
                String word = "+" + sub.spec().name().toUpperCase(Locale.ROOT);
                assertTrue(help.contains(word + "\r\n") || help.contains(word + " "), container + " " + word);
            }
        }
    }
}
