package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlowLogTest {
    private static final CommandFamily SLEEPING =
            CommandFamily.family("test", AclCategory.KEYSPACE, CommandFamily.plain("work", 2, (ctx, args, out) -> {
                long until = System.nanoTime() + args.integer(1) * 1_000_000;
                while (System.nanoTime() - until < 0) {
                    Thread.onSpinWait();
                }
                out.ok();
            }));

    private final SlowLogCommands commands = new SlowLogCommands();
    private final TestServer server = new TestServer(families());

    private List<CommandFamily> families() {
        List<CommandFamily> families = new ArrayList<>(QueueCommands.families());
        families.add(commands.rows());
        families.add(SLEEPING);
        families.add(new ConfigCommands(Config.of(""), () -> false, () -> {}, ServerLog.silent()).rows());
        return families;
    }

    @BeforeEach
    void connect() {
        commands.slowLog(server.dispatcher().slowness().slowLog());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** What the log holds, each command's words with blanks between, the newest first. */
    private List<String> logged() {
        List<String> lines = new ArrayList<>();
        for (SlowLog.Entry entry : server.dispatcher().slowness().slowLog().entries()) {
            lines.add(String.join(" ", entry.words().stream().map(String::new).toList()));
        }
        return lines;
    }

    @Test
    void onlyWhatTakesSoLongIsLogged() {
        server.dispatcher().slowness().slowLogFrom(100_000);
        server.run("SET a b");
        server.run("WORK 101");
        assertEquals(List.of("WORK 101"), logged());
    }

    @Test
    void nothingIsLoggedBelowZero() {
        server.dispatcher().slowness().slowLogFrom(-1);
        server.run("WORK 1");
        assertEquals(List.of(), logged());
    }

    @Test
    void theOldestGoAndNumbersGoOn() {
        server.dispatcher().slowness().slowLogFrom(0);
        server.dispatcher().slowness().slowLogLength(2);
        server.run("SET a 1");
        server.run("SET b 2");
        server.run("SET c 3");
        assertEquals(List.of("SET c 3", "SET b 2"), logged());
        assertEquals(":2\r\n", server.run("SLOWLOG LEN"));
        assertEquals("+OK\r\n", server.run("SLOWLOG RESET"));
        assertEquals(List.of("SLOWLOG RESET"), logged());
        String entry = server.run("SLOWLOG GET 1");
        assertTrue(entry.startsWith("*1\r\n*6\r\n:4\r\n:"), entry);
        assertTrue(entry.endsWith("*2\r\n$7\r\nSLOWLOG\r\n$5\r\nRESET\r\n$11\r\n127.0.0.1:0\r\n$0\r\n\r\n"), entry);
    }

    @Test
    void aReplyHoldsAsManyAsAskedFor() {
        server.dispatcher().slowness().slowLogFrom(0);
        for (int i = 0; i < 12; i++) {
            server.run("SET key " + i);
        }
        server.dispatcher().slowness().slowLogFrom(-1);
        assertTrue(server.run("SLOWLOG GET").startsWith("*10\r\n"));
        assertTrue(server.run("SLOWLOG GET -1").startsWith("*12\r\n"));
        assertTrue(server.run("SLOWLOG GET 3").startsWith("*3\r\n"));
        assertEquals("*0\r\n", server.run("SLOWLOG GET 0"));
    }

    @Test
    void manyAndLongWordsAreCut() {
        server.dispatcher().slowness().slowLogFrom(0);
        server.run("EXISTS" + " k".repeat(31));
        server.run("EXISTS" + " k".repeat(32));
        server.run("EXISTS " + "A".repeat(128));
        server.run("EXISTS " + "A".repeat(130));
        assertEquals(
                List.of(
                        "EXISTS " + "A".repeat(128) + "... (2 more bytes)",
                        "EXISTS " + "A".repeat(128),
                        "EXISTS" + " k".repeat(30) + " ... (2 more arguments)",
                        "EXISTS" + " k".repeat(31)),
                logged());
    }

    @ParameterizedTest
    @CsvSource({
        "AUTH secret,                                  AUTH (redacted)",
        "AUTH me secret,                               AUTH (redacted) (redacted)",
        "HELLO 3 AUTH me secret SETNAME n,             HELLO 3 AUTH (redacted) (redacted) SETNAME n",
        "CONFIG SET maxmemory 0 requirepass p,         CONFIG SET maxmemory 0 requirepass (redacted)",
        "CONFIG SET MASTERUSER me,                     CONFIG SET MASTERUSER (redacted)",
    })
    void secretsAreNotLogged(String line, String shown) {
        server.dispatcher().slowness().slowLogFrom(0);
        server.run(line);
        assertEquals(shown, logged().getFirst());
    }

    @Test
    void theCommandsOfATransactionAreLoggedAndExecIsNot() {
        server.dispatcher().slowness().slowLogFrom(0);
        server.run("MULTI");
        server.run("SET a b");
        server.run("EXEC");
        assertEquals(List.of("SET a b", "MULTI"), logged());
    }

    @Test
    void aClientThatWaitsIsLoggedWhenItIsServed() {
        server.dispatcher().slowness().slowLogFrom(0);
        TestClient waiting = server.client();
        waiting.session().name("patient");
        waiting.run("TAKE q 0");
        assertEquals(List.of(), logged());
        server.run("PUT q x");
        assertEquals(List.of("TAKE q 0", "PUT q x"), logged());
        assertEquals(
                "patient",
                server.dispatcher()
                        .slowness()
                        .slowLog()
                        .entries()
                        .iterator()
                        .next()
                        .name());
    }

    @Test
    void aClientThatWaitedInVainIsNotLogged() {
        server.dispatcher().slowness().slowLogFrom(0);
        TestClient waiting = server.client();
        waiting.run("TAKE q 1");
        server.advanceMs(1_000);
        server.answerLate();
        assertEquals("*-1\r\n", waiting.take());
        assertEquals(List.of(), logged());
    }

    @ParameterizedTest
    @CsvSource({
        "SLOWLOG GET -2,   ERR count should be greater than or equal to -1",
        "SLOWLOG GET many, ERR count should be greater than or equal to -1",
        "SLOWLOG GET 1 2,  ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.",
        "SLOWLOG LEN 1,    ERR wrong number of arguments for 'slowlog|len' command",
    })
    void refusalsAreRediss(String line, String error) {
        assertEquals("-" + error + "\r\n", server.run(line));
    }
}
