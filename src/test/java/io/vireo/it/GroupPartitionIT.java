package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Three nodes, each with a voter in it, between which the network is cut, while one client follows the primary, another one
 * stays with the old primary, and a third one looks for a primary among the rest: they reach every node all the time.
 */
@Tag("alone")
class GroupPartitionIT {
    /** How long the network is cut: longer than nodes wait that have just started, and an election and a lease besides. */
    private static final long CUT_MS = 4_500;

    /** A primary that nobody answers acknowledges no longer than its lease, and whatever a busy machine adds to that. */
    private static final long LEASE_MS = 800;

    private static final long SLACK_MS = 400;
    private static final int FLAPS = 8;
    private static final long FLAP_MS = 300;

    private static CutNetwork network;

    @RegisterExtension
    private static final SharedGroup SHARED = new SharedGroup(GroupPartitionIT::places, "appendonly yes");

    private final GroupOfProcesses group = SHARED.group();

    private static List<Place> places() {
        try {
            network = CutNetwork.of(3);
            return network.places();
        } catch (UncheckedIOException e) {
            return abort("no network namespaces here: " + e.getMessage());
        }
    }

    @AfterAll
    static void takeAway() {
        if (network != null) {
            network.close();
        }
    }

    /** What a partition has done. */
    private record Outcome(
            ServerProcess primary, List<Acknowledged> followed, List<Acknowledged> stuck, List<Acknowledged> missing) {

        /** The last write that the old primary acknowledged, in milliseconds after a moment. */
        long lastStuckMs(long momentNs) {
            return TimeUnit.NANOSECONDS.toMillis(stuck.getLast().endNs() - momentNs);
        }
    }

    /** Cuts while both clients write, mends after a while, waits until all hold the same, and counts. */
    private Outcome during(ServerProcess old, Runnable partition) {
        List<Acknowledged> followed;
        List<Acknowledged> stuck;
        List<Acknowledged> all = new ArrayList<>();
        try (CountingClient following = CountingClient.following(group);
                CountingClient sticky = CountingClient.sticky(old);
                CountingClient elsewhere = CountingClient.following(group.without(old))) {
            following.awaitWrite();
            sticky.awaitWrite();
            try {
                partition.run();
            } finally {
                network.mend();
            }
            following.awaitWrite();
            followed = following.end();
            stuck = sticky.end();
            all.addAll(elsewhere.end());
        }
        ServerProcess primary = group.awaitWhole();
        all.addAll(followed);
        all.addAll(stuck);
        assertThat(Acknowledged.twoNodesMs(all))
                .describedAs("time with two nodes that acknowledge")
                .isZero();
        return new Outcome(primary, followed, stuck, Acknowledged.missingOn(primary, all));
    }

    /** In async mode what a primary acknowledged after the cut goes with it, and nothing from before. */
    private static void assertLostSinceTheCutOnly(Outcome outcome, ServerProcess old, long cutNs) {
        assertThat(outcome.missing).allMatch(write -> write.node() == old);
        assertThat(outcome.missing).allMatch(write -> write.endNs() > cutNs - TimeUnit.MILLISECONDS.toNanos(SLACK_MS));
    }

    /** Another node takes over, and the old primary stops as soon as its lease is over. */
    private void assertReplaced(Outcome outcome, ServerProcess old, long cutNs) {
        assertNotSame(old, outcome.primary);
        assertThat(outcome.lastStuckMs(cutNs)).isLessThan(LEASE_MS + SLACK_MS);
        assertLostSinceTheCutOnly(outcome, old, cutNs);
    }

    @Test
    void aPrimaryThatIsCutOffAloneIsReplaced() {
        ServerProcess old = group.awaitWhole();
        long[] cutNs = new long[1];
        Outcome outcome = during(old, () -> {
            network.cut(old, group.without(old));
            cutNs[0] = System.nanoTime();
            Lasting.ms(CUT_MS);
            assertThat(old.run("SET k v")).startsWith("-READONLY No lease in epoch ");
        });
        assertReplaced(outcome, old, cutNs[0]);
    }

    @Test
    void aPrimaryThatIsCutOffWithAReplicaStays() {
        ServerProcess primary = group.awaitWhole();
        ServerProcess alone = group.without(primary).getFirst();
        long elections = group.elections();
        Outcome outcome = during(primary, () -> {
            network.cut(alone, group.without(alone));
            Lasting.ms(CUT_MS);
        });
        assertSame(primary, outcome.primary);
        assertEquals(elections, group.elections());
        assertThat(outcome.missing).isEmpty();
    }

    @Test
    void aPrimaryThatReachesItsReplicasButNotTheirVotersIsReplaced() {
        ServerProcess old = group.awaitWhole();
        long[] cutNs = new long[1];
        Outcome outcome = during(old, () -> {
            for (ServerProcess other : group.without(old)) {
                network.cutFromPort(old, other, group.voterPort(other));
            }
            cutNs[0] = System.nanoTime();
            Lasting.ms(CUT_MS);
        });
        assertReplaced(outcome, old, cutNs[0]);
    }

    @Test
    void aPrimaryThatIsHeardByNobodyIsReplaced() {
        ServerProcess old = group.awaitWhole();
        long[] cutNs = new long[1];
        Outcome outcome = during(old, () -> {
            network.cutOneWay(old, group.without(old));
            cutNs[0] = System.nanoTime();
            Lasting.ms(CUT_MS);
        });
        assertReplaced(outcome, old, cutNs[0]);
    }

    @Test
    void aPrimaryThatHearsNobodyIsReplaced() {
        ServerProcess old = group.awaitWhole();
        long[] cutNs = new long[1];
        Outcome outcome = during(old, () -> {
            network.cutOneWay(group.without(old), old);
            cutNs[0] = System.nanoTime();
            Lasting.ms(CUT_MS);
        });
        assertReplaced(outcome, old, cutNs[0]);
    }

    @Test
    void aLinkThatComesAndGoesLeavesOneGroup() {
        ServerProcess old = group.awaitWhole();
        long[] cutNs = new long[1];
        Outcome outcome = during(old, () -> {
            cutNs[0] = System.nanoTime();
            for (int i = 0; i < FLAPS; i++) {
                network.cut(old, group.without(old));
                Lasting.ms(FLAP_MS);
                network.mend();
                Lasting.ms(FLAP_MS);
            }
        });
        assertThat(outcome.missing)
                .allMatch(write -> write.endNs() > cutNs[0] - TimeUnit.MILLISECONDS.toNanos(SLACK_MS));
        assertThat(outcome.followed.getLast().node()).isSameAs(outcome.primary);
    }
}
