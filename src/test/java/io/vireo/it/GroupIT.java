package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, each with a voter in it: what befalls them while clients write, and what is left when it is over. */
@Tag("alone")
class GroupIT {
    /** What an election takes at most on a machine that does other things too; it is under a second on one that does not. */
    private static final long ELECTED_WITHIN_MS = 5_000;

    /** What a client may notice of a change that was planned, on such a machine. */
    private static final long PLANNED_WITHIN_MS = 2_000;

    /** How much is acknowledged before anything happens: more than can be under way to the replicas. */
    private static final int WRITES_BEFORE = 100;

    /** Longer than a lease. */
    private static final long PAUSE_MS = 1_500;

    @RegisterExtension
    private static final SharedGroup SHARED = new SharedGroup("appendonly yes");

    private final GroupOfProcesses group = SHARED.group();

    /** What a fault has done to a client that follows the primary. */
    private record Outcome(List<Acknowledged> acknowledged, List<Acknowledged> missing, long gapMs) {}

    /** Lets something happen while a client writes, waits until it writes again and all nodes hold the same, and counts. */
    private Outcome during(Consumer<CountingClient> fault) {
        List<Acknowledged> acknowledged;
        try (CountingClient client = CountingClient.following(group)) {
            Await.until(() -> client.acknowledged().size() >= WRITES_BEFORE, "some writes");
            fault.accept(client);
            client.awaitWrite();
            acknowledged = client.end();
        }
        ServerProcess primary = group.heal();
        assertThat(Acknowledged.twoNodesMs(acknowledged))
                .describedAs("time with two nodes that acknowledge")
                .isZero();
        return new Outcome(
                acknowledged, Acknowledged.missingOn(primary, acknowledged), Acknowledged.longestGapMs(acknowledged));
    }

    private static void assertNothingLost(Outcome outcome) {
        assertThat(outcome.missing)
                .describedAs("acknowledged writes that are gone")
                .isEmpty();
    }

    /** A change that somebody asked for: nothing lost, hardly noticed. */
    private static void assertPlanned(Outcome outcome) {
        assertNothingLost(outcome);
        assertThat(outcome.gapMs).isLessThan(PLANNED_WITHIN_MS);
    }

    private ServerProcess anyReplica(ServerProcess primary) {
        return group.without(primary).getFirst();
    }

    private static String address(ServerProcess node) {
        return node.place().host() + ":" + node.port();
    }

    // Nodes end.

    @Test
    void aKilledPrimaryIsReplacedAndFollowsWhenItReturns() {
        ServerProcess old = group.awaitWhole();
        Outcome outcome = during(client -> {
            old.kill();
            assertNotSame(old, client.awaitWrite());
            group.restart(old);
        });
        assertThat(outcome.gapMs).isLessThan(ELECTED_WITHIN_MS);
        assertNotSame(old, group.awaitWhole());
        assertOnlyTheLastWereLost(outcome, old);
    }

    /**
     * In async mode a dead primary may take with it what was under way to the replicas and to its file, and nothing else: the
     * last of what it acknowledged, or the last before the outage, where it was elected again.
     */
    private static void assertOnlyTheLastWereLost(Outcome outcome, ServerProcess old) {
        List<Acknowledged> itsOwn = outcome.acknowledged.stream()
                .filter(write -> write.node() == old)
                .toList();
        int lost = outcome.missing.size();
        int kept = lost == 0 ? itsOwn.size() : itsOwn.indexOf(outcome.missing.getFirst());
        assertThat(kept).isPositive();
        assertEquals(itsOwn.subList(kept, Math.min(itsOwn.size(), kept + lost)), outcome.missing);
        if (kept + lost < itsOwn.size()) {
            long pauseNs =
                    itsOwn.get(kept + lost).endNs() - outcome.missing.getLast().endNs();
            assertThat(TimeUnit.NANOSECONDS.toMillis(pauseNs)).isEqualTo(outcome.gapMs);
        }
    }

    @Test
    void aKilledReplicaIsNotNoticed() {
        ServerProcess primary = group.awaitWhole();
        ServerProcess replica = anyReplica(primary);
        long elections = group.elections();
        Outcome outcome = during(client -> {
            replica.kill();
            Lasting.ms(PAUSE_MS);
            group.restart(replica);
        });
        assertPlanned(outcome);
        assertSame(primary, group.awaitWhole());
        assertEquals(elections, group.elections());
    }

    @Test
    void aPrimaryThatIsToldToEndHandsOverFirst() {
        ServerProcess old = group.awaitWhole();
        Outcome outcome = during(client -> {
            assertEquals(0, old.stop());
            assertNotSame(old, client.awaitWrite());
        });
        assertPlanned(outcome);
    }

    @Test
    void aRollingRestartLosesNothing() {
        Outcome outcome = during(client -> {
            for (ServerProcess node : group.nodes()) {
                node.stop();
                group.restart(node);
                awaitReplicas(2);
                client.awaitWrite();
            }
        });
        assertPlanned(outcome);
    }

    /** Waits until some primary has so many replicas in step, while clients write. */
    private void awaitReplicas(int count) {
        Await.until(
                () -> {
                    for (ServerProcess node : group.nodes()) {
                        if (ReplicaSet.isPrimary(node)) {
                            String section = node.ask("INFO", "replication").text();
                            return section.split("state=online", -1).length - 1 == count;
                        }
                    }
                    return false;
                },
                count + " replicas");
    }

    @Test
    void allNodesKilledAndStartedAtOnceElectOneAndKeepWhatTheyHad() {
        ServerProcess old = group.awaitWhole();
        Outcome outcome = during(client -> {
            group.kill(group.nodes());
            group.restart(group.nodes());
        });
        assertOnlyTheLastWereLost(outcome, old);
    }

    // An operator asks.

    @Test
    void failoverHandsOverToAReplica() {
        ServerProcess old = group.awaitWhole();
        Outcome outcome = during(client -> {
            group.handOver(old);
            assertNotSame(old, client.awaitWrite());
        });
        assertPlanned(outcome);
        assertNotSame(old, group.awaitWhole());
    }

    @Test
    void failoverToNamesTheHeir() {
        ServerProcess old = group.awaitWhole();
        ServerProcess heir = group.without(old).getLast();
        Outcome outcome = during(client -> {
            group.handOver(old, "TO", heir.place().host(), "" + heir.port());
            client.awaitWriteBy(heir);
        });
        assertPlanned(outcome);
        assertSame(heir, group.awaitWhole());
    }

    @Test
    void replicaOfNoOneMakesAReplicaLead() {
        ServerProcess heir = anyReplica(group.awaitWhole());
        Outcome outcome = during(client -> {
            lead(heir);
            client.awaitWriteBy(heir);
        });
        assertPlanned(outcome);
        assertSame(heir, group.awaitWhole());
    }

    /** Asks until it is done: a primary that is late in hearing of its heir does not hand over to it. */
    private static void lead(ServerProcess heir) {
        Await.until(() -> heir.run("REPLICAOF NO ONE").equals("+OK\r\n"), heir + " to lead");
    }

    // Nodes stand still.

    @Test
    void aPrimaryThatStoodStillForLongerThanItsLeaseAcknowledgesNothingMore() {
        ServerProcess old = group.awaitWhole();
        List<Acknowledged> stuck;
        List<Long> thawedNs = new ArrayList<>();
        Outcome outcome;
        try (CountingClient sticky = CountingClient.sticky(old)) {
            sticky.awaitWrite();
            outcome = during(client -> {
                old.freeze();
                assertNotSame(old, client.awaitWrite());
                Lasting.ms(PAUSE_MS);
                thawedNs.add(System.nanoTime());
                old.thaw();
                awaitReplicas(2);
                Await.until(
                        () -> sticky.refused().stream().anyMatch(no -> no.endNs() > thawedNs.getFirst()),
                        "the old primary to refuse a write");
            });
            stuck = sticky.end();
        }
        assertThat(stuck).allMatch(write -> write.endNs() < thawedNs.getFirst());
        assertThat(outcome.gapMs).isLessThan(ELECTED_WITHIN_MS);
        List<Acknowledged> all = new ArrayList<>(stuck);
        all.addAll(outcome.acknowledged);
        assertThat(Acknowledged.twoNodesMs(all)).isZero();
        assertOnlyTheLastWereLost(outcome, old);
    }

    @Test
    void aLongCommandIsNoReasonForAnElection() {
        ServerProcess primary = group.awaitWhole();
        long elections = group.elections();
        Outcome outcome = during(client -> assertEquals("+OK\r\n", primary.run("DEBUG SLEEP 2")));
        assertNothingLost(outcome);
        assertSame(primary, group.awaitWhole());
        assertEquals(elections, group.elections());
    }

    // Things are missing, or old.

    @Test
    void aVoterThatLostItsFileVotesAgainOnceTheOthersAreFenced() throws IOException {
        ServerProcess primary = group.awaitWhole();
        ServerProcess forgetful = group.without(primary).getFirst();
        ServerProcess other = group.without(primary).getLast();
        forgetful.stop();
        Files.delete(forgetful.dir().resolve("voter.state"));
        group.restart(forgetful);
        forgetful.awaitLog("The voter's file is lost");
        ServerProcess leads = group.awaitWhole();
        Await.until(() -> Files.exists(forgetful.dir().resolve("voter.state")), "the voter's new file");

        // From now on every majority has the forgetful one in it.
        ServerProcess down = leads == other ? primary : other;
        Outcome outcome = during(client -> {
            down.kill();
            Lasting.ms(PAUSE_MS);
            client.awaitWrite();
        });
        assertNothingLost(outcome);
    }

    @Test
    void aNodeWhoseDirectoryWasEmptiedComesBackAsANewOne() throws IOException {
        ServerProcess replica = anyReplica(group.awaitWhole());
        Outcome outcome = during(client -> {
            replica.kill();
            empty(replica.dir());
            group.restart(replica);
        });
        assertPlanned(outcome);
    }

    @Test
    void aPrimaryWhoseDirectoryWasEmptiedDoesNotEmptyTheOthers() throws IOException {
        ServerProcess old = group.awaitWhole();
        Outcome outcome = during(client -> {
            assertEquals(0, old.stop());
            empty(old.dir());
            group.restart(old);
        });
        assertPlanned(outcome);
        assertNotSame(old, group.awaitWhole());
    }

    private static void empty(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theNodeWhoseFileNamesNoPrimaryComesBackAsAReplica() throws IOException {
        ServerProcess first = group.nodes().getFirst();
        if (group.awaitWhole() != first) {
            lead(first);
        }
        byte[] file = Files.readAllBytes(GroupOfProcesses.file(first));
        Outcome outcome = during(client -> {
            first.kill();
            assertNotSame(first, client.awaitWrite());
            group.restart(first);
        });
        assertNotSame(first, group.awaitWhole());
        assertThat(Files.readAllBytes(GroupOfProcesses.file(first))).isEqualTo(file);
        assertOnlyTheLastWereLost(outcome, first);
    }

    @Test
    void withoutAMajorityOfTheVotersWritesAreRefusedAndReadsAreNot() {
        ServerProcess primary = group.awaitWhole();
        assertEquals("+OK\r\n", primary.run("SET k v"));
        for (ServerProcess replica : group.without(primary)) {
            replica.kill();
        }
        String voters = group.voters()
                .lines()
                .flatMap(line -> Stream.of(line.split(" ")))
                .sorted()
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
        Await.until(() -> primary.run("SET k w").startsWith("-"), "a write to be refused");
        assertThat(primary.run("SET k w"))
                .matches("-READONLY No lease in epoch \\d+: a majority of the voters \\(\\Q" + voters
                        + "\\E\\) is not reachable\\.\r\n");
        assertThat(primary.run("GET k")).matches("\\$1\r\n[vw]\r\n");
        group.restart(group.without(primary).getFirst());
        try (CountingClient client = CountingClient.following(group)) {
            client.awaitWrite();
        }
    }

    // Configurations that do not fit.

    @Test
    void anEvenNumberOfVotersIsRefusedAtTheStart(@TempDir Path folder) {
        ShortRun run = ShortRun.of(
                Program.VIREO,
                folder,
                "",
                "--port",
                "" + ServerProcess.freePort(),
                "--dir",
                folder.toString(),
                "--voters",
                "127.0.0.1:1 127.0.0.1:2");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out() + run.errors())
                .contains("the number of voters must be odd: 2 tolerate no more failures than one less");
    }

    @Test
    void aNodeWithAnotherListOfVotersIsRefusedAndBothSidesSaySo() {
        ServerProcess primary = group.awaitWhole();
        String list = group.voters().replace(":" + group.voterPort(primary), ":1");
        try (ServerProcess stranger = ServerProcess.prepare(Program.VIREO)) {
            stranger.launchAs(
                    "",
                    "--port",
                    "" + stranger.port(),
                    "--bind",
                    "127.0.0.1",
                    "--dir",
                    stranger.dir().toString(),
                    "--replicaof",
                    "127.0.0.1 " + primary.port(),
                    "--voters",
                    list);
            ServerProcess voter = anyReplica(primary);
            stranger.awaitLog("Voter 127.0.0.1:" + group.voterPort(voter) + ": OTHERSET You are of set 'main'");
            voter.awaitLog("its questions are refused");
        }
        assertSame(primary, group.awaitWhole());
    }

    @Test
    void anOldPrimaryTellsWhoLeadsNow() {
        ServerProcess old = group.awaitWhole();
        group.handOver(old);
        ServerProcess primary = group.awaitWhole();
        assertThat(old.run("SET k v")).startsWith("-READONLY ");
        assertThat(old.info("replication", "master_host") + ":" + old.info("replication", "master_port"))
                .isEqualTo(address(primary));
    }
}
