package io.vireo.it;

import java.io.UncheckedIOException;
import java.util.List;

/** What can befall a set of a primary and two replicas; each is over, or mended, when its method returns. */
enum Fault {
    KILL_PRIMARY("`kill -9` of the primary's machine, back after 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            killFor(set, List.of(primary));
        }
    },
    KILL_REPLICA("`kill -9` of a replica's machine, back after 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            killFor(set, List.of(set.without(primary).getFirst()));
        }
    },
    KILL_BOTH_REPLICAS("`kill -9` of both replicas' machines, back after 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            killFor(set, set.without(primary));
        }
    },
    KILL_ALL("`kill -9` of all machines, back at once") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            set.kill(set.nodes());
            set.restart(set.nodes());
        }
    },
    TERMINATE_PRIMARY("SIGTERM for the primary's machine, back after 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            terminate(set, primary);
            lasts();
            set.restart(primary);
        }
    },
    ROLLING_RESTART("SIGTERM for one machine after the other, each back at once") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            for (ServerProcess node : set.nodes()) {
                terminate(set, node);
                set.restart(node);
                Await.until(set::isInStep, "all to be in step");
            }
        }
    },
    HANDOVER("a failover asked for (`FAILOVER`; `SENTINEL FAILOVER`)") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            set.handOver(primary);
        }
    },
    LONG_COMMAND("a command that takes 2 s (`DEBUG SLEEP 2`)") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            try {
                primary.run("DEBUG SLEEP 2");
            } catch (UncheckedIOException e) {
                // It was replaced meanwhile, and has closed its clients.
            }
        }
    },
    FREEZE_PRIMARY("SIGSTOP for the primary's machine, SIGCONT after 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            set.signal("STOP", List.of(primary));
            lasts();
            set.signal("CONT", List.of(primary));
        }
    },
    CUT_PRIMARY("primary cut off from both replicas for 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            network.cut(primary, set.without(primary));
            lasts();
            network.mend();
        }
    },
    CUT_REPLICA("a replica cut off from the rest for 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            ServerProcess alone = set.without(primary).getFirst();
            network.cut(alone, set.without(alone));
            lasts();
            network.mend();
        }
    },
    CUT_FROM_WATCHERS("primary cut off from the others' voters (sentinels) only, for 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            for (ServerProcess other : set.without(primary)) {
                network.cutFromPort(primary, other, set.watcherPort(other));
            }
            lasts();
            network.mend();
        }
    },
    MUTE_PRIMARY("what the primary's machine sends to the others is lost for 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            network.cutOneWay(primary, set.without(primary));
            lasts();
            network.mend();
        }
    },
    DEAF_PRIMARY("what the others send to the primary's machine is lost for 3 s") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            network.cutOneWay(set.without(primary), primary);
            lasts();
            network.mend();
        }
    },
    FLAPPING_LINK("primary cut off and back eight times, 0.3 s each") {
        @Override
        void befall(ReplicaSet set, ServerProcess primary, CutNetwork network) {
            for (int i = 0; i < 8; i++) {
                network.cut(primary, set.without(primary));
                Lasting.ms(300);
                network.mend();
                Lasting.ms(300);
            }
        }
    };

    private static final long LASTS_MS = 3_000;

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    /** What happens, for a reader. */
    String text() {
        return text;
    }

    abstract void befall(ReplicaSet set, ServerProcess primary, CutNetwork network);

    private static void killFor(ReplicaSet set, List<ServerProcess> some) {
        set.kill(some);
        lasts();
        set.restart(some);
    }

    private static void terminate(ReplicaSet set, ServerProcess node) {
        set.signal("TERM", List.of(node));
        set.awaitEnd(List.of(node));
    }

    private static void lasts() {
        Lasting.ms(LASTS_MS);
    }
}
