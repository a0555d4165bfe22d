package io.vireo.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a fault has done, as seen by three clients that reach all nodes all the time: one follows the primary, one stays with
 * the node that was the primary before, and one looks for a primary among the rest.
 *
 * @param acknowledged by all three
 * @param lost those of them that the primary does not know in the end
 * @param outageMs how long the client that follows the primary had no write acknowledged
 * @param twoPrimariesMs how long two nodes were acknowledging, at least
 * @param inStepMs how long it took from the end of the fault until all replicas had what the primary had
 */
record Trial(
        List<Acknowledged> acknowledged, List<Acknowledged> lost, long outageMs, double twoPrimariesMs, long inStepMs) {
    /** How long clients go on when a fault is over: a set that comes to itself late still loses writes then. */
    private static final long AFTERWARDS_MS = 1_500;

    /** Has something befall a set, waits until its nodes hold the same again, and counts. */
    static Trial of(Fault fault, ReplicaSet set, CutNetwork network) {
        set.awaitWhole().run("FLUSHALL");
        List<Acknowledged> followed;
        List<Acknowledged> all = new ArrayList<>();
        long inStepMs;
        try (CountingClient following = CountingClient.following(set)) {
            ServerProcess primary = following.awaitWrite();
            try (CountingClient sticky = CountingClient.sticky(primary);
                    CountingClient elsewhere = CountingClient.following(set.without(primary))) {
                sticky.awaitWrite();
                fault.befall(set, primary, network);
                long overNs = System.nanoTime();
                Await.until(set::isInStep, "all to be in step");
                inStepMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - overNs);
                Lasting.ms(AFTERWARDS_MS);
                following.awaitWrite();
                followed = following.end();
                Stream.of(followed, sticky.end(), elsewhere.end()).forEach(all::addAll);
            }
        }
        return new Trial(
                all,
                Acknowledged.missingOn(set.awaitWhole(), all),
                Acknowledged.longestGapMs(followed),
                Acknowledged.twoNodesMs(all),
                inStepMs);
    }
}
