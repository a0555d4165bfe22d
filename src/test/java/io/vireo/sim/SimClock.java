package io.vireo.sim;

import java.util.PriorityQueue;
import java.util.Random;

/** Virtual time: everything that will happen, in order, and the one source of chance. */
final class SimClock {
    private record Due(long atMs, long order, Runnable work) {}

    private final PriorityQueue<Due> due = new PriorityQueue<>(
            (a, b) -> a.atMs != b.atMs ? Long.compare(a.atMs, b.atMs) : Long.compare(a.order, b.order));
    private final Random random;
    private long nowMs;
    private long order;

    SimClock(long seed) {
        this.random = new Random(seed);
    }

    long nowMs() {
        return nowMs;
    }

    Random random() {
        return random;
    }

    /** True once in so many times. */
    boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    int upTo(int most) {
        return random.nextInt(most + 1);
    }

    void after(long delayMs, Runnable work) {
        at(nowMs + delayMs, work);
    }

    void at(long atMs, Runnable work) {
        due.add(new Due(atMs, order++, work));
    }

    /** Lets happen what is due until then. */
    void runUntil(long untilMs) {
        while (!due.isEmpty() && due.peek().atMs <= untilMs) {
            Due next = due.poll();
            nowMs = next.atMs;
            next.work.run();
        }
        nowMs = untilMs;
    }
}
