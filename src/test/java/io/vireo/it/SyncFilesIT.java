package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code rdb-del-sync-files}: a node that keeps nothing on disk does not keep the files of full copies there. */
@NeedsRedis
class SyncFilesIT {
    private static final String FED = "Removing the RDB file used to feed replicas in a persistence-less instance";
    private static final String OBTAINED = "Removing the RDB file obtained from the master";

    /** More than the buffers of the kernel between two processes may swallow at once. */
    private static final String LARGE = "SETRANGE k 12000000 x";

    private static final int SENT_A_SECOND = 8_000_000;

    @RegisterExtension
    private final Servers servers = new Servers();

    private static String[] directives(String... more) {
        List<String> words =
                new ArrayList<>(List.of("--rdb-del-sync-files", "yes", "--repl-diskless-sync", "no", "--save", ""));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private static boolean hasFile(ServerProcess server) {
        return Files.exists(server.dir().resolve("dump.rdb"));
    }

    @ParameterizedTest
    @EnumSource
    void neitherEndOfACopyKeepsItsFile(Program program) {
        ServerProcess primary = servers.start(program, directives());
        primary.run("SET k v");
        ServerProcess replica = servers.startReplica(program, primary, directives());
        primary.awaitLog(FED);
        replica.awaitLog(OBTAINED);
        Await.until(() -> !hasFile(primary) && !hasFile(replica), "the files to go");
        InStep.awaitEqualData(primary, replica);
    }

    @ParameterizedTest
    @EnumSource
    void theFileStaysAsLongAsAReplicaTakesIt(Program program) {
        ServerProcess primary = servers.start(program, directives("--rdbcompression", "no"));
        primary.run(LARGE);
        Wire wire = servers.wireTo(primary, 1);
        wire.throttle(SENT_A_SECOND);
        ServerProcess replica = servers.start(program, directives("--replicaof", "127.0.0.1 " + wire.port()));
        Await.until(() -> isSending(primary), "the file to be sent");
        Await.until(
                () -> {
                    boolean isThere = hasFile(primary);
                    boolean isSending = isSending(primary);
                    assertTrue(isThere || !isSending, "it is gone before it was sent");
                    return !isSending;
                },
                "all of the file to be sent");
        Await.until(() -> !hasFile(primary), "the file to go");
        InStep.awaitEqualData(primary, replica);
        assertEquals(1, InStep.syncs(primary).full());
    }

    private static boolean isSending(ServerProcess primary) {
        String replica = primary.info("replication", "slave0");
        return replica != null && replica.contains("state=send_bulk");
    }

    /** Where something else keeps data on disk, the file of a copy is one more of its kind. */
    @ParameterizedTest
    @CsvSource({
        "VIREO, --save, 3600 1000",
        "VIREO, --appendonly, yes",
        "VIREO, --rdb-del-sync-files, no",
        "REDIS, --appendonly, yes"
    })
    void whereFilesAreWantedItStays(Program program, String option, String value) {
        ServerProcess primary = servers.start(program, directives("--repl-ping-replica-period", "1", option, value));
        ServerProcess replica = servers.startReplica(program, primary, directives());
        awaitPing(primary);
        assertTrue(hasFile(primary));
        assertEquals(0, primary.logged(FED));
        assertFalse(hasFile(replica));
    }

    /** A file goes in the same round of work in which replicas are sent a PING. */
    private static void awaitPing(ServerProcess primary) {
        long before = InStep.offset(primary);
        Await.until(() -> InStep.offset(primary) > before, "a PING in the stream");
    }

    /** As where it was taken as a backup. */
    @Test
    void aFileThatSomebodySavedSinceStays() {
        ServerProcess primary =
                servers.start(Program.VIREO, directives("--repl-ping-replica-period", "1", "--rdbcompression", "no"));
        primary.run(LARGE);
        Wire wire = servers.wireTo(primary, 2);
        wire.throttle(SENT_A_SECOND);
        ServerProcess replica = servers.start(Program.VIREO, directives("--replicaof", "127.0.0.1 " + wire.port()));
        Await.until(() -> isSending(primary), "the file to be sent");
        assertEquals("+OK\r\n", primary.run("SAVE"));
        InStep.await(primary, replica);
        awaitPing(primary);
        assertTrue(hasFile(primary));
    }
}
