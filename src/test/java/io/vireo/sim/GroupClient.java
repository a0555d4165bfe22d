package io.vireo.sim;

/** A client: one command after the other, to whoever it believes to be the primary. */
final class GroupClient {
    private static final long PATIENCE_MS = 1_000;

    enum Outcome {
        DONE,
        REFUSED,
        UNCERTAIN
    }

    /**
     * A command.
     *
     * @param id what is written; or any number, if it is a read
     * @param seenBefore how long the log was that any client had seen when this command was sent: a later one sees no less
     */
    record Op(GroupClient client, long id, boolean write, int seenBefore) {}

    private final GroupWorld world;
    private int target;
    private Op waiting;
    private boolean stopped;
    int done;

    GroupClient(GroupWorld world) {
        this.world = world;
    }

    void begin() {
        if (stopped) {
            return;
        }
        Op op = new Op(
                this,
                world.clock().random().nextLong(),
                world.clock().once(2),
                world.invariants().seen());
        waiting = op;
        GroupHost host = world.dataHost(target);
        world.clock()
                .after(
                        world.delayMs(),
                        () -> host.member.ifPresent(member -> {
                            if (host.isUp) {
                                host.after(0, () -> member.onKeyspace(() -> member.execute(op)));
                            }
                        }));
        world.clock().after(PATIENCE_MS, () -> {
            if (waiting == op) {
                elsewhere();
            }
        });
    }

    void stop() {
        stopped = true;
    }

    void resume() {
        stopped = false;
        begin();
    }

    void replied(Op op, Outcome outcome) {
        if (waiting != op) {
            return;
        }
        if (outcome == Outcome.DONE) {
            done++;
            waiting = null;
            world.clock().after(2 + world.clock().upTo(20), this::begin);
        } else {
            elsewhere();
        }
    }

    private void elsewhere() {
        waiting = null;
        target = world.clock().random().nextInt(world.dataHosts());
        world.clock().after(10 + world.clock().upTo(20), this::begin);
    }
}
