package io.vireo.sentinel;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Endpoint;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import io.vireo.topology.VoterSet;
import io.vireo.voter.Voter.VoterSettings;
import io.vireo.voter.VoterReply.Heard;
import io.vireo.voter.VoterReply.StatusIs;
import io.vireo.voter.VoterState;
import io.vireo.voter.Votes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a voter knows of its group at one time.
 *
 * @param isVoting false for a voter that has lost its file, or has none yet: it knows nothing then
 * @param promised the highest epoch it has promised
 * @param record the newest it has accepted. It may be one that no majority has, for the moment of an election.
 * @param heard the data nodes that have reported to this voter since it started, each with the age of its last report
 * @param links one for each other voter
 * @param downAfterMs for how long nothing is heard of somebody before it counts as down
 * @param nowMs by this voter's clock
 */
@RunsOn(Loop.ANY)
public record GroupView(
        VoterSet voters,
        VoterId self,
        boolean isVoting,
        Epoch promised,
        Optional<GroupRecord> record,
        List<Heard> heard,
        List<Link> links,
        long downAfterMs,
        long nowMs) {

    /**
     * The way to another voter.
     *
     * @param isConnected whether there is a connection
     * @param answeredAgoMs since it last answered, or, if it never has, since it is asked
     * @param answer how things stand for it; empty if it has not said lately, as one that has lost its file
     */
    public record Link(VoterId voter, boolean isConnected, long answeredAgoMs, Optional<StatusIs> answer) {}

    public GroupView {
        heard = List.copyOf(heard);
        links = List.copyOf(links);
    }

    /** What a voter in this state knows. */
    public static GroupView of(VoterState state, VoterSettings settings, List<Link> links, long nowMs) {
        return new GroupView(
                settings.set(),
                settings.self(),
                state.isVoting(),
                state.memory().votes().map(Votes::promised).orElse(Epoch.NONE),
                state.memory().votes().flatMap(Votes::record),
                state.heard(nowMs),
                links,
                settings.timing().downAfterMs(),
                nowMs);
    }

    /** The same, judged by another length of silence. */
    GroupView withDownAfter(long ms) {
        return new GroupView(voters, self, isVoting, promised, record, heard, links, ms, nowMs);
    }

    /** The same with another record. */
    GroupView withRecord(Optional<GroupRecord> other) {
        return new GroupView(voters, self, isVoting, promised, other, heard, links, downAfterMs, nowMs);
    }

    /** The same without the replicas that have not reported since then. */
    GroupView forgetting(long beforeMs) {
        List<Heard> rest = heard.stream()
                .filter(one -> isPrimary(one) || nowMs - one.ageMs() >= beforeMs)
                .toList();
        return new GroupView(voters, self, isVoting, promised, record, rest, links, downAfterMs, nowMs);
    }

    /** Whether a majority of the voters is known to have accepted this record, or another one of its epoch or a later one. */
    public boolean isDecided() {
        long others = links.stream()
                .flatMap(link -> link.answer().stream())
                .flatMap(answer -> answer.record().stream())
                .filter(its ->
                        record.isPresent() && !its.epoch().isBefore(record.get().epoch()))
                .count();
        return record.isPresent() && 1 + others >= quorum();
    }

    // The primary.

    String name() {
        return voters.name();
    }

    /** How many voters have to agree. */
    int quorum() {
        return voters.majority();
    }

    /** The primary's name; empty before the first election. */
    Optional<NodeId> primaryId() {
        return record.map(GroupRecord::primary);
    }

    private boolean isPrimary(Heard one) {
        return primaryId().equals(Optional.of(one.report().node()));
    }

    /** What the primary last said; empty if this voter has not heard of it. */
    Optional<Heard> primary() {
        return heard.stream().filter(this::isPrimary).findFirst();
    }

    /** Where the primary serves; empty if this voter cannot tell. */
    Optional<Endpoint> primaryEndpoint() {
        return primary().map(GroupView::endpoint);
    }

    /** The same as {@code host:port}. */
    public Optional<String> primaryAddress() {
        return primary().map(one -> one.report().address());
    }

    static Endpoint endpoint(Heard one) {
        return Endpoint.of(one.report().address());
    }

    boolean isDown(Heard one) {
        return one.ageMs() > downAfterMs;
    }

    /** Whether this voter takes the primary for down: it has not heard of it for so long, or not at all. */
    boolean isPrimaryDown() {
        return primary().map(this::isDown).orElse(true);
    }

    /** How many voters take it for down, this one among them. */
    int downVotes() {
        long others = links.stream().filter(this::saysPrimaryIsDown).count();
        return (int) others + (isPrimaryDown() ? 1 : 0);
    }

    /** Whether another voter does. Only what it has said lately counts. */
    boolean saysPrimaryIsDown(Link link) {
        return !isDown(link)
                && link.answer()
                        .map(answer ->
                                answer.heard().stream().noneMatch(one -> isPrimary(one) && one.ageMs() <= downAfterMs))
                        .orElse(false);
    }

    /** Whether a majority takes it for down. */
    boolean isPrimaryDownForMost() {
        return isPrimaryDown() && downVotes() >= quorum();
    }

    /** Whether somebody was promised a higher epoch than the one of the record, and nobody leads in that one yet. */
    boolean isFailingOver() {
        return record.map(kept -> promised.isAfter(kept.epoch())).orElse(false);
    }

    // The replicas.

    /**
     * All other nodes heard of, in the order of their addresses. Of several that had the same one, one after the other,
     * it is the last.
     */
    List<Heard> replicas() {
        return heard.stream()
                .filter(one -> !isPrimary(one)
                        && !endpoint(one).equals(primaryEndpoint().orElse(null)))
                .filter(one -> heard.stream().noneMatch(other -> replaces(other, one)))
                .sorted(Comparator.comparing(one -> one.report().address()))
                .toList();
    }

    private static boolean replaces(Heard other, Heard one) {
        return other.ageMs() < one.ageMs()
                && other.report().address().equals(one.report().address());
    }

    /** Whether a replica has a whole copy, and is there. */
    boolean isLinkUp(Heard replica) {
        return !isDown(replica) && replica.report().whole();
    }

    /** The replicas that could take over. */
    List<Heard> candidates() {
        return replicas().stream()
                .filter(one -> !isDown(one)
                        && one.report().mayLead()
                        && isListed(one.report().node()))
                .toList();
    }

    private boolean isListed(NodeId node) {
        return record.map(kept -> kept.mode() == ConsistencyMode.ASYNC
                        || kept.inSync().stream()
                                .anyMatch(member -> member.node().equals(node)))
                .orElse(true);
    }

    // The voters.

    boolean isDown(Link link) {
        return link.answeredAgoMs() > downAfterMs;
    }

    /** How many voters could vote now, as far as this one can tell. */
    int usable() {
        long others = links.stream()
                .filter(link -> !isDown(link) && link.answer().isPresent())
                .count();
        return (int) others + (isVoting ? 1 : 0);
    }

    /**
     * The name by which Sentinel's protocol knows a voter: 40 hexadecimal digits, made from the set's name and its
     * address.
     */
    public static String runId(VoterSet set, VoterId voter) {
        try {
            byte[] text = (set.name() + " " + voter.address()).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    String runId(VoterId voter) {
        return runId(voters, voter);
    }
}
