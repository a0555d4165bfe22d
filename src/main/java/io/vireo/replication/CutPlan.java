package io.vireo.replication;

import io.vireo.log.StreamPosition;
import java.util.List;
import java.util.Optional;

/** Which cut serves a replica that needs a full copy. One cut serves all that wait when it begins. */
public sealed interface CutPlan {

    /** The cut that is being written to disk suits the replica too. */
    record Join(StreamPosition position) implements CutPlan {}

    /** A cut begins now. */
    record Start(Medium medium) implements CutPlan {}

    /** The replica waits for a cut to come. */
    record Wait() implements CutPlan {}

    /** What goes on already. Two cuts never overlap. */
    sealed interface Running {
        record Nothing() implements Running {}

        /**
         * A cut to disk, for replicas or for a save.
         *
         * @param position the data it holds
         * @param streamHeld whether the log still has all that was written since it began
         */
        record ToDisk(StreamPosition position, boolean streamHeld) implements Running {}

        record ToSockets() implements Running {}

        /** A cut of another kind, such as one for the append-only file. */
        record OfAnotherKind() implements Running {}
    }

    /**
     * How cuts are made.
     *
     * @param diskless whether replicas that can take it are served without a file
     * @param delayMs how long a diskless cut waits for more replicas
     * @param enough a diskless cut waits no longer once so many replicas wait; 0 for no such number
     */
    record Settings(boolean diskless, long delayMs, int enough) {}

    /** A replica that waits. */
    record Waiting(Replica replica, long sinceMs) {}

    /** What to do for a replica that has just come, and what the log says about it. */
    record Arrival(CutPlan plan, List<Say> say) {}

    /** Decides for a replica that has just asked for a full copy. */
    static Arrival arrived(Replica replica, Running running, Settings settings) {
        return switch (running) {
            case Running.ToDisk(StreamPosition position, boolean streamHeld)
            when streamHeld ->
                new Arrival(new Join(position), List.of(Say.notice("Waiting for end of BGSAVE for SYNC")));
            case Running.ToDisk cut ->
                waiting("Can't attach the replica to the current BGSAVE. Waiting for next BGSAVE for SYNC");
            case Running.ToSockets cut -> waiting("Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC");
            case Running.OfAnotherKind cut ->
                waiting("No BGSAVE in progress, but another BG operation is active. BGSAVE for replication delayed");
            case Running.Nothing none -> {
                Medium medium = mediumFor(settings, replica.takesMarked());
                yield medium == Medium.SOCKETS && settings.delayMs() > 0
                        ? waiting("Delay next BGSAVE for diskless SYNC")
                        : new Arrival(new Start(medium), List.of());
            }
        };
    }

    /** Decides, as time passes and nothing runs, whether a cut for those that wait begins now. */
    static Optional<Medium> due(List<Waiting> waiting, Settings settings, long nowMs) {
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        long longestMs =
                waiting.stream().mapToLong(w -> nowMs - w.sinceMs()).max().orElse(0);
        boolean all = settings.enough() > 0 && waiting.size() >= settings.enough();
        boolean now = !settings.diskless() || all || longestMs >= settings.delayMs();
        boolean everyOneTakesMarked = waiting.stream().allMatch(w -> w.replica().takesMarked());
        return now ? Optional.of(mediumFor(settings, everyOneTakesMarked)) : Optional.empty();
    }

    private static Medium mediumFor(Settings settings, boolean takesMarked) {
        return settings.diskless() && takesMarked ? Medium.SOCKETS : Medium.DISK;
    }

    private static Arrival waiting(String why) {
        return new Arrival(new Wait(), List.of(Say.notice(why)));
    }
}
