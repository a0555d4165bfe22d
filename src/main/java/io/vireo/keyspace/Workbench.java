package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.CollectionType;
import io.vireo.value.CollectionValue;

/**
 * Where a command makes a value before it takes the place of another: it may read that one meanwhile, and give up on the
 * way. A database of no number with at most one key, empty between commands.
 */
@RunsOn(Loop.KEYSPACE)
public final class Workbench {
    private static final int NO_NUMBER = -1;
    private static final Bytes KEY = Bytes.copyOf("value");

    private final Database database;

    Workbench(Keyspace keyspace, Entries entries) {
        this.database = new Database(keyspace, NO_NUMBER, entries);
    }

    /** The database in which the value is made, at {@link #key}. */
    public Database database() {
        return database;
    }

    public Bytes key() {
        return KEY;
    }

    /** Begins an empty collection, shown through the {@code nth} view of its type. */
    public <V extends CollectionValue> V begin(CollectionType<V> type, int nth) {
        return database.write(KEY, type, nth);
    }

    /** Puts the value that was made at a key, instead of whatever is there. Its time to expire comes along. */
    public void place(Database to, Bytes key) {
        database.transfer(KEY, to, key);
    }

    /** The same for a command to which what is there before is gone first: the key counts as a new one. */
    public void placeAsNew(Database to, Bytes key) {
        boolean replaces = to.exists(key);
        place(to, key);
        if (replaces) {
            to.arrivedAgain(key);
        }
    }

    /** Lets what was made go, if there is anything. */
    public void drop() {
        database.delete(KEY);
    }
}
