package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A primary and two replicas, each with its file, in one process. */
class SeveralNodesIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    /** Which ports and folders the nodes have; the process is the first's. */
    private final List<ServerProcess> places = new ArrayList<>();

    private ServerProcess process() {
        return places.getFirst();
    }

    private void start(String... more) throws IOException {
        for (int i = 0; i < 3; i++) {
            places.add(servers.prepare(Program.VIREO));
        }
        launch(more);
        Await.until(() -> process().logged("Ready to accept connections") == 3, "three nodes to be ready");
        Await.until(() -> process().logged("Finished with success") == 2, "two replicas in step");
    }

    private void launch(String... more) throws IOException {
        List<String> files = new ArrayList<>();
        for (ServerProcess place : places) {
            List<String> lines = new ArrayList<>(List.of(
                    "port " + place.port(),
                    "bind 127.0.0.1",
                    "dir " + place.dir(),
                    "save 3600 1",
                    "repl-ping-replica-period 3600",
                    "repl-diskless-sync-delay 0"));
            if (place != process()) {
                lines.add("replicaof 127.0.0.1 " + process().port());
            }
            Path file = place.dir().resolve("node.conf");
            Files.write(file, lines);
            files.add(file.toString());
        }
        files.addAll(List.of(more));
        process().launchAs("", files.toArray(String[]::new));
    }

    private static boolean answers(ServerProcess place) {
        try (RespClient client = new RespClient(place.port())) {
            return client.run("PING").equals("+PONG\r\n");
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Test
    void eachNodeHasItsPortItsDataAndItsRole() throws IOException {
        start("--maxclients", "77");
        assertEquals("+OK\r\n", places.get(0).run("SET k v"));
        assertEquals("+OK\r\n", places.get(0).run("REPLICAOF NO ONE"));
        for (ServerProcess replica : places.subList(1, 3)) {
            InStep.await(process(), replica);
            assertEquals("$1\r\nv\r\n", replica.run("GET k"));
            assertThat(replica.run("SET k w")).startsWith("-READONLY ");
        }
        assertEquals("+OK\r\n", places.get(1).run("REPLICAOF NO ONE"));
        assertEquals("+OK\r\n", places.get(1).run("SET k of-the-second"));
        assertEquals("$1\r\nv\r\n", places.get(0).run("GET k"));
        for (ServerProcess place : places) {
            assertEquals("*2\r\n$10\r\nmaxclients\r\n$2\r\n77\r\n", place.run("CONFIG GET maxclients"));
        }
    }

    @Test
    void shutdownEndsItsOwnNodeAndTheLastOneTheProcess() throws IOException {
        start();
        places.get(0).run("SET k v");
        InStep.await(process(), places.get(1), places.get(2));
        assertEquals("", places.get(1).say("SHUTDOWN NOSAVE"));
        Await.until(() -> !answers(places.get(1)), "the second to be gone");
        assertTrue(answers(places.get(0)));
        assertEquals("$1\r\nv\r\n", places.get(2).run("GET k"));
        Await.until(() -> places.get(0).info("replication", "connected_slaves").equals("1"), "one replica to be left");
        assertEquals("", places.get(0).say("SHUTDOWN NOSAVE"));
        Await.until(() -> !answers(places.get(0)), "the first to be gone");
        assertEquals("$1\r\nv\r\n", places.get(2).run("GET k"));
        assertTrue(process().runs());
        assertEquals("", places.get(2).say("SHUTDOWN NOSAVE"));
        assertEquals(0, process().awaitEnd());
    }

    @Test
    void aSignalEndsAllTheReplicasFirst() throws IOException {
        start();
        places.get(0).run("SET k v");
        InStep.await(process(), places.get(1), places.get(2));
        Await.until(() -> isAcknowledged("slave0") && isAcknowledged("slave1"), "all to be acknowledged");
        assertEquals(0, process().stop());
        List<String> ends = process()
                .log()
                .lines()
                .filter(line -> line.contains("bye bye"))
                .map(line -> line.replaceFirst("^\\d+:(.).*", "$1"))
                .toList();
        assertEquals(List.of("S", "S", "M"), ends);
        for (ServerProcess place : places) {
            assertTrue(Files.exists(place.dir().resolve("dump.rdb")), place + " saved");
        }
        // What was saved is there again, and the replicas go on where they were: the primary had nothing to ask or tell
        // them before it ended, so that all three stopped at the same offset.
        launch();
        Await.until(() -> process().logged("Ready to accept connections") == 3, "three nodes to be ready");
        InStep.await(process(), places.get(1), places.get(2));
        assertEquals(2, process().infoNumber("stats", "sync_partial_ok"));
        assertEquals(0, process().infoNumber("stats", "sync_full"));
        assertEquals("$1\r\nv\r\n", places.get(2).run("GET k"));
    }

    /** Whether the primary knows that a replica has all of its stream. */
    private boolean isAcknowledged(String replica) {
        String offset = process().info("replication", "master_repl_offset");
        return process().info("replication", replica).contains(",offset=" + offset + ",");
    }

    @Test
    void twoNodesInOnePlaceAreRefused() throws IOException {
        for (String shared : List.of("port", "dir", "logfile")) {
            ServerProcess first = servers.prepare(Program.VIREO);
            ServerProcess second = servers.prepare(Program.VIREO);
            Path ours = first.dir().resolve("node.conf");
            Path theirs = second.dir().resolve("node.conf");
            Files.write(ours, lines(first, first, shared));
            Files.write(theirs, lines(second, first, shared));
            first.launchAs("", ours.toString(), theirs.toString());
            assertEquals(1, first.awaitEnd());
            assertThat(first.errors() + first.log()).contains(shared);
            assertThat(first.log()).doesNotContain("Ready to accept connections");
        }
    }

    private static List<String> lines(ServerProcess own, ServerProcess other, String shared) {
        return List.of(
                "port " + (shared.equals("port") ? other : own).port(),
                "dir " + (shared.equals("dir") ? other : own).dir(),
                "logfile " + (shared.equals("logfile") ? other : own).dir().resolve("the.log"));
    }
}
