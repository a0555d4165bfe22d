package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.EnumMap;
import java.util.Map;

/**
 * Whether clients' commands wait, and until when. There may be several reasons at a time; the widest scope counts, until
 * the last of them has ended.
 */
@RunsOn(Loop.KEYSPACE)
public final class Pause {
    /** Why clients are paused. */
    public enum Purpose {
        /** The node starts: what it has loaded is not put to its use yet. */
        START,
        /** CLIENT PAUSE. */
        CLIENT,
        /** Keys are on their way to another server. */
        MIGRATION,
        /** The stream is handed over to a replica. */
        FAILOVER,
        /** The node waits for its replicas before it ends. */
        SHUTDOWN
    }

    /** Which commands wait, from the fewest to the most. */
    public enum Scope {
        NONE,
        /** Those that change data or are passed on to replicas. */
        WRITE,
        ALL
    }

    private record Wish(Scope scope, long untilMs) {}

    private final Map<Purpose, Wish> wishes = new EnumMap<>(Purpose.class);
    private Scope scope = Scope.NONE;
    private long untilMs;
    private Runnable onChange = () -> {};

    /** Sets who is told that a pause has begun or ended. */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    /** What waits now. */
    public Scope scope() {
        return scope;
    }

    public boolean isOn() {
        return scope != Scope.NONE;
    }

    /** When the next reason ends, on the clock of {@link Blocking}. */
    long untilMs() {
        return untilMs;
    }

    /** Begins a pause. One for the same reason that is on already becomes no narrower and no shorter. */
    void begin(Purpose purpose, Scope newScope, long newUntilMs) {
        Wish wish = wishes.getOrDefault(purpose, new Wish(Scope.NONE, Long.MIN_VALUE));
        Scope wider = newScope.compareTo(wish.scope) > 0 ? newScope : wish.scope;
        wishes.put(purpose, new Wish(wider, Math.max(newUntilMs, wish.untilMs)));
        update();
    }

    void end(Purpose purpose) {
        if (wishes.remove(purpose) != null) {
            update();
        }
    }

    /** Ends what is over at this time. */
    void expire(long nowMs) {
        if (wishes.values().removeIf(wish -> wish.untilMs <= nowMs)) {
            update();
        }
    }

    private void update() {
        Scope before = scope;
        scope = Scope.NONE;
        untilMs = Blocked.NEVER;
        for (Wish wish : wishes.values()) {
            scope = wish.scope.compareTo(scope) > 0 ? wish.scope : scope;
            untilMs = Math.min(untilMs, wish.untilMs);
        }
        if (scope != before) {
            onChange.run();
        }
    }
}
