package io.vireo.sentinel;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.sentinel.GroupView.Link;
import io.vireo.topology.Endpoint;
import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import io.vireo.voter.VoterReply.Heard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What happened in the group, found by comparing what a voter knew with what it knows, in the order and the words of
 * Redis's Sentinel.
 *
 * <pre>
 *   +monitor            the primary is known for the first time
 *   +new-epoch          this voter has promised a higher epoch
 *   +sdown -sdown       this voter has not heard of the primary, a replica or a voter for too long; it has again
 *   +odown -odown       a majority has not heard of the primary; it has again
 *   +try-failover       somebody was promised an epoch, and does not lead in it yet
 *   +elected-leader     it does: these three together, with the replicas of the new primary
 *   +failover-end
 *   +switch-master
 *   -failover-abort-not-elected   the primary leads in it itself
 *   +slave +sentinel    a replica reported, a voter answered, for the first time
 *   +convert-to-slave   a node that was the primary is there again, and follows
 * </pre>
 *
 * <p>Clients act on {@code +switch-master}. It comes once for each change of the primary's address, also where the new
 * one is known only some time after the election.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#pubsub-messages">Sentinel's
 *     messages</a>
 */
@RunsOn(Loop.ANY)
final class SentinelEvents {

    /**
     * What was known, and what clients have been told of the primary.
     *
     * @param view the last one; empty before the first
     * @param sinceMs since when the primary is the primary
     * @param deposed nodes that were the primary, and have not been heard of since
     * @param told empty before a primary was known
     */
    record Seen(Optional<GroupView> view, long sinceMs, Set<NodeId> deposed, Optional<Told> told) {
        static final Seen NOTHING = new Seen(Optional.empty(), 0, Set.of(), Optional.empty());

        Seen {
            deposed = Set.copyOf(deposed);
        }

        /** Since when a majority takes the primary for down; empty if it does not. */
        OptionalLong downForMostSinceMs() {
            return told.map(Told::downForMostSinceMs).orElse(OptionalLong.empty());
        }
    }

    /** Where clients were last sent, and whether they were told that it is down. */
    record Told(Endpoint primary, boolean isDown, OptionalLong downForMostSinceMs) {}

    private final GroupView former;
    private final GroupView next;
    private final Set<NodeId> deposed;
    private final List<SentinelEvent> events = new ArrayList<>();
    private long sinceMs;
    private Optional<Told> told;
    private boolean switched;

    private SentinelEvents(Seen seen, GroupView next) {
        this.next = next;
        this.former = seen.view().orElseGet(() -> nothing(next));
        this.sinceMs = seen.sinceMs();
        this.deposed = new HashSet<>(seen.deposed());
        this.told = seen.told();
    }

    /** What was known before anything was: nobody has been heard of, nobody has answered. */
    private static GroupView nothing(GroupView next) {
        return new GroupView(
                next.voters(),
                next.self(),
                false,
                Epoch.NONE,
                Optional.empty(),
                List.of(),
                List.of(),
                next.downAfterMs(),
                next.nowMs());
    }

    /** Compares what was seen with what is seen now. */
    static Step<Seen, SentinelEvent> on(Seen seen, GroupView next) {
        SentinelEvents found = new SentinelEvents(seen, next);
        found.compare();
        return new Step<>(new Seen(Optional.of(next), found.sinceMs, found.deposed, found.told), found.events);
    }

    private void compare() {
        if (next.promised().isAfter(former.promised())) {
            add("+new-epoch", next.promised().toString());
        }
        compareElections();
        next.primaryEndpoint().ifPresent(this::comparePrimary);
        compareReplicas();
        compareVoters();
    }

    private void add(String channel, String payload) {
        events.add(new SentinelEvent(channel, payload));
    }

    // The primary.

    private void compareElections() {
        if (!former.primaryId().equals(next.primaryId())) {
            sinceMs = next.nowMs();
            former.primaryId().ifPresent(deposed::add);
            next.primaryId().ifPresent(deposed::remove);
        } else if (told.isPresent() && next.isFailingOver() != former.isFailingOver()) {
            add(
                    next.isFailingOver() ? "+try-failover" : "-failover-abort-not-elected",
                    master(told.get().primary()));
        }
    }

    private void comparePrimary(Endpoint now) {
        if (told.isEmpty()) {
            told = Optional.of(new Told(now, false, OptionalLong.empty()));
            add("+monitor", master(now) + " quorum " + next.quorum());
        } else if (!told.get().primary().equals(now)) {
            switchFrom(told.get().primary(), now);
        }
        compareDown(told.get());
    }

    private void switchFrom(Endpoint before, Endpoint now) {
        add("+elected-leader", master(before));
        add("+failover-end", master(before));
        add("+switch-master", next.name() + " " + before.words() + " " + now.words());
        told = Optional.of(new Told(now, false, OptionalLong.empty()));
        switched = true;
    }

    private void compareDown(Told before) {
        boolean isDown = next.isPrimaryDown();
        boolean isDownForMost = next.isPrimaryDownForMost();
        boolean wasDownForMost = before.downForMostSinceMs().isPresent();
        String master = master(before.primary());
        if (isDown != before.isDown()) {
            add(isDown ? "+sdown" : "-sdown", master);
        }
        if (isDownForMost && !wasDownForMost) {
            add("+odown", master + " #quorum " + next.downVotes() + "/" + next.quorum());
        } else if (wasDownForMost && !isDownForMost) {
            add("-odown", master);
        }
        OptionalLong sinceWhenMs = !isDownForMost
                ? OptionalLong.empty()
                : wasDownForMost ? before.downForMostSinceMs() : OptionalLong.of(next.nowMs());
        told = Optional.of(new Told(before.primary(), isDown, sinceWhenMs));
    }

    // The others.

    /**
     * Behind a switch all replicas are new: they are those of another primary. Between an election and the switch
     * nothing is told.
     */
    private void compareReplicas() {
        if (told.isPresent() && next.primaryEndpoint().isEmpty()) {
            return;
        }
        for (Heard replica : next.replicas()) {
            Optional<Heard> before = switched ? Optional.empty() : before(replica);
            if (before.isEmpty()) {
                add("+slave", slave(replica));
            }
        }
        for (Heard replica : next.replicas()) {
            Optional<Heard> before = switched ? Optional.empty() : before(replica);
            boolean wasDown = before.map(former::isDown).orElse(false);
            if (next.isDown(replica) != wasDown) {
                add(wasDown ? "-sdown" : "+sdown", slave(replica));
            }
            if (next.nowMs() - replica.ageMs() > sinceMs
                    && deposed.remove(replica.report().node())) {
                add("+convert-to-slave", slave(replica));
            }
        }
    }

    /**
     * The replica as it was. It may have been another node, at the same place; not the one that was the primary then.
     */
    private Optional<Heard> before(Heard replica) {
        return former.replicas().stream()
                .filter(one -> one.report().address().equals(replica.report().address()))
                .findFirst();
    }

    private void compareVoters() {
        for (Link link : next.links()) {
            Optional<Link> before = former.links().stream()
                    .filter(one -> one.voter().equals(link.voter()))
                    .findFirst();
            String sentinel = sentinel(link);
            if (before.isEmpty()) {
                add("+sentinel", sentinel);
            }
            boolean wasDown = before.map(former::isDown).orElse(false);
            if (next.isDown(link) != wasDown) {
                add(wasDown ? "-sdown" : "+sdown", sentinel);
            }
        }
    }

    // Who it is about.

    private String master(Endpoint endpoint) {
        return "master " + next.name() + " " + endpoint.words();
    }

    private String slave(Heard replica) {
        Endpoint endpoint = GroupView.endpoint(replica);
        return "slave " + endpoint + " " + endpoint.words() + ofPrimary();
    }

    private String sentinel(Link link) {
        return "sentinel " + next.runId(link.voter()) + " "
                + link.voter().endpoint().words() + ofPrimary();
    }

    private String ofPrimary() {
        return told.map(known -> " @ " + next.name() + " " + known.primary().words())
                .orElse("");
    }
}
