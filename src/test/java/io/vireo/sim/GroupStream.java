package io.vireo.sim;

import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A connection by which a replica follows a primary. What is sent arrives in order, late, or, while the way is cut, not
 * before the cut is over; an end that dies tells nothing if the way is cut.
 */
final class GroupStream {
    private record Sent(long atMs, Runnable delivery) {}

    /** One direction. */
    private final class Way {
        private final GroupHost from;
        private final GroupHost to;
        private final Queue<Sent> onTheWay = new ArrayDeque<>();
        private long lastAtMs;

        private Way(GroupHost from, GroupHost to) {
            this.from = from;
            this.to = to;
        }

        private void send(Runnable delivery) {
            lastAtMs = Math.max(lastAtMs, world.clock().nowMs() + world.delayMs(from, to));
            onTheWay.add(new Sent(lastAtMs, delivery));
            if (onTheWay.size() == 1) {
                world.clock().at(lastAtMs, this::deliver);
            }
        }

        private void deliver() {
            if (world.isCut(from, to)) {
                world.clock().after(20, this::deliver);
                return;
            }
            Sent sent = onTheWay.poll();
            if (sent != null) {
                sent.delivery.run();
            }
            if (!onTheWay.isEmpty()) {
                world.clock().at(Math.max(world.clock().nowMs(), onTheWay.peek().atMs), this::deliver);
            }
        }
    }

    private final GroupWorld world;
    final GroupMember replica;
    final GroupMember primary;
    private final int replicaBoot;
    private final int primaryBoot;
    private final Way up;
    private final Way down;

    boolean isOpenAtReplica = true;
    boolean isOpenAtPrimary = true;

    // The primary's side.
    Epoch epoch = Epoch.NONE;
    Incarnation who;
    int sent;
    long lastAckMs;
    long lastSentMs;

    // The replica's side.
    Epoch heardEpoch = Epoch.NONE;
    long lastHeardMs;
    GroupLog loading;

    GroupStream(GroupWorld world, GroupMember replica, GroupMember primary) {
        this.world = world;
        this.replica = replica;
        this.primary = primary;
        this.replicaBoot = replica.host.boot;
        this.primaryBoot = primary.host.boot;
        this.up = new Way(replica.host, primary.host);
        this.down = new Way(primary.host, replica.host);
        this.who = replica.state().self();
        this.lastHeardMs = replica.host.nowMs();
        this.lastAckMs = primary.host.nowMs();
    }

    void toPrimary(Runnable delivery) {
        up.send(() -> {
            if (primary.host.isUp && primary.host.boot == primaryBoot) {
                primary.host.after(
                        0,
                        () -> primary.onKeyspace(() -> {
                            if (isOpenAtPrimary) {
                                delivery.run();
                            }
                        }));
            } else {
                down.send(this::lostAtReplica);
            }
        });
    }

    void toReplica(Runnable delivery) {
        down.send(() -> {
            if (replica.host.isUp && replica.host.boot == replicaBoot) {
                replica.host.after(
                        0,
                        () -> replica.onKeyspace(() -> {
                            if (isOpenAtReplica) {
                                delivery.run();
                            }
                        }));
            } else {
                up.send(this::lostAtPrimary);
            }
        });
    }

    void closeAtPrimary() {
        if (isOpenAtPrimary) {
            isOpenAtPrimary = false;
            primary.streams.remove(this);
            down.send(this::lostAtReplica);
        }
    }

    void closeAtReplica() {
        if (isOpenAtReplica) {
            isOpenAtReplica = false;
            loading = null;
            up.send(this::lostAtPrimary);
        }
    }

    private void lostAtReplica() {
        if (isOpenAtReplica && replica.host.isUp && replica.host.boot == replicaBoot) {
            replica.host.after(
                    0,
                    () -> replica.onKeyspace(() -> {
                        if (isOpenAtReplica) {
                            closeAtReplica();
                        }
                    }));
        }
    }

    private void lostAtPrimary() {
        if (isOpenAtPrimary && primary.host.isUp && primary.host.boot == primaryBoot) {
            primary.host.after(0, this::closeAtPrimary);
        }
    }
}
