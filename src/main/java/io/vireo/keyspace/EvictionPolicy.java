package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.MaxmemoryPolicy;
import io.vireo.memory.RefVisitor;
import java.util.random.RandomGenerator;

/**
 * Chooses the key to evict among all databases, by a policy. Changes nothing.
 *
 * <p>A policy by chance takes the databases in turn. The others give every entry a score, the highest goes first: some
 * entries of each database are sampled, what they score is offered to the {@link EvictionPool}, and the best in the pool
 * is chosen if it still deserves its score.
 *
 * <p>Where only keys with a time to expire may go, entries without are passed over. If hardly any has one, so that most of
 * a table would be passed over for a single key, all that have are looked at instead, which costs as much at worst.
 */
@RunsOn(Loop.KEYSPACE)
final class EvictionPolicy {
    /** How many entries are looked at in a row for one that expires. */
    private static final int STRETCH = 24;

    private final EvictionPool pool = new EvictionPool();
    private final RandomGenerator random;
    private MaxmemoryPolicy policy = MaxmemoryPolicy.NOEVICTION;
    private int samples = 5;
    /** The pool holds the best of all, not of a sample: it is used up before it is filled again. */
    private boolean poolIsExact;

    private int lastDb = -1;

    private final RefVisitor offering = this::offer;
    private final RefVisitor offeringWanted = this::offerWanted;
    private final RefVisitor drawing = this::draw;

    private Keyspace keyspace;
    private Entries sampled;
    private int sampledDb;
    private int wanted;
    private int passedBy;
    private int drawn;

    private Database chosenDb;
    private long chosenSlot;

    EvictionPolicy(RandomGenerator random) {
        this.random = random;
    }

    /** Takes another policy; how many entries of a database are compared. */
    void follow(MaxmemoryPolicy newPolicy, int newSamples) {
        if (newPolicy != policy) {
            pool.clear();
        }
        policy = newPolicy;
        samples = newSamples;
    }

    MaxmemoryPolicy policy() {
        return policy;
    }

    /** Chooses a key that may go. Returns whether there is one: then {@link #chosenDb} and {@link #chosenSlot} tell it. */
    boolean choose(Keyspace from) {
        keyspace = from;
        return policy.isRandom() ? drawNext() : chooseBest();
    }

    Database chosenDb() {
        return chosenDb;
    }

    /** Good until the next change. */
    long chosenSlot() {
        return chosenSlot;
    }

    // By score.

    private boolean chooseBest() {
        while (poolIsExact && !pool.isEmpty() || fillPool()) {
            while (!pool.isEmpty()) {
                Database db = keyspace.db(pool.bestDb());
                long score = pool.bestScore();
                long hash = pool.bestHash();
                pool.removeBest();
                long slot = db.entries().find(hash);
                if (slot == Entries.ABSENT || !mayGo(db.entries().blobAt(slot))) {
                    continue;
                }
                long now = score(db.entries().blobAt(slot));
                if (now >= score) {
                    chosenDb = db;
                    chosenSlot = slot;
                    return true;
                }
                pool.offer(now, hash, db.index()); // it was used since
            }
        }
        return false;
    }

    /** Offers some entries of each database to the pool. Returns whether there is any that may go. */
    private boolean fillPool() {
        poolIsExact = false;
        boolean isAny = false;
        for (int i = 0; i < keyspace.databases(); i++) {
            sampled = keyspace.db(i).entries();
            sampledDb = i;
            if (candidates(sampled) == 0) {
                continue;
            }
            isAny = true;
            if (policy.isVolatile()) {
                sampleExpiring();
            } else {
                sampled.table().sample(random, samples, offering);
            }
        }
        return isAny;
    }

    private void sampleExpiring() {
        if (areFewExpiring(sampled)) {
            sampled.expiry().forEach(offering);
            poolIsExact = true;
            return;
        }
        wanted = samples;
        while (wanted > 0) {
            sampled.table().sample(random, STRETCH, offeringWanted);
        }
    }

    private void offerWanted(int ref) {
        if (wanted > 0 && mayGo(address(ref))) {
            wanted--;
            offer(ref);
        }
    }

    private void offer(int ref) {
        long blob = address(ref);
        pool.offer(score(blob), Entry.KEYS.hash(blob), sampledDb);
    }

    private long score(long blob) {
        AccessClock clock = keyspace.accesses();
        return switch (policy) {
            case ALLKEYS_LFU, VOLATILE_LFU -> AccessClock.MOST_FREQUENT - clock.frequency(Entry.access(blob));
            case VOLATILE_TTL -> Long.MAX_VALUE - Math.max(0, Entry.expireAtMs(blob));
            default -> clock.idleSeconds(Entry.access(blob));
        };
    }

    // By chance.

    private boolean drawNext() {
        int databases = keyspace.databases();
        for (int i = 0; i < databases; i++) {
            lastDb = (lastDb + 1) % databases;
            Entries entries = keyspace.db(lastDb).entries();
            if (candidates(entries) > 0) {
                sampled = entries;
                long blob = address(
                        policy.isVolatile() ? drawExpiring() : entries.table().random(random));
                chosenDb = keyspace.db(lastDb);
                chosenSlot = entries.find(Entry.KEYS.hash(blob));
                return true;
            }
        }
        return false;
    }

    private int drawExpiring() {
        if (areFewExpiring(sampled)) {
            passedBy = random.nextInt((int) sampled.expiry().size());
            sampled.expiry().forEach(drawing);
            return drawn;
        }
        do {
            drawn = sampled.table().random(random);
        } while (!mayGo(address(drawn)));
        return drawn;
    }

    private void draw(int ref) {
        if (passedBy-- == 0) {
            drawn = ref;
        }
    }

    // What may go.

    private long candidates(Entries entries) {
        return policy.isVolatile() ? entries.expiry().size() : entries.size();
    }

    private boolean mayGo(long blob) {
        return !policy.isVolatile() || Entry.expires(blob);
    }

    /** Whether a key that expires is so rare that the table would be searched for longer than all of them are. */
    private boolean areFewExpiring(Entries entries) {
        long expiring = entries.expiry().size();
        return expiring * expiring <= entries.size() * Math.min(samples, STRETCH) / 2;
    }

    private long address(int ref) {
        return keyspace.arena().address(ref);
    }

    /** What the pool holds; for tests. */
    EvictionPool pool() {
        return pool;
    }
}
