package io.vireo.sentinel;

import static io.vireo.sentinel.Views.A;
import static io.vireo.sentinel.Views.B;
import static io.vireo.sentinel.Views.C;
import static io.vireo.sentinel.Views.V2;
import static io.vireo.sentinel.Views.V3;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.base.Step;
import io.vireo.sentinel.SentinelEvents.Seen;
import io.vireo.topology.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told over sequences of views. */
class SentinelEventsTest {
    private static final String MASTER_A = "master main 10.0.0.1 6379";
    private static final String OF_A = " @ main 10.0.0.1 6379";
    private static final String OF_B = " @ main 10.0.0.1 6380";
    private static final String SLAVE_A = "slave 10.0.0.1:6379 10.0.0.1 6379";
    private static final String SLAVE_B = "slave 10.0.0.1:6380 10.0.0.1 6380";
    private static final String SLAVE_C = "slave 10.0.0.1:6381 10.0.0.1 6381";
    private static final String SENTINEL_2 = "sentinel " + GroupView.runId(Views.VOTERS, V2) + " 10.0.0.2 26380";
    private static final String SENTINEL_3 = "sentinel " + GroupView.runId(Views.VOTERS, V3) + " 10.0.0.3 26381";

    private final Views views = Views.healthy();
    private Seen seen = Seen.NOTHING;

    /** What is told of how things stand now, each as channel and payload. */
    private List<String> told() {
        Step<Seen, SentinelEvent> step = SentinelEvents.on(seen, views.view());
        seen = step.state();
        return step.actions().stream()
                .map(event -> event.channel() + " " + event.payload())
                .toList();
    }

    @Test
    void theFirstViewNamesAllThereAre() {
        assertEquals(
                List.of(
                        "+new-epoch 3",
                        "+monitor " + MASTER_A + " quorum 2",
                        "+slave " + SLAVE_B + OF_A,
                        "+slave " + SLAVE_C + OF_A,
                        "+sentinel " + SENTINEL_2 + OF_A,
                        "+sentinel " + SENTINEL_3 + OF_A),
                told());
        views.after(50);
        assertEquals(List.of(), told());
    }

    @Test
    void aDeadPrimaryIsFollowedByAnother() {
        told();

        views.after(500).hears(A, 540);
        assertEquals(List.of("+sdown " + MASTER_A), told());

        views.after(20).hears(A, 560).agrees(V2);
        assertEquals(List.of("+odown " + MASTER_A + " #quorum 2/2"), told());

        views.after(20).hears(A, 580).promises(4);
        assertEquals(List.of("+new-epoch 4", "+try-failover " + MASTER_A), told());

        views.after(20).hears(A, 600).leads(4, B);
        assertEquals(
                List.of(
                        "+elected-leader " + MASTER_A,
                        "+failover-end " + MASTER_A,
                        "+switch-master main 10.0.0.1 6379 10.0.0.1 6380",
                        "+slave " + SLAVE_A + OF_B,
                        "+slave " + SLAVE_C + OF_B,
                        "+sdown " + SLAVE_A + OF_B),
                told());

        views.after(20).hears(A, 620);
        assertEquals(List.of(), told());

        views.after(5_000).hears(A, 10).hears(B, 10).hears(C, 10);
        assertEquals(List.of("-sdown " + SLAVE_A + OF_B, "+convert-to-slave " + SLAVE_A + OF_B), told());

        views.after(20);
        assertEquals(List.of(), told());
    }

    @Test
    void aHandoverIsASwitchWithoutAnybodyBeingDown() {
        told();

        views.after(20).promises(4);
        assertEquals(List.of("+new-epoch 4", "+try-failover " + MASTER_A), told());
        views.after(20).leads(4, B);
        assertEquals(
                List.of(
                        "+elected-leader " + MASTER_A,
                        "+failover-end " + MASTER_A,
                        "+switch-master main 10.0.0.1 6379 10.0.0.1 6380",
                        "+slave " + SLAVE_A + OF_B,
                        "+slave " + SLAVE_C + OF_B),
                told());
        views.after(100).hears(A, 30).hears(B, 30).hears(C, 30);
        assertEquals(List.of("+convert-to-slave " + SLAVE_A + OF_B), told());
    }

    @Test
    void aPrimaryThatComesBackInTimeIsNotFollowedByAnother() {
        told();

        views.after(500).hears(A, 540).agrees(V2);
        assertEquals(List.of("+sdown " + MASTER_A, "+odown " + MASTER_A + " #quorum 2/2"), told());
        views.after(20).hears(A, 10);
        assertEquals(List.of("-sdown " + MASTER_A, "-odown " + MASTER_A), told());
    }

    @Test
    void aPrimaryThatIsElectedAgainIsNoSwitch() {
        told();

        views.after(20).promises(5);
        assertEquals(List.of("+new-epoch 5", "+try-failover " + MASTER_A), told());
        views.after(20).leads(5, A);
        assertEquals(List.of("-failover-abort-not-elected " + MASTER_A), told());
    }

    /** Nothing but this voter's memory is lost: it knows from its disk who leads, and not yet where. */
    @Test
    void aSwitchIsToldOnceTheNewAddressIsKnown() {
        told();

        views.after(20).leads(4, B).neverHeardOf(B);
        assertEquals(List.of("+new-epoch 4"), told());
        views.after(20);
        assertEquals(List.of(), told());
        views.after(20).hears(B, 5).hears(A, 30).hears(C, 30);
        assertEquals(
                List.of(
                        "+elected-leader " + MASTER_A,
                        "+failover-end " + MASTER_A,
                        "+switch-master main 10.0.0.1 6379 10.0.0.1 6380",
                        "+slave " + SLAVE_A + OF_B,
                        "+slave " + SLAVE_C + OF_B),
                told().stream().filter(line -> !line.startsWith("+convert")).toList());
        views.after(20);
        assertEquals(List.of(), told());
    }

    @Test
    void twoSwitchesOfWhichNobodySawTheFirstAreOne() {
        told();

        views.after(20).leads(4, B).leads(5, C);
        assertEquals(List.of("+switch-master main 10.0.0.1 6379 10.0.0.1 6381"), switches(told()));
        views.after(20).leads(6, A).hears(A, 5);
        assertEquals(List.of("+switch-master main 10.0.0.1 6381 10.0.0.1 6379"), switches(told()));
        assertEquals(List.of(), switches(told()));
    }

    private static List<String> switches(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("+switch-master")).toList();
    }

    @Test
    void aPrimaryAtAnotherAddressIsASwitch() {
        told();

        views.after(20).hears(A, "10.0.0.9:6379", 5);
        assertEquals(
                List.of(
                        "+elected-leader " + MASTER_A,
                        "+failover-end " + MASTER_A,
                        "+switch-master main 10.0.0.1 6379 10.0.0.9 6379",
                        "+slave " + SLAVE_B + " @ main 10.0.0.9 6379",
                        "+slave " + SLAVE_C + " @ main 10.0.0.9 6379"),
                told());
    }

    @Test
    void replicasAndVotersComeAndGo() {
        views.neverHeardOf(C);
        told();

        views.after(20).hears(C, 5);
        assertEquals(List.of("+slave " + SLAVE_C + OF_A), told());
        views.after(500).hears(C, 505).unreachable(V3);
        assertEquals(List.of("+sdown " + SLAVE_C + OF_A, "+sdown " + SENTINEL_3 + OF_A), told());
        views.after(500).hears(C, 5).agrees(V3);
        assertEquals(List.of("-sdown " + SLAVE_C + OF_A, "-sdown " + SENTINEL_3 + OF_A), told());
    }

    /** A node whose directory was emptied is another node, at the same place. */
    @Test
    void aReplicaThatIsAnotherNodeIsTheSameReplica() {
        told();

        NodeId other = new NodeId("d".repeat(40));
        views.after(500).hears(C, 510);
        assertEquals(List.of("+sdown " + SLAVE_C + OF_A), told());
        views.after(20).hears(C, 530).hears(other, Views.address(C), 5);
        assertEquals(List.of("-sdown " + SLAVE_C + OF_A), told());
    }

    @Test
    void nothingIsToldOfAGroupOfWhichNothingIsKnown() {
        seen = SentinelEvents.on(seen, Views.empty().view()).state();

        assertEquals(
                List.of(),
                SentinelEvents.on(seen, Views.empty().after(50).view()).actions());
    }
}
