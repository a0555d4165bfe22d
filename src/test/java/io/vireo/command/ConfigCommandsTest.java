package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Options;
import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCommandsTest {
    private final Config config = Config.of("enable-protected-configs local");
    private boolean loading;
    private int resets;

    private final TestServer server = new TestServer(
            List.of(new ConfigCommands(config, () -> loading, () -> resets++, ServerLog.silent()).rows()));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void getAnswersPairs() {
        assertEquals("*2\r\n$4\r\nPORT\r\n$4\r\n6379\r\n", server.run("CONFIG GET PORT port po*t"));
        assertEquals("*0\r\n", server.run("CONFIG GET nosuch"));
        assertTrue(server.run("CONFIG GET *")
                .startsWith("*" + 2 * config.match(List.of("*")).size() + "\r\n"));
    }

    @Test
    void getAnswersAMapInResp3() {
        server.firstClient().session().protocol(3);
        assertEquals("%1\r\n$4\r\nbind\r\n$6\r\n* -::*\r\n", server.run("CONFIG GET bind"));
    }

    @Test
    void bytesPassUnchanged() {
        assertEquals("+OK\r\n", server.run("CONFIG SET requirepass \"\\xff\\x00\""));
        assertEquals("*2\r\n$11\r\nrequirepass\r\n$2\r\n\u00ff\u0000\r\n", server.run("CONFIG GET requirepass"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "CONFIG                       ~ ERR wrong number of arguments for 'config' command",
                "CONFIG GET                   ~ ERR wrong number of arguments for 'config|get' command",
                "CONFIG SET maxmemory         ~ ERR wrong number of arguments for 'config|set' command",
                "CONFIG SET maxmemory 1 dir   ~ ERR syntax error",
                "CONFIG RESETSTAT now         ~ ERR wrong number of arguments for 'config|resetstat' command",
                "CONFIG FOO                   ~ ERR unknown subcommand 'FOO'. Try CONFIG HELP.",
                "CONFIG SET \"no\\nsuch\" 1   ~ ERR Unknown option or number of arguments for CONFIG SET - 'no such'",
                "CONFIG SET port 70000        ~ ERR CONFIG SET failed (possibly related to argument 'port')"
                        + " - argument must be between 0 and 65535 inclusive",
            })
    void refusalsAreRediss(String line, String error) {
        assertEquals("-" + error + "\r\n", server.run(line));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void setIsAllOrNothingAlsoWhereTheOwnerRefuses() {
        config.onApply(
                () -> {
                    throw new ConfigRefusal("Unable to listen on this port. Check server logs.");
                },
                Options.PORT);

        assertEquals(
                "-ERR CONFIG SET failed (possibly related to argument 'port')"
                        + " - Unable to listen on this port. Check server logs.\r\n",
                server.run("CONFIG SET maxmemory 1 port 7"));
        assertEquals(0, config.get(Options.MAXMEMORY));

        assertEquals("+OK\r\n", server.run("CONFIG SET maxmemory 1mb maxmemory-policy allkeys-lru"));
        assertEquals(1 << 20, config.get(Options.MAXMEMORY));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void protectedOptionsAreOpenToLocalClients() {
        assertEquals("+OK\r\n", server.run("CONFIG SET dbfilename x.rdb"));
    }

    @Test
    void someOptionsWaitForLoading() {
        loading = true;
        assertEquals("-LOADING Redis is loading the dataset in memory\r\n", server.run("CONFIG SET dir /"));
        assertEquals("+OK\r\n", server.run("CONFIG SET loglevel debug"));
    }

    @Test
    void resetStatIsPassedOn() {
        assertEquals("+OK\r\n", server.run("CONFIG RESETSTAT"));
        assertEquals(1, resets);
    }

    @Test
    void helpListsTheSubcommands() {
        assertTrue(server.run("CONFIG HELP").startsWith("*11\r\n+CONFIG <subcommand> "));
    }
}
