package io.vireo.sim;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.voter.Ballot;
import io.vireo.voter.Duty;
import io.vireo.voter.Terms;
import io.vireo.voter.Terms.Door;
import io.vireo.voter.VoterState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What must hold at every moment of the life of a group. Only here is anything compared that happens on two machines. */
final class GroupInvariants {
    static final String I1 = "I1 an acknowledged write is in every later primary's log when it serves";
    static final String I2 = "I2 never two nodes acknowledge at one time";
    static final String I3 = "I3 one primary per epoch";
    static final String I4 = "I4 reads are linearizable, and no value read vanishes";
    static final String I5 = "I5 a voter's promise never falls";
    static final String I6 = "I6 after healing the group serves again, and all nodes are equal";
    static final String I7 = "I7 an acknowledged write has enough copies";

    private final GroupWorld world;
    private final Map<Epoch, NodeId> primaries = new HashMap<>();

    /** What clients have seen, as the hashes of the log up to each offset. */
    private long[] seen = new long[256];

    private int seenEnd;

    GroupInvariants(GroupWorld world) {
        this.world = world;
    }

    /** How much of the log clients have seen. */
    int seen() {
        return seenEnd;
    }

    /** Nothing is promised any more of what was acknowledged. */
    void forget() {
        seenEnd = 0;
    }

    // I1, I4, I7.

    void acknowledged(GroupMember node, GroupClient.Op op, int offset) {
        noOtherMayAcknowledge(node);
        Terms terms = node.terms();
        if (terms.mode() != ConsistencyMode.STRONG || isLeavingStrong(node)) {
            return;
        }
        if (offset < op.seenBefore()) {
            throw new BrokenInvariant(I4, node.host + " shows " + offset + " after " + op.seenBefore() + " was seen");
        }
        see(node, offset, op.write() ? I1 : I4);
        if (op.write()) {
            enoughCopies(node, offset, terms.minSync());
        }
    }

    /** A replica shows its data up to this offset: what it shows may be old, and must not vanish. */
    void shown(GroupMember node, int offset) {
        if (offset <= seenEnd && node.log().hash(offset) != seen[offset]) {
            throw new BrokenInvariant(I4, node.host + " shows at " + offset + " what nobody else has seen");
        }
    }

    private void see(GroupMember node, int offset, String name) {
        int common = Math.min(offset, seenEnd);
        if (common > 0 && node.log().hash(common) != seen[common]) {
            throw new BrokenInvariant(
                    name, node.host + " acknowledges " + offset + ", and has not what was seen up to " + common);
        }
        if (offset >= seen.length) {
            seen = Arrays.copyOf(seen, 2 * offset);
        }
        for (int i = seenEnd + 1; i <= offset; i++) {
            seen[i] = node.log().hash(i);
        }
        seenEnd = Math.max(seenEnd, offset);
    }

    private void enoughCopies(GroupMember node, int offset, int least) {
        int copies = 0;
        long hash = node.log().hash(offset);
        for (Incarnation member : node.terms().decided()) {
            boolean isOther = !member.equals(node.terms().self());
            if (isOther && node.acks().offsetOf(member) >= offset && world.holds(member, offset, hash)) {
                copies++;
            }
        }
        if (world.isDurable() && node.log().durableEnd() < offset) {
            throw new BrokenInvariant(I7, node.host + " itself has " + offset + " not on its disk");
        }
        if (copies < least) {
            throw new BrokenInvariant(
                    I7, offset + " of " + node.host + " has " + copies + " other copies: " + world.copies(offset));
        }
    }

    private static boolean isLeavingStrong(GroupMember node) {
        return node.state().duty() instanceof Duty.Leading l
                && l.inSync().sent().mode() == ConsistencyMode.ASYNC;
    }

    // I2.

    private void noOtherMayAcknowledge(GroupMember node) {
        for (GroupMember other : world.members()) {
            Terms terms = other.terms();
            if (other != node
                    && other.host.isUp
                    && terms != null
                    && terms.door() != Door.CLOSED
                    && other.host.nowMs() < terms.leaseUntilMs()) {
                throw new BrokenInvariant(
                        I2,
                        node.host + " in epoch " + node.terms().epoch() + ", and " + other.host + " in "
                                + terms.epoch());
            }
        }
    }

    // I3, and I1 when an epoch begins.

    void leads(GroupMember node, Epoch epoch) {
        boolean strong = node.state().duty() instanceof Duty.Leading l
                && l.inSync().sent().mode() == ConsistencyMode.STRONG;
        if (strong && seenEnd > 0) {
            boolean holdsAll = node.log().end() >= seenEnd && node.log().hash(seenEnd) == seen[seenEnd];
            if (!holdsAll) {
                throw new BrokenInvariant(I1, node.host + " leads epoch " + epoch + " without what was acknowledged");
            }
        }
    }

    void nodeIs(GroupMember node) {
        switch (node.state().duty()) {
            case Duty.Standing s when s.ballot() instanceof Ballot.Elected e -> onlyPrimary(node, e.epoch());
            case Duty.Leading l -> {
                onlyPrimary(node, l.epoch());
                if (l.inSync().sent().mode() == ConsistencyMode.ASYNC && seenEnd > 0) {
                    forget();
                }
            }
            default -> {}
        }
    }

    private void onlyPrimary(GroupMember node, Epoch epoch) {
        NodeId id = node.state().self().node();
        NodeId known = primaries.putIfAbsent(epoch, id);
        if (known != null && !known.equals(id)) {
            throw new BrokenInvariant(I3, epoch + " has " + id.shortText() + " and " + known.shortText());
        }
    }

    // I5.

    void voterIs(GroupVoter voter) {
        if (voter.state() instanceof VoterState.Voting s) {
            Epoch promised = s.memory().votes().orElseThrow().promised();
            Epoch before = world.promiseOf(voter.id);
            if (promised.isBefore(before)) {
                throw new BrokenInvariant(I5, voter.id + " promised " + before + ", and now " + promised);
            }
            world.promises(voter.id, promised);
        }
    }
}
