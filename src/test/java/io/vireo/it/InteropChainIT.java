package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas of replicas: the same bytes and offsets all the way down, whoever stands in the middle. */
@NeedsRedis
class InteropChainIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    @ParameterizedTest
    @EnumSource(Program.class)
    void everyLinkOfAChainIsInStepAlsoAfterACut(Program ends) {
        Program middle = ends.other();
        ServerProcess top = servers.start(ends, "--repl-backlog-size", "50mb");
        Wire upper = servers.wireTo(top, 21);
        ServerProcess between = servers.startReplica(middle, top, upper, "--repl-backlog-size", "50mb");
        Wire lower = servers.wireTo(between, 22);
        ServerProcess bottom = servers.startReplica(ends, between, lower);
        WriteLoad load = new WriteLoad(top, 9, 300).inBackground();
        load.awaitProgress(800);
        lower.cut();
        load.awaitProgress(800);
        upper.cut();
        load.awaitProgress(800);
        load.end();
        InStep.awaitEqualData(top, between, bottom);
        assertEquals(new InStep.Syncs(1, 1), InStep.syncs(top));
        InStep.await(top, bottom); // keys go on expiring meanwhile
        assertEquals("slave", bottom.info("replication", "role"));
        assertEquals("1", between.info("replication", "connected_slaves"));

        // The top goes, the middle takes over, and the bottom does not even notice.
        long full = InStep.syncs(between).full();
        top.kill();
        assertEquals("+OK\r\n", between.run("REPLICAOF NO ONE"));
        between.run("SET after promotion");
        InStep.awaitEqualData(between, bottom);
        assertEquals(full, InStep.syncs(between).full());
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void aReplicaOfItselfAndACycleDoNoHarm(Program first) {
        ServerProcess one = servers.start(Program.VIREO, "--repl-timeout", "2");
        one.run("SET k v");
        one.run("REPLICAOF 127.0.0.1 " + one.port());
        one.awaitLog("NOMASTERLINK");
        assertEquals("$1\r\nv\r\n", one.run("GET k"));
        ServerProcess two = servers.start(first, "--repl-timeout", "2");
        two.run("REPLICAOF 127.0.0.1 " + one.port());
        one.run("REPLICAOF 127.0.0.1 " + two.port());
        two.awaitLog("NOMASTERLINK");
        assertEquals("+OK\r\n", one.run("REPLICAOF NO ONE"));
        InStep.awaitEqualData(one, two);
        assertEquals("$1\r\nv\r\n", two.run("GET k"));
    }
}
