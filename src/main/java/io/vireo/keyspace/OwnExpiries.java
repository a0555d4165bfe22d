package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The keys of a replica that its own clients gave a time to expire, where it takes their writes. The primary knows nothing
 * of them and will never say that they are over, so the replica deletes them itself.
 *
 * <p>A key is noted by its hash and its time: if that is no longer what it expires at, somebody else has decided about it
 * since. Costs an object for each such key, which are few: a replica that is written to is for results of its own.
 */
@RunsOn(Loop.KEYSPACE)
public final class OwnExpiries {
    private static final int KEYS_BETWEEN_LOOKS_AT_THE_CLOCK = 16;
    /** Up to so many keys are looked at in every cycle, whether they are still as they were noted. */
    private static final int FEW = 64;

    private record Key(int db, long hash) {}

    private record Due(Key key, long atMs) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(atMs, other.atMs);
        }
    }

    private final Keyspace keyspace;
    private final Map<Key, Long> noted = new HashMap<>();
    private final PriorityQueue<Due> byTime = new PriorityQueue<>();
    private final Bytes keyView = new Bytes();
    private boolean writable;
    private boolean filled;

    OwnExpiries(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /** Whether this is a replica that takes its clients' writes. What was noted is given up with the role. */
    public void writable(boolean is) {
        writable = is;
        if (!is) {
            clear();
        }
    }

    /** Whether the data are being filled from elsewhere, and so are no client's; what was noted is gone with the old ones. */
    public void filled(boolean now) {
        filled = now;
        clear();
    }

    /** Forgets all: the keys are gone. */
    void clear() {
        noted.clear();
        byTime.clear();
    }

    /** How many keys are noted. */
    public long size() {
        return noted.size();
    }

    /** Somebody has given a key a time to expire. */
    void note(int db, long hash, long atMs) {
        if (writable && !filled && !keyspace.seesExpired()) {
            Key key = new Key(db, hash);
            if (!Long.valueOf(atMs).equals(noted.put(key, atMs))) {
                byTime.add(new Due(key, atMs));
            }
        }
    }

    /**
     * Deletes keys whose time is over, until a moment of the monotonic clock, and forgets those that somebody has decided
     * about.
     *
     * @return whether there is more to do
     */
    boolean expire(long nowMs, long untilNanos) {
        for (int i = 1; !byTime.isEmpty() && byTime.peek().atMs < nowMs; i++) {
            Due due = byTime.remove();
            if (noted.remove(due.key, due.atMs)) {
                delete(keyspace.db(due.key.db), due);
            }
            if (i % KEYS_BETWEEN_LOOKS_AT_THE_CLOCK == 0 && System.nanoTime() - untilNanos > 0) {
                return true;
            }
        }
        if (!noted.isEmpty() && noted.size() <= FEW) {
            noted.entrySet().removeIf(entry -> slotOf(entry.getKey(), entry.getValue()) == Entries.ABSENT);
        }
        return false;
    }

    /** The slot of a key that still expires at a time. */
    private long slotOf(Key key, long atMs) {
        Entries entries = keyspace.db(key.db).entries();
        long slot = entries.find(key.hash);
        boolean isSame = slot != Entries.ABSENT && Entry.expireAtMs(entries.blobAt(slot)) == atMs;
        return isSame ? slot : Entries.ABSENT;
    }

    private void delete(Database db, Due due) {
        Entries entries = db.entries();
        long slot = slotOf(due.key, due.atMs);
        if (slot != Entries.ABSENT) {
            keyspace.expired(db.index(), Entry.key(entries.blobAt(slot), keyView));
            entries.remove(slot, keyspace.lazyFreeing().expire);
        }
    }
}
