package io.vireo.replication;

import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import java.util.Optional;

/**
 * Who a data node of a group is, as it tells its primary when it comes: {@code REPLCONF vireo-member node/token/epoch}, the
 * token in hexadecimal digits.
 *
 * @param epoch the highest that it has stood for or followed; it takes no stream of a lower one
 * @param mayAcknowledge whether the epoch of its stream is on its disk: before that it tells nobody how far it is
 */
public record Member(Incarnation incarnation, Epoch epoch, boolean mayAcknowledge) {
    private static final int HEX = 16;

    /** What {@code REPLCONF} carries. */
    String words() {
        return incarnation.node() + "/" + Long.toHexString(incarnation.token()) + "/" + epoch;
    }

    /** Reads what {@code REPLCONF} carried; empty if it is something else. */
    static Optional<Member> of(String words) {
        String[] parts = words.split("/", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            Incarnation incarnation = new Incarnation(new NodeId(parts[0]), Long.parseUnsignedLong(parts[1], HEX));
            return Optional.of(new Member(incarnation, new Epoch(Long.parseLong(parts[2])), true));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
