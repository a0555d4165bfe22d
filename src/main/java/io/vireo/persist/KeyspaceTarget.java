package io.vireo.persist;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;

/**
 * Loads into a keyspace as it stands; whoever wants it empty flushes it before.
 *
 * <p>Nothing is counted as a change, and nobody's watch is touched: loading is not a command.
 */
@RunsOn(Loop.KEYSPACE)
public final class KeyspaceTarget implements RdbTarget {
    private final Keyspace keyspace;
    private Database longDatabase;
    private Bytes longKey;
    private long longExpiry;
    private long longAt;
    private long longLength;

    public KeyspaceTarget(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public int databases() {
        return keyspace.databases();
    }

    @Override
    public void touch(int database, Bytes key) {
        keyspace.db(database).prefetch(key.hash());
    }

    @Override
    public boolean put(int database, Bytes key, Bytes value, long expireAtMs) {
        Database db = keyspace.db(database);
        if (db.exists(key)) {
            return false;
        }
        db.setString(key, value, expireAtMs);
        return true;
    }

    @Override
    public boolean putNumber(int database, Bytes key, long value, long expireAtMs) {
        Database db = keyspace.db(database);
        if (db.exists(key)) {
            return false;
        }
        db.setLong(key, value);
        if (expireAtMs >= 0) {
            db.setExpireAt(key, expireAtMs);
        }
        return true;
    }

    @Override
    public boolean beginLong(int database, Bytes key, long length, long expireAtMs) {
        longDatabase = keyspace.db(database);
        longKey = key.copy();
        longExpiry = expireAtMs;
        longAt = 0;
        longLength = length;
        return !longDatabase.exists(key);
    }

    @Override
    public void append(Bytes piece) {
        longDatabase.setRange(longKey, longAt, piece);
        longAt += piece.length();
        if (longAt == longLength && longExpiry >= 0) { // not before: it might expire between two pieces
            longDatabase.setExpireAt(longKey, longExpiry);
        }
    }
}
