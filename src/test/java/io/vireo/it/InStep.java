package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Primary and replicas at one offset, holding the same. */
final class InStep {
    private InStep() {}

    /** Waits until the replicas' links are up and all have come to the primary's offset, under one replication id. */
    static void await(ServerProcess primary, ServerProcess... replicas) {
        for (ServerProcess replica : replicas) {
            Await.until(
                    () -> "up".equals(replica.info("replication", "master_link_status"))
                            && id(replica).equals(id(primary))
                            && offset(replica) == offset(primary),
                    replica + " in step with " + primary);
        }
    }

    /** Waits until all are in step, and compares everything they hold. Nobody may write meanwhile. */
    static void awaitEqualData(ServerProcess primary, ServerProcess... replicas) {
        await(primary, replicas);
        List<ServerProcess> others = List.of(replicas);
        CanonicalDump expected = CanonicalDump.of(primary);
        for (ServerProcess replica : others) {
            CanonicalDump actual = CanonicalDump.of(replica);
            long nowMs = Math.max(expected.takenMs(), actual.takenMs());
            assertThat(actual.linesAliveAt(nowMs))
                    .describedAs("what %s holds, against %s, at offset %d", replica, primary, offset(primary))
                    .isEqualTo(expected.linesAliveAt(nowMs));
        }
    }

    static String id(ServerProcess server) {
        return server.info("replication", "master_replid");
    }

    static long offset(ServerProcess server) {
        return server.infoNumber("replication", "master_repl_offset");
    }

    /** How many full and accepted partial resyncs a primary has served. */
    static Syncs syncs(ServerProcess primary) {
        return new Syncs(primary.infoNumber("stats", "sync_full"), primary.infoNumber("stats", "sync_partial_ok"));
    }

    record Syncs(long full, long partial) {}
}
