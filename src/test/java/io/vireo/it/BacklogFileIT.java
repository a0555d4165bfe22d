package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.backlog.BacklogSegments;
import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The backlog on disk: replicas that lag when their primary goes away continue when it has come back. */
@NeedsRedis
class BacklogFileIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    private static String[] directives(String onDisk, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "--repl-backlog-file",
                onDisk,
                "--repl-backlog-size",
                "20mb",
                "--save",
                "3600 1000000",
                "--shutdown-timeout",
                "0"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** Cuts the replica off, writes meanwhile, and joins them again when the primary has come back. */
    private static void writeWhileCut(ServerProcess primary, ServerProcess replica, Wire wire, int commands) {
        wire.refuse(true);
        Await.until(() -> replica.info("replication", "master_link_status").equals("down"), "the link to be down");
        long before = InStep.offset(primary);
        try (WriteLoad load = new WriteLoad(primary, 11, 500)) {
            load.write(commands);
        }
        assertTrue(InStep.offset(primary) > before + commands);
    }

    @ParameterizedTest
    @CsvSource({"VIREO, yes", "REDIS, yes", "VIREO, no"})
    void aReplicaThatLagsContinuesAfterARestart(Program program, String onDisk) {
        ServerProcess primary = servers.start(Program.VIREO, directives(onDisk));
        try (WriteLoad load = new WriteLoad(primary, 10, 500)) {
            load.write(2_000);
        }
        Wire wire = servers.wireTo(primary, 1);
        ServerProcess replica = servers.startReplica(program, primary, wire);
        writeWhileCut(primary, replica, wire, 3_000);
        assertEquals(0, primary.stop());

        primary.restart(directives(onDisk));
        wire.refuse(false);
        InStep.awaitEqualData(primary, replica);
        boolean isKept = onDisk.equals("yes");
        assertEquals(new InStep.Syncs(isKept ? 0 : 1, isKept ? 1 : 0), InStep.syncs(primary));
        assertEquals(isKept ? 1 : 0, primary.logged("The replication backlog goes on from disk: "));
        primary.run("SET after all");
        InStep.awaitEqualData(primary, replica);
    }

    @Test
    void aReplicaThatLagsContinuesAfterAKillFromWhatWasSaved() {
        ServerProcess primary = servers.start(Program.VIREO, directives("yes"));
        Wire wire = servers.wireTo(primary, 2);
        ServerProcess replica = servers.startReplica(Program.VIREO, primary, wire);
        ServerProcess ahead = servers.startReplica(Program.REDIS, primary);
        writeWhileCut(primary, replica, wire, 3_000);
        assertEquals("+OK\r\n", primary.run("SAVE"));
        long saved = InStep.offset(primary);
        for (int i = 0; i < 100; i++) {
            primary.run("SET lost " + i);
        }
        InStep.await(primary, ahead);
        // What was saved is on disk once all that was written before it is, and that comes first.
        Await.until(() -> BacklogSegments.lastOffset(primary.dir()) >= saved, "the backlog to be on disk");
        primary.kill();

        primary.restart(directives("yes"));
        wire.refuse(false);
        InStep.awaitEqualData(primary, replica, ahead);
        // The one that is ahead has what its primary has lost, and only it needs a copy.
        assertEquals(new InStep.Syncs(1, 1), InStep.syncs(primary));
        assertEquals("$-1\r\n", ahead.run("GET lost"));
    }

    @Test
    void aReplicaKeepsItForItsOwnReplicas() {
        ServerProcess top = servers.start(Program.VIREO, "--repl-backlog-size", "20mb");
        ServerProcess middle = servers.startReplica(Program.VIREO, top, directives("yes"));
        Wire wire = servers.wireTo(middle, 3);
        ServerProcess last = servers.startReplica(Program.VIREO, middle, wire);
        wire.refuse(true);
        Await.until(() -> last.info("replication", "master_link_status").equals("down"), "the link to be down");
        try (WriteLoad load = new WriteLoad(top, 12, 500)) {
            load.write(3_000);
        }
        InStep.await(top, middle);
        assertEquals(0, middle.stop());

        middle.restart(directives("yes", "--replicaof", "127.0.0.1 " + top.port()));
        InStep.await(top, middle);
        wire.refuse(false);
        InStep.awaitEqualData(top, middle, last);
        assertEquals(new InStep.Syncs(0, 1), InStep.syncs(middle));
    }

    @ParameterizedTest
    @EnumSource
    void aPromotedReplicaKeepsWhatItHadFromItsPrimary(Program program) {
        ServerProcess old = servers.start(Program.VIREO, "--repl-backlog-size", "20mb");
        ServerProcess heir = servers.startReplica(Program.VIREO, old, directives("yes"));
        Wire wire = servers.wireTo(heir, 4);
        ServerProcess last = servers.startReplica(program, heir, wire);
        try (WriteLoad load = new WriteLoad(old, 13, 500)) {
            load.write(1_000);
        }
        InStep.await(old, heir, last);
        assertEquals("+OK\r\n", heir.run("REPLICAOF NO ONE"));
        InStep.await(heir, last); // under the new name, though nothing was written under it
        writeWhileCut(heir, last, wire, 2_000);
        assertEquals(0, heir.stop());
        heir.restart(directives("yes"));
        wire.refuse(false);
        InStep.awaitEqualData(heir, last);
        assertEquals(new InStep.Syncs(0, 1), InStep.syncs(heir));
    }
}
