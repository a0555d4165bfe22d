package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.ValueType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Who waits for keys to hold something, first come first served at each key.
 *
 * <p>A change of a key that is waited for only notes that the key is <em>ready</em>. Once the command or transaction has
 * ended that made it so, {@link #serve} offers the ready keys to those who wait, in the order in which the keys became
 * ready; what that makes ready in turn comes behind. Costs one look at each change while nobody waits, and one at the
 * end of each command.
 *
 * <pre>
 *   (db, key) -> line:  first waiter - second - third        a waiter stands in the line of each of its keys once
 * </pre>
 */
@RunsOn(Loop.KEYSPACE)
public final class BlockedClients {
    /** Waits for one of some keys. */
    public interface Waiter {
        /** The type of value it waits for. */
        ValueType awaits();

        /** Whether it is also told when a key holds no such value any more, as who reads for a stream's group. */
        boolean mindsLoss();

        /**
         * A key it waits for holds what it waits for, or, where it minds, does not any more. To wait no longer it
         * {@linkplain BlockedClients#leave leaves}.
         */
        void ready(int db, Bytes key);
    }

    private record WaitedKey(int db, Bytes key) {}

    private static final class Line {
        private final WaitedKey key;
        private final int[] awaiting = new int[ValueType.values().length];
        private int minding;
        private Place first;
        private Place last;
        /** Who is offered the key next, while it is being offered. */
        private Place next;

        private boolean ready;

        private Line(WaitedKey key) {
            this.key = key;
        }

        private boolean isWantedAs(ValueType type) {
            return minding > 0 || type != null && awaiting[type.code()] > 0;
        }
    }

    private static final class Place {
        private final Line line;
        private final Waiter waiter;
        private Place before;
        private Place behind;

        private Place(Line line, Waiter waiter) {
            this.line = line;
            this.waiter = waiter;
        }
    }

    private final BiFunction<Integer, Bytes, ValueType> typeOf;
    private final Map<WaitedKey, Line> lines = new HashMap<>();
    private final IdentityHashMap<Waiter, List<Place>> places = new IdentityHashMap<>();
    private final ArrayDeque<Line> ready = new ArrayDeque<>();
    private boolean serving;

    /** @param typeOf the type of what a key of a database holds, or null; may find that the key's time is over */
    BlockedClients(BiFunction<Integer, Bytes, ValueType> typeOf) {
        this.typeOf = typeOf;
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Whether a key is ready that somebody may still wait for. */
    public boolean isReady() {
        return !ready.isEmpty();
    }

    /** Puts a waiter at the end of the lines of these keys; one named twice counts once. The keys are copied. */
    public void await(Waiter waiter, int db, List<Bytes> keys) {
        Invariant.check(!keys.isEmpty() && !places.containsKey(waiter), "a waiter waits for keys, and once");
        List<Place> own = new ArrayList<>(keys.size());
        places.put(waiter, own);
        for (Bytes key : keys) {
            Line line = lines.get(new WaitedKey(db, key));
            if (line == null) {
                line = new Line(new WaitedKey(db, key.copy()));
                lines.put(line.key, line);
            } else if (line.last.waiter == waiter || isAmong(own, line)) {
                continue;
            }
            own.add(append(line, waiter));
        }
    }

    private static boolean isAmong(List<Place> own, Line line) {
        return own.stream().anyMatch(place -> place.line == line);
    }

    private static Place append(Line line, Waiter waiter) {
        Place place = new Place(line, waiter);
        place.before = line.last;
        if (line.last == null) {
            line.first = place;
        } else {
            line.last.behind = place;
        }
        line.last = place;
        line.awaiting[waiter.awaits().code()]++;
        line.minding += waiter.mindsLoss() ? 1 : 0;
        return place;
    }

    /** Takes a waiter out of its lines: it was served, has waited long enough, or is gone. */
    public void leave(Waiter waiter) {
        List<Place> own = places.remove(waiter);
        if (own != null) {
            own.forEach(this::remove);
        }
    }

    private void remove(Place place) {
        Line line = place.line;
        if (place.before == null) {
            line.first = place.behind;
        } else {
            place.before.behind = place.behind;
        }
        if (place.behind == null) {
            line.last = place.before;
        } else {
            place.behind.before = place.before;
        }
        if (line.next == place) {
            line.next = place.behind;
        }
        line.awaiting[place.waiter.awaits().code()]--;
        line.minding -= place.waiter.mindsLoss() ? 1 : 0;
        if (line.first == null) {
            lines.remove(line.key);
        }
    }

    /** A key has changed and now holds a value of this type, or with null none. */
    void changed(int db, Bytes key, ValueType type) {
        Line line = lines.get(new WaitedKey(db, key));
        if (line != null && line.isWantedAs(type)) {
            markReady(line);
        }
    }

    /** The keys of a database hold something else now. */
    void replaced(int db, BiFunction<Integer, Bytes, ValueType> now) {
        for (Line line : lines.values()) {
            if (line.key.db == db && line.isWantedAs(now.apply(db, line.key.key))) {
                markReady(line);
            }
        }
    }

    private void markReady(Line line) {
        if (!line.ready) {
            line.ready = true;
            ready.add(line);
        }
    }

    /** Offers all ready keys to those who wait for them. Not to be called while a command runs. */
    public void serve() {
        Invariant.check(!serving, "serving one client does not begin to serve others");
        serving = true;
        for (Line line = ready.poll(); line != null; line = ready.poll()) {
            line.ready = false;
            serve(line);
        }
        serving = false;
    }

    private void serve(Line line) {
        line.next = line.first;
        while (line.next != null) {
            Waiter waiter = line.next.waiter;
            line.next = line.next.behind;
            ValueType type = typeOf.apply(line.key.db, line.key.key);
            if (type == waiter.awaits() || waiter.mindsLoss()) {
                waiter.ready(line.key.db, line.key.key);
            } else if (!line.isWantedAs(type)) {
                line.next = null; // what the key held is gone, for whoever is behind too
            }
        }
    }
}
