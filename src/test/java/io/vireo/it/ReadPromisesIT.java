package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client asks of the data that it reads on a replica, and what it is told where they are older. */
@Tag("alone")
class ReadPromisesIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    private ServerProcess primary;
    private ServerProcess replica;
    private RespClient writer;
    private RespClient reader;

    @BeforeEach
    void start() {
        primary = servers.start(Program.VIREO, "--repl-diskless-sync-delay", "0");
        replica = servers.startReplica(Program.VIREO, primary, "--repl-diskless-sync-delay", "0");
        writer = primary.client();
        reader = replica.client();
        InStep.await(primary, replica);
    }

    private String write(String value) {
        assertEquals("OK", writer.ask("SET", "k", value).text());
        return writer.ask("REPLTOKEN").text();
    }

    private static String far(String token) {
        int colon = token.indexOf(':');
        return token.substring(0, colon + 1) + (Long.parseLong(token.substring(colon + 1)) + 1_000);
    }

    @Test
    void aReadAfterTheTokenOfAWriteSeesThatWrite() {
        for (int i = 0; i < 200; i++) {
            String token = write("v" + i);
            assertEquals("OK", reader.ask("WAITREPL", token, "5000").text());
            assertEquals("v" + i, reader.ask("GET", "k").text());
        }
    }

    @Test
    void aTokenThatIsNotReachedInTimeIsToldAndRefusesReads() {
        String token = far(write("v"));
        assertThat(reader.ask("WAITREPL", token, "50").text())
                .startsWith("STALE This node's data end at ")
                .contains(token);
        assertEquals("OK", reader.ask("CLIENT", "READS", "NOTOLDER", token).text());
        assertThat(reader.ask("GET", "k").text()).startsWith("STALE ");
        assertEquals("PONG", reader.ask("PING").text());
        assertEquals("OK", reader.ask("CLIENT", "READS", "ANY").text());
        assertEquals("v", reader.ask("GET", "k").text());
    }

    @Test
    void whoWaitsIsAnsweredWhenTheDataCome() {
        String token = write("v");
        String later = token.substring(0, token.indexOf(':') + 1)
                + (Long.parseLong(token.substring(token.indexOf(':') + 1)) + 10);
        RespClient other = replica.client();
        other.send("WAITREPL " + later + " 10000\r\n");
        Await.until(() -> replica.run("CLIENT LIST").contains("cmd=waitrepl"), "the client to wait");
        write("w");
        assertEquals("OK", other.read().text());
    }

    @Test
    void aTokenOfAnotherHistoryIsRefusedAndNeverComparedAsANumber() {
        String token = write("v");
        String strange = "f".repeat(40) + token.substring(40);
        assertThat(reader.ask("WAITREPL", strange, "5000").text()).startsWith("OTHERHISTORY ");
        assertThat(reader.ask("WAITREPL", "f".repeat(40) + ":0", "5000").text()).startsWith("OTHERHISTORY ");
        assertEquals("OK", reader.ask("CLIENT", "READS", "NOTOLDER", strange).text());
        assertThat(reader.ask("GET", "k").text()).startsWith("OTHERHISTORY ");
    }

    @Test
    void aTokenOutlivesAPromotionAsFarAsItsHistoryWasCopied() {
        String token = write("v");
        InStep.await(primary, replica);
        assertEquals("OK", reader.ask("REPLICAOF", "NO", "ONE").text());
        assertEquals("OK", reader.ask("WAITREPL", token, "1").text());
        assertThat(reader.ask("WAITREPL", far(token), "1").text()).startsWith("OTHERHISTORY ");
    }

    @Test
    void readsAreRefusedWhereTheDataMayBeTooOld() {
        write("v");
        assertEquals("OK", reader.ask("CLIENT", "READS", "MAXLAG", "2000").text());
        Await.until(() -> reader.ask("GET", "k").text().equals("v"), "the replica to know how old its data are");
        primary.freeze();
        try {
            Await.until(
                    () -> reader.ask("GET", "k").text().startsWith("STALE This node's data may be older than 2000 ms"),
                    "the replica to notice that it does not know any more");
        } finally {
            primary.thaw();
        }
        Await.until(() -> reader.ask("GET", "k").text().equals("v"), "the replica to know again");
    }

    @Test
    void aPrimarysDataAreNeverOld() {
        write("v");
        assertEquals("OK", writer.ask("CLIENT", "READS", "MAXLAG", "0").text());
        assertEquals("v", writer.ask("GET", "k").text());
    }

    @Test
    void wishesAreCheckedAndEndWithReset() {
        assertThat(reader.ask("CLIENT", "READS", "NOTOLDER", "x").text()).startsWith("ERR Invalid token");
        assertThat(reader.ask("CLIENT", "READS", "MAXLAG", "-1").text()).startsWith("ERR ");
        assertThat(reader.ask("CLIENT", "READS", "MAXLAG").text()).startsWith("ERR syntax error");
        assertThat(reader.ask("CLIENT", "READS", "MAXLAG", "1", "MAXLAG", "2").text())
                .startsWith("ERR syntax error");
        assertEquals(
                "OK",
                reader.ask("CLIENT", "READS", "NOTOLDER", "f".repeat(40) + ":1").text());
        assertThat(reader.ask("GET", "k").text()).startsWith("OTHERHISTORY ");
        assertEquals("RESET", reader.ask("RESET").text());
        assertThat(reader.ask("GET", "none").isNull()).isTrue();
    }
}
