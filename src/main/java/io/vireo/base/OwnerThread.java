package io.vireo.base;

/**
 * The one thread that may touch a piece of state, with a way to lend the state to a guest and take it back.
 *
 * <p>The owner claims once. While it is lent, only the guest passes {@link #check()}; the owner may look at nothing.
 * The hand-over itself must be ordered by the caller (a queue, a latch): this class only finds mistakes.
 */
@RunsOn(Loop.ANY)
public final class OwnerThread {
    private volatile Thread owner;
    private volatile Thread holder;

    /** Makes the calling thread the owner. */
    public void claim() {
        Invariant.check(owner == null, "a state is claimed once");
        owner = Thread.currentThread();
        holder = owner;
    }

    /** Lends the state to a guest; called by the owner. */
    public void lend(Thread guest) {
        check();
        holder = guest;
    }

    /** Takes the state back; called by the owner once the guest has finished. */
    public void takeBack() {
        Invariant.check(Thread.currentThread() == owner, "only the owner takes a state back");
        holder = owner;
    }

    public boolean isLent() {
        return holder != owner;
    }

    /** Whether the calling thread may touch the state now. */
    public boolean isHeldHere() {
        return Thread.currentThread() == holder;
    }

    public void check() {
        Invariant.check(isHeldHere(), "state is touched only by the thread that holds it");
    }
}
