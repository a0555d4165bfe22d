package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** What comes with a value in an RDB: its key and what was said of it. One object per reader, good until the value is complete. */
@RunsOn(Loop.WORKER)
public final class RdbEntry {
    static final long NONE = -1;

    int database;
    long expireAtMs = NONE;
    long idleSeconds = NONE;
    int frequency = (int) NONE;
    long offset;
    final RdbString key = new RdbString();

    RdbEntry() {}

    void forget() {
        expireAtMs = NONE;
        idleSeconds = NONE;
        frequency = (int) NONE;
    }

    public int database() {
        return database;
    }

    public RdbString key() {
        return key;
    }

    /** When it expires, in Unix time; -1 if never. */
    public long expireAtMs() {
        return expireAtMs;
    }

    /** For how long it was not used when it was saved; -1 if that is not told. */
    public long idleSeconds() {
        return idleSeconds;
    }

    /** The logarithmic counter of its uses, 0 to 255; -1 if that is not told. */
    public int frequency() {
        return frequency;
    }

    /** Where its type stands, in bytes from the start of the RDB. */
    public long offset() {
        return offset;
    }
}
