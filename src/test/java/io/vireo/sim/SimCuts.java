package io.vireo.sim;

import io.vireo.log.StreamPosition;
import io.vireo.replication.CutPlan;
import io.vireo.replication.CutSource;
import io.vireo.replication.Medium;
import java.util.ArrayList;
import java.util.List;

/** Makes full copies of a node's data: one at a time, to a file or to those who joined. */
final class SimCuts implements CutSource {
    private static final String MARK = "-".repeat(40);

    private final SimNode node;
    private final List<SimServer> joined = new ArrayList<>();
    private Medium medium;
    private StreamPosition position;
    private byte[] dump;
    private int number;

    SimCuts(SimNode node) {
        this.node = node;
    }

    @Override
    public CutPlan.Running running() {
        if (medium == null) {
            return new CutPlan.Running.Nothing();
        }
        if (medium == Medium.SOCKETS) {
            return new CutPlan.Running.ToSockets();
        }
        boolean held = position.id().equals(node.log.history().id()) && node.log.holds(position.next());
        return new CutPlan.Running.ToDisk(position, held);
    }

    @Override
    public boolean begin(Medium newMedium, StreamPosition newPosition, int database) {
        if (node.world.failsNow()) {
            return false;
        }
        medium = newMedium;
        position = newPosition;
        dump = node.data().dump(database);
        int cut = ++number;
        if (medium == Medium.DISK) {
            node.clock().after(1 + node.clock().upTo(500), () -> end(cut, !node.world.failsNow()));
        } else {
            node.clock().after(1, () -> sendPiece(cut, -1));
        }
        return true;
    }

    /** A BGSAVE of the node's own. */
    void beginSave() {
        if (medium == null && node.hasPosition() && !node.isLoading()) {
            begin(Medium.DISK, node.log.position(), Math.max(0, node.log.database()));
        }
    }

    void join(SimServer replica) {
        joined.add(replica);
    }

    byte[] file() {
        return dump;
    }

    private void sendPiece(int cut, int from) {
        if (cut != number || medium == null || !node.isAlive()) {
            return;
        }
        byte[] piece;
        if (from < 0) {
            piece = SimNode.bytes("$EOF:" + MARK + "\r\n");
        } else if (from >= dump.length) {
            piece = SimNode.bytes(MARK);
        } else {
            piece = java.util.Arrays.copyOfRange(dump, from, Math.min(dump.length, from + 64));
        }
        for (SimServer replica : List.copyOf(joined)) {
            replica.sendCut(piece);
        }
        boolean last = from >= dump.length;
        int next = from < 0 ? 0 : from + 64;
        node.clock().after(node.clock().upTo(10), () -> {
            if (last) {
                end(cut, true);
            } else {
                sendPiece(cut, next);
            }
        });
    }

    private void end(int cut, boolean well) {
        if (cut != number || medium == null || !node.isAlive()) {
            return;
        }
        Medium ended = medium;
        medium = null;
        joined.clear();
        node.replication.cutEnded(ended, well);
        node.settle();
    }

    @Override
    public void abandonDisk() {
        if (medium == Medium.DISK) {
            end(number, false);
        }
    }

    @Override
    public void abandonSockets() {
        medium = null;
        joined.clear();
    }
}
