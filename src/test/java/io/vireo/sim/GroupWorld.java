package io.vireo.sim;

import io.vireo.config.VoterLost;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import io.vireo.topology.VoterSet;
import io.vireo.voter.Duty;
import io.vireo.voter.NodeEvent;
import io.vireo.voter.NodeSettings;
import io.vireo.voter.Voter.VoterSettings;
import io.vireo.voter.VoterEvent;
import io.vireo.voter.VoterReply;
import io.vireo.voter.VoterRequest;
import io.vireo.voter.VoterState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A whole group, out of the machines of production: voters, nodes, clients, the network between them, and misfortune. The
 * same seed gives the same run.
 *
 * <p>For a while things go wrong: messages are lost, late and doubled, ways are cut in one direction, processes sleep or die
 * and come back with what their disks hold, disks lose files, clocks run unequally, the thread of a keyspace stands still,
 * nodes hand over. Then all is repaired, and within a bound the group must serve, and its nodes be equal; and once more
 * after all processes have died at one time.
 */
final class GroupWorld {
    private static final long HEALING_MS = 15_000;
    private static final long STEP_MS = 100;

    private final SimClock clock;
    private final GroupSetup setup;
    private final GroupMistake mistake;
    private final Tampered tampered;
    private final GroupInvariants invariants = new GroupInvariants(this);
    private final List<GroupHost> hosts = new ArrayList<>();
    private final List<GroupHost> dataHosts = new ArrayList<>();
    private final Map<VoterId, GroupHost> voterHosts = new HashMap<>();
    private final Map<NodeId, GroupMember> members = new HashMap<>();
    private final Map<VoterId, Epoch> promises = new HashMap<>();
    private final Map<VoterEvent.Peer, Consumer<VoterReply>> routes = new HashMap<>();
    private final List<GroupClient> clients = new ArrayList<>();
    private final Set<Long> cuts = new HashSet<>();
    private final Map<Long, Long> slowness = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private final VoterSet voterSet;
    private long asked;
    private boolean troubled = true;

    GroupWorld(long seed, GroupSetup setup, GroupMistake mistake) {
        this.clock = new SimClock(seed);
        this.setup = setup;
        this.mistake = mistake;
        this.tampered = new Tampered(mistake);
        List<VoterId> voters = new ArrayList<>();
        for (int i = 0; i < setup.voters(); i++) {
            voters.add(new VoterId("v" + i + ":26379"));
        }
        this.voterSet = new VoterSet("sim", voters);
        int count = setup.together() ? Math.max(setup.voters(), setup.nodes()) : setup.voters() + setup.nodes();
        for (int i = 0; i < count; i++) {
            double rate = 1 + (clock.random().nextDouble() * 2 - 1) * setup.drift();
            hosts.add(new GroupHost(this, i, rate, clock.random().nextInt(1_000_000)));
        }
        for (int i = 0; i < setup.voters(); i++) {
            voterHosts.put(voters.get(i), hosts.get(i));
        }
        for (GroupHost from : hosts) {
            for (GroupHost to : hosts) {
                if (setup.slowWays() && from != to && clock.once(4)) {
                    slowness.put(way(from, to), 20L + clock.upTo(60));
                }
            }
        }
        int first = setup.together() ? 0 : setup.voters();
        dataHosts.addAll(hosts.subList(first, first + setup.nodes()));
    }

    /** @throws BrokenInvariant if one does not hold */
    void run() {
        tell(setup.toString());
        hosts.forEach(host -> clock.after(clock.upTo(300), () -> start(host)));
        for (int i = 0; i < 3; i++) {
            GroupClient client = new GroupClient(this);
            clients.add(client);
            clock.after(500, client::begin);
        }
        clock.after(2_000, this::troubleNow);
        clock.runUntil(2_000 + setup.troubleMs());
        heal();
        healed("after the trouble");
        restartAll();
        healed("after all have died");
    }

    SimClock clock() {
        return clock;
    }

    GroupInvariants invariants() {
        return invariants;
    }

    Tampered tampered() {
        return tampered;
    }

    boolean is(GroupMistake which) {
        return mistake == which;
    }

    boolean isDurable() {
        return setup.durable();
    }

    List<String> story() {
        return story;
    }

    void tell(String line) {
        story.add(clock.nowMs() + " " + line);
    }

    /** How many commands were answered. */
    int done() {
        return clients.stream().mapToInt(client -> client.done).sum();
    }

    // Processes.

    private void start(GroupHost host) {
        host.isUp = true;
        host.boot++;
        voterHosts.forEach((id, its) -> {
            if (its == host) {
                host.voter = Optional.of(new GroupVoter(this, host, new VoterSettings(voterSet, id, setup.timing())));
            }
        });
        host.voter.ifPresent(GroupVoter::start);
        if (dataHosts.contains(host)) {
            boolean mayFound = host == dataHosts.getFirst() || clock.once(3);
            NodeSettings settings = new NodeSettings(
                    voterSet, setup.timing(), setup.minSync(), mayFound, setup.mode(), VoterLost.REFUSE, 5_000);
            GroupMember member = new GroupMember(this, host, settings);
            host.member = Optional.of(member);
            member.start();
        }
    }

    private void end(GroupHost host, boolean inOrder) {
        tell(host + (inOrder ? " stops" : " dies"));
        host.member.ifPresent(member -> {
            if (inOrder) {
                member.stop();
            } else {
                member.crash();
            }
            List.copyOf(member.streams).forEach(GroupStream::closeAtPrimary);
            member.leave();
        });
        host.voter.ifPresent(GroupVoter::crash);
        host.isUp = false;
        host.boot++;
        host.wake();
    }

    Optional<GroupLog> logAfterCrash(GroupLog log) {
        if (setup.durable()) {
            return Optional.of(log.afterCrash(clock.random(), !is(GroupMistake.NAMES_ARE_NOT_IN_ORDER)));
        }
        return clock.once(2) ? Optional.empty() : Optional.of(log.afterCrash(clock.random(), true));
    }

    void named(NodeId node, GroupMember member) {
        members.put(node, member);
    }

    /** The process that has this name, if it lives. */
    Optional<GroupMember> member(NodeId node) {
        return Optional.ofNullable(members.get(node))
                .filter(member -> member.host.isUp && member.host.member.equals(Optional.of(member)));
    }

    List<GroupMember> members() {
        return dataHosts.stream().flatMap(host -> host.member.stream()).toList();
    }

    int dataHosts() {
        return dataHosts.size();
    }

    GroupHost dataHost(int index) {
        return dataHosts.get(index);
    }

    Epoch promiseOf(VoterId voter) {
        return promises.getOrDefault(voter, Epoch.NONE);
    }

    void promises(VoterId voter, Epoch epoch) {
        promises.put(voter, epoch);
    }

    /** Whether a member holds the log up to there; one that has lost it, which nobody can know yet, counts as if it did. */
    boolean holds(Incarnation member, int offset, long hash) {
        Optional<GroupHost> host = dataHosts.stream()
                .filter(h -> h.nodeFile
                        .filter(file -> file.incarnation().equals(member))
                        .isPresent())
                .findFirst();
        if (host.isEmpty() || !host.get().isUp && !setup.durable()) {
            return true;
        }
        boolean isUp = host.get().isUp;
        Optional<GroupLog> log = isUp ? host.get().member.map(GroupMember::log) : host.get().log;
        return log.map(l -> (setup.durable() && isUp ? l.durableEnd() : l.end()) >= offset && l.hash(offset) == hash)
                .orElse(true);
    }

    /** Where the log up to this offset is, for a message. */
    String copies(int offset) {
        return dataHosts.stream()
                .map(host -> {
                    Optional<GroupLog> log = host.isUp ? host.member.map(GroupMember::log) : host.log;
                    return host + (host.isUp ? "" : " (down)") + ": "
                            + log.map(l -> l.durableEnd() + " of " + l.end()
                                            + (l.end() < offset ? "" : " as " + l.hash(offset)))
                                    .orElse("nothing");
                })
                .toList()
                .toString();
    }

    // The network.

    private static long way(GroupHost from, GroupHost to) {
        return from.index * 1000L + to.index;
    }

    boolean isCut(GroupHost from, GroupHost to) {
        return cuts.contains(way(from, to));
    }

    /** To or from a client. */
    long delayMs() {
        return clock.once(50) && troubled ? clock.upTo(300) : 1 + clock.upTo(4);
    }

    long delayMs(GroupHost from, GroupHost to) {
        return delayMs() + slowness.getOrDefault(way(from, to), 0L);
    }

    long diskMs() {
        return clock.random().nextInt(100) < setup.slowDisks() && troubled ? clock.upTo(200) : 1 + clock.upTo(5);
    }

    boolean diskFails() {
        return troubled && clock.once(200);
    }

    private void send(GroupHost from, GroupHost to, Runnable delivery) {
        if (from == to) {
            to.after(clock.upTo(1), delivery);
            return;
        }
        if (!to.isUp || isCut(from, to) || troubled && clock.random().nextInt(1000) < setup.lostPerMille()) {
            return;
        }
        to.after(delayMs(from, to), delivery);
        if (troubled && clock.random().nextInt(1000) < setup.doubledPerMille()) {
            to.after(delayMs(from, to) + clock.upTo(2_000), delivery);
        }
    }

    void askVoter(GroupMember member, VoterId id, VoterRequest request) {
        ask(member.host, id, request, reply -> {
            member.on(new NodeEvent.Answered(id, reply));
            if (is(GroupMistake.A_MINORITY_DECIDES)) {
                voterSet.without(id).stream()
                        .findFirst()
                        .ifPresent(other -> member.on(new NodeEvent.Answered(other, reply)));
            }
        });
    }

    void askAmongVoters(GroupVoter voter, GroupHost from, VoterId id, VoterRequest request) {
        ask(from, id, request, reply -> voter.answered(id, reply));
    }

    /** The answer comes to the process that asked, or to nobody. */
    private void ask(GroupHost from, VoterId id, VoterRequest request, Consumer<VoterReply> answered) {
        int boot = from.boot;
        GroupHost to = voterHosts.get(id);
        Consumer<VoterReply> route = reply -> {
            if (from.boot == boot) {
                send(to, from, () -> answered.accept(reply));
            }
        };
        send(from, to, () -> {
            asked++;
            VoterEvent.Peer peer = new VoterEvent.Peer(Long.toString(asked));
            routes.put(peer, route);
            to.voter.ifPresent(voter -> voter.on(new VoterEvent.Asked(peer, request)));
        });
    }

    void answer(VoterEvent.Peer to, VoterReply reply) {
        routes.remove(to).accept(reply);
    }

    void handOver(GroupMember from, NodeId target, Epoch released) {
        member(target)
                .ifPresent(member ->
                        send(from.host, member.host, () -> member.on(new NodeEvent.HandoverOffered(released))));
    }

    void reply(GroupHost from, GroupClient.Op op, GroupClient.Outcome outcome) {
        clock.after(delayMs(), () -> op.client().replied(op, outcome));
    }

    // What goes wrong.

    private void troubleNow() {
        if (!troubled) {
            return;
        }
        GroupHost victim = hosts.get(clock.random().nextInt(hosts.size()));
        if (clock.once(3)) {
            victim = primaryHost().orElse(victim);
        }
        List<GroupMishap> favourites = setup.favourites();
        happens(
                favourites.isEmpty() || clock.once(5)
                        ? GroupMishap.values()[clock.random().nextInt(GroupMishap.values().length)]
                        : favourites.get(clock.random().nextInt(favourites.size())),
                victim);
        clock.after(1 + clock.upTo(setup.betweenTroubleMs()), this::troubleNow);
    }

    private void happens(GroupMishap mishap, GroupHost victim) {
        switch (mishap) {
            case CUT -> cutFor(victim, 100 + clock.upTo(2_500));
            case ISOLATED -> isolateFor(victim, 100 + clock.upTo(2_500));
            case SLEEP -> {
                long ms = 50 + clock.upTo(2_000);
                tell(victim + " sleeps for " + ms);
                victim.pause(ms);
            }
            case STALL -> {
                long ms = 50 + clock.upTo(1_500);
                tell("the keyspace of " + victim + " stands still for " + ms);
                victim.member.ifPresent(member -> member.stall(ms));
            }
            case RESTART -> restart(victim);
            case VOTER_RESTART -> restartVoter(victim);
            case VOTER_FILE_LOST -> loseVoterFile(victim);
            case HANDOVER -> primary().ifPresent(member -> member.on(new NodeEvent.HandoverWanted(Optional.empty())));
            case MODE -> {
                if (setup.modeChanges()) {
                    ConsistencyMode mode = clock.once(2) ? ConsistencyMode.ASYNC : ConsistencyMode.STRONG;
                    primary().ifPresent(member -> member.on(new NodeEvent.ModeWanted(mode)));
                }
            }
        }
    }

    /** Something changes at a node: the worst moment for anything to go wrong there, or at another one. */
    void changes(GroupHost host) {
        if (!setup.onTheMark() || !troubled || !clock.once(3)) {
            return;
        }
        GroupMishap[] choice = {
            GroupMishap.SLEEP, GroupMishap.ISOLATED, GroupMishap.RESTART, GroupMishap.STALL, GroupMishap.CUT
        };
        GroupHost victim = clock.once(2) ? host : dataHosts.get(clock.random().nextInt(dataHosts.size()));
        clock.after(clock.upTo(20), () -> {
            if (troubled) {
                happens(choice[clock.random().nextInt(choice.length)], victim);
            }
        });
    }

    private Optional<GroupMember> primary() {
        return members().stream().filter(m -> m.host.isUp && m.isPrimary()).reduce((a, b) -> b);
    }

    private Optional<GroupHost> primaryHost() {
        return primary().map(member -> member.host);
    }

    private void cutFor(GroupHost from, long ms) {
        GroupHost to = hosts.get(clock.random().nextInt(hosts.size()));
        cut(Set.of(way(from, to)), ms);
    }

    private void isolateFor(GroupHost host, long ms) {
        boolean in = clock.once(2);
        boolean out = !in || clock.once(2);
        Set<Long> ways = new HashSet<>();
        for (GroupHost other : hosts) {
            if (other != host && in) {
                ways.add(way(other, host));
            }
            if (other != host && out) {
                ways.add(way(host, other));
            }
        }
        cut(ways, ms);
    }

    private void cut(Set<Long> ways, long ms) {
        tell("cut for " + ms + ": " + ways);
        cuts.addAll(ways);
        clock.after(ms, () -> cuts.removeAll(ways));
    }

    private void restart(GroupHost host) {
        if (!host.isUp) {
            return;
        }
        boolean inOrder = clock.once(4);
        boolean loses = !inOrder && (!setup.durable() || clock.once(3));
        if (loses && host.member.isPresent() && !canLose(host)) {
            return;
        }
        end(host, inOrder);
        if (loses && setup.durable() && host.member.isPresent()) {
            tell(host + " has lost its data");
            host.log = Optional.empty();
            if (clock.once(2)) {
                host.nodeFile = Optional.empty();
            }
        }
        clock.after(20 + clock.upTo(1_500), () -> {
            if (!host.isUp) {
                tell(host + " starts");
                start(host);
            }
        });
    }

    /** Whether every record that an election might find has another member that holds everything, and lives. */
    private boolean canLose(GroupHost host) {
        Stream<GroupRecord> kept = voterHosts.values().stream()
                .flatMap(h -> h.voterFile.stream())
                .flatMap(file -> file.votes().stream())
                .flatMap(votes -> votes.record().stream());
        Stream<GroupRecord> sent = members().stream()
                .flatMap(m -> m.state().duty() instanceof Duty.Leading l
                        ? Stream.of(l.inSync().sent())
                        : Stream.empty());
        List<GroupRecord> records = Stream.concat(kept, sent).toList();
        return !records.isEmpty()
                && records.stream()
                        .allMatch(record ->
                                record.inSync().stream().anyMatch(member -> !isOn(member, host) && isValid(member)));
    }

    private static boolean isOn(Incarnation member, GroupHost host) {
        return host.nodeFile.map(file -> file.node().equals(member.node())).orElse(false);
    }

    private boolean isValid(Incarnation incarnation) {
        return dataHosts.stream()
                .anyMatch(host -> (host.isUp || setup.durable() && host.log.isPresent())
                        && host.nodeFile
                                .filter(file -> file.incarnation().equals(incarnation))
                                .isPresent());
    }

    private void restartVoter(GroupHost host) {
        boolean mayDie = host.member.isEmpty() || setup.durable() || canLose(host);
        if (host.isUp && host.voter.isPresent() && mayDie) {
            end(host, false);
            clock.after(5 + clock.upTo(50), () -> {
                if (!host.isUp) {
                    start(host);
                }
            });
        }
    }

    /** Never so many that the others could not tell what it had promised. */
    private void loseVoterFile(GroupHost host) {
        long voting = voterHosts.values().stream()
                .filter(h -> h != host && h.isUp && h.voter.isPresent())
                .filter(h -> h.voter.get().state() instanceof VoterState.Voting)
                .count();
        if (host.voter.isEmpty() || !host.isUp || voting < voterSet.size() - 1 || voterSet.size() == 1) {
            return;
        }
        if (host.member.isPresent() && !setup.durable() && !canLose(host)) {
            return;
        }
        end(host, false);
        tell(host + " has lost its voter's file");
        host.voterFile = Optional.empty();
        promises.remove(host.voter.get().id);
        clock.after(20 + clock.upTo(800), () -> {
            if (!host.isUp) {
                start(host);
            }
        });
    }

    // The end.

    private void heal() {
        tell("healing");
        troubled = false;
        cuts.clear();
        for (GroupHost host : hosts) {
            host.wake();
            if (staysDown(host)) {
                if (host.isUp) {
                    end(host, false);
                }
            } else if (!host.isUp) {
                start(host);
            }
        }
    }

    /** A majority of the voters comes back with its files. */
    private boolean staysDown(GroupHost host) {
        return setup.voterStaysDown() && setup.voters() > 1 && !setup.together() && host.index == 0 && othersVote();
    }

    private boolean othersVote() {
        return voterHosts.values().stream()
                .filter(host -> host.index > 0)
                .allMatch(host -> host.voterFile.flatMap(file -> file.votes()).isPresent());
    }

    private void restartAll() {
        tell("all die");
        for (GroupHost host : hosts) {
            if (host.isUp) {
                end(host, !setup.durable());
                clock.after(20 + clock.upTo(200), () -> start(host));
            }
        }
        clients.forEach(GroupClient::resume);
    }

    /** Waits until every client was served, then until all nodes are equal. */
    private void healed(String when) {
        Map<GroupClient, Integer> before = new HashMap<>();
        clients.forEach(client -> before.put(client, client.done));
        long end = clock.nowMs() + HEALING_MS;
        while (clock.nowMs() < end && clients.stream().anyMatch(client -> client.done <= before.get(client) + 2)) {
            clock.runUntil(clock.nowMs() + STEP_MS);
        }
        if (clock.nowMs() >= end) {
            throw new BrokenInvariant(GroupInvariants.I6, when + " nobody serves");
        }
        clients.forEach(GroupClient::stop);
        while (clock.nowMs() < end && !areEqual()) {
            clock.runUntil(clock.nowMs() + STEP_MS);
        }
        if (!areEqual()) {
            String logs = members().stream()
                    .map(m -> m.host + ":" + m.log().end() + ":"
                            + m.log().hash(m.log().end()) + ":"
                            + m.log().history().id().substring(0, 6))
                    .toList()
                    .toString();
            throw new BrokenInvariant(GroupInvariants.I6, when + " the nodes are not equal: " + logs);
        }
        tell("healed " + when);
    }

    private boolean areEqual() {
        List<GroupMember> all = members();
        GroupLog first = all.getFirst().log();
        return all.stream()
                .map(GroupMember::log)
                .allMatch(log -> log.end() == first.end()
                        && log.hash(log.end()) == first.hash(first.end())
                        && log.history().id().equals(first.history().id()));
    }
}
