package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * The best candidates for eviction met so far, whatever the database: a sample is small, but the best of many samples
 * are near the best there are.
 *
 * <p>A candidate is a key's hash, not the key: the key may be gone, or used, when its turn comes, so that it has to be
 * looked up in any case. Holds arrays of fixed size and allocates nothing.
 *
 * @see <a href="https://antirez.com/news/109">Random notes on improving the Redis LRU algorithm</a>
 */
@RunsOn(Loop.KEYSPACE)
final class EvictionPool {
    static final int SIZE = 16;

    /** Ascending by score: the best comes last. */
    private final long[] scores = new long[SIZE];

    private final long[] hashes = new long[SIZE];
    private final int[] dbs = new int[SIZE];
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    int size() {
        return count;
    }

    void clear() {
        count = 0;
    }

    /** Takes a candidate in, unless all there are have higher scores. One that is there already is as new. */
    void offer(long score, long hash, int db) {
        drop(hash, db);
        if (count == SIZE) {
            if (score <= scores[0]) {
                return;
            }
            remove(0);
        }
        int at = count;
        while (at > 0 && scores[at - 1] >= score) {
            scores[at] = scores[at - 1];
            hashes[at] = hashes[at - 1];
            dbs[at] = dbs[at - 1];
            at--;
        }
        scores[at] = score;
        hashes[at] = hash;
        dbs[at] = db;
        count++;
    }

    private void drop(long hash, int db) {
        for (int i = 0; i < count; i++) {
            if (hashes[i] == hash && dbs[i] == db) {
                remove(i);
                return;
            }
        }
    }

    private void remove(int at) {
        int behind = count - at - 1;
        System.arraycopy(scores, at + 1, scores, at, behind);
        System.arraycopy(hashes, at + 1, hashes, at, behind);
        System.arraycopy(dbs, at + 1, dbs, at, behind);
        count--;
    }

    long bestScore() {
        return scores[count - 1];
    }

    long bestHash() {
        return hashes[count - 1];
    }

    int bestDb() {
        return dbs[count - 1];
    }

    void removeBest() {
        count--;
    }
}
