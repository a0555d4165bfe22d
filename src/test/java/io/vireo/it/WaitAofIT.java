package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WAITAOF among running servers: what it answers is on the disks by then. */
@NeedsRedis
class WaitAofIT {
    private static final String[] NO_FILE = {};
    private static final String[] EVERY_SECOND = {"--appendonly", "yes"};
    /** Nothing is ever flushed by itself. */
    private static final String[] LEFT_TO_THE_SYSTEM = {"--appendonly", "yes", "--appendfsync", "no"};

    @RegisterExtension
    private final Servers servers = new Servers();

    private static String[] file(String policy) {
        return policy.equals("off") ? NO_FILE : new String[] {"--appendonly", "yes", "--appendfsync", policy};
    }

    private static String waitAof(RespClient client, int local, int replicas, int timeoutMs) {
        Reply reply = client.ask("WAITAOF", "" + local, "" + replicas, "" + timeoutMs);
        return reply.items().isEmpty() ? reply.text() : String.join(" ", reply.texts());
    }

    @ParameterizedTest
    @CsvSource({
        "everysec, everysec, 1, 1, 1 1",
        "always, always, 1, 1, 1 1",
        "always, everysec, 0, 1, 1 1",
        "off, always, 0, 1, 0 1",
        "always, off, 1, 0, 1 0"
    })
    void writesAreOnAsManyDisksAsWereAskedFor(
            String primaryPolicy, String replicaPolicy, int local, int replicas, String expected) {
        ServerProcess primary = servers.start(Program.VIREO, file(primaryPolicy));
        servers.startReplica(Program.VIREO, primary, file(replicaPolicy));
        RespClient client = primary.client();
        client.ask("SET", "k", "v");
        assertEquals(expected, waitAof(client, local, replicas, 0));
    }

    @Test
    void afterItsTimeItTellsWhatThereIs() {
        ServerProcess primary = servers.start(Program.VIREO, LEFT_TO_THE_SYSTEM);
        servers.startReplica(Program.VIREO, primary, NO_FILE);
        servers.startReplica(Program.VIREO, primary, EVERY_SECOND);
        RespClient client = primary.client();
        client.ask("SET", "k", "v");
        assertEquals("0 1", waitAof(client, 0, 1, 0));
        assertEquals("0 1", waitAof(client, 1, 1, 50));
        assertEquals("0 1", waitAof(client, 0, 2, 50), "one of the two keeps no file");
        assertEquals("2", client.ask("WAIT", "2", "0").text());
    }

    @Test
    void insideATransactionItAnswersAtOnce() {
        ServerProcess primary = servers.start(Program.VIREO, LEFT_TO_THE_SYSTEM);
        RespClient client = primary.client();
        client.ask("SET", "k", "v");
        client.ask("MULTI");
        client.ask("WAITAOF", "1", "1", "0");
        assertEquals("*1\r\n*2\r\n:0\r\n:0\r\n", client.ask("EXEC").wire());
    }

    @ParameterizedTest
    @CsvSource({"TIMEOUT, 0 0", "ERROR, UNBLOCKED client unblocked via CLIENT UNBLOCK"})
    void aClientThatWaitsCanBeUnblocked(String how, String expected) {
        ServerProcess primary = servers.start(Program.VIREO, LEFT_TO_THE_SYSTEM);
        RespClient client = primary.client();
        String id = client.ask("CLIENT", "ID").text();
        client.ask("SET", "k", "v");
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> waitAof(client, 1, 0, 0));
        Await.until(() -> primary.infoNumber("clients", "blocked_clients") == 1, "the client to wait");
        assertEquals(":1\r\n", primary.run("CLIENT UNBLOCK " + id + " " + how));
        assertEquals(expected, answer.join());
    }

    @Test
    void aFileThatIsTurnedOffOrOnWhileSomebodyWaits() {
        ServerProcess primary = servers.start(Program.VIREO, LEFT_TO_THE_SYSTEM);
        RespClient client = primary.client();
        client.ask("SET", "k", "v");
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> waitAof(client, 1, 0, 0));
        Await.until(() -> primary.infoNumber("clients", "blocked_clients") == 1, "the client to wait");
        primary.run("CONFIG SET appendonly no");
        assertThat(answer.join()).startsWith("ERR WAITAOF cannot be used when numlocal is set but appendonly is");
        assertThat(waitAof(client, 1, 0, 0)).startsWith("ERR WAITAOF cannot be used when numlocal is set");
        primary.run("CONFIG SET appendonly yes");
        assertEquals("1 0", waitAof(client, 1, 0, 0), "the base holds it, and is on the disk before it has its name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"everysec", "always"})
    void aReplicaRefusesItAndWhoeverWaitsForADemotedPrimaryIsTold(String policy) {
        ServerProcess primary = servers.start(Program.VIREO, file(policy));
        ServerProcess replica = servers.startReplica(Program.VIREO, primary, file(policy));
        assertThat(replica.ask("WAITAOF", "0", "1", "0").text())
                .startsWith("ERR WAITAOF cannot be used with replica instances.");
        RespClient client = primary.client();
        client.ask("SET", "k", "v");
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> waitAof(client, 0, 2, 0));
        Await.until(() -> primary.infoNumber("clients", "blocked_clients") == 1, "the client to wait");
        assertEquals("+OK\r\n", replica.run("REPLICAOF NO ONE"));
        assertEquals("+OK\r\n", primary.run("REPLICAOF 127.0.0.1 " + replica.port()));
        assertThat(answer.join()).startsWith("UNBLOCKED");
    }

    /** What is on its disk is still the former primary's, whose offsets say nothing of this one's. */
    @Test
    void aReplicaOfAnotherPrimaryCountsOnlyOnceItsFileHasANewBase() {
        ServerProcess former = servers.start(Program.VIREO, NO_FILE);
        ServerProcess replica = servers.startReplica(Program.VIREO, former, EVERY_SECOND);
        RespClient client = former.client();
        client.ask("SET", "k", "x".repeat(100_000));
        assertEquals("0 1", waitAof(client, 0, 1, 0));

        ServerProcess primary = servers.start(Program.VIREO, NO_FILE);
        for (int i = 0; i < 20; i++) {
            primary.run("SET k" + i + " v");
        }
        replica.run("CONFIG SET rdb-key-save-delay 100000");
        replica.run("REPLICAOF 127.0.0.1 " + primary.port());
        InStep.await(primary, replica);
        RespClient writer = primary.client();
        writer.ask("SET", "k", "v");
        assertEquals("1", writer.ask("WAIT", "1", "0").text());
        assertEquals("0 0", waitAof(writer, 0, 1, 100));
        assertEquals("1", replica.info("persistence", "aof_rewrite_in_progress"), "the base is still being made");
        replica.run("CONFIG SET rdb-key-save-delay 0");
        assertEquals("0 1", waitAof(writer, 0, 1, 0));
    }

    /** A real server of 7.0 tells nothing of its file: it counts for WAIT, and not for WAITAOF. */
    @Test
    void aReplicaThatSaysNothingOfItsFileCountsAsNone() {
        ServerProcess primary = servers.start(Program.VIREO, EVERY_SECOND);
        servers.startReplica(Program.REDIS, primary, "--appendonly", "yes", "--appendfsync", "always");
        RespClient client = primary.client();
        client.ask("SET", "k", "v");
        assertEquals("1", client.ask("WAIT", "1", "0").text());
        assertEquals("1 0", waitAof(client, 1, 1, 1_500));
    }

    /** And as a primary it takes what a replica tells of its file, which it does not know, as an acknowledgement. */
    @Test
    void anOlderPrimaryUnderstandsAReplicaThatTellsOfItsFile() {
        ServerProcess primary = servers.start(Program.REDIS);
        servers.startReplica(Program.VIREO, primary, EVERY_SECOND);
        RespClient client = primary.client();
        client.ask("SET", "k", "v");
        assertEquals("1", client.ask("WAIT", "1", "0").text());
        assertThat(primary.log()).doesNotContain("rror");
    }

    @Test
    void whatWasAnsweredIsThereAfterAKillOfBoth() {
        ServerProcess primary = servers.start(Program.VIREO, EVERY_SECOND);
        ServerProcess replica = servers.startReplica(Program.VIREO, primary, EVERY_SECOND);
        RespClient client = primary.client();
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            client.ask("SET", "k" + i, "v" + i);
            assertEquals("1 1", waitAof(client, 1, 1, 0));
            written.add("v" + i);
        }
        primary.kill();
        replica.kill();
        primary.restart(EVERY_SECOND);
        replica.restart(EVERY_SECOND);
        for (ServerProcess server : List.of(primary, replica)) {
            assertEquals(written, server.ask("MGET", "k0", "k1", "k2").texts());
        }
    }
}
