package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.Args;
import java.util.ArrayList;
import java.util.List;

/** What a client is in the middle of between MULTI and EXEC, and whether a key it watches has changed. */
@RunsOn(Loop.KEYSPACE)
public final class Transaction {
    /** A command that waits for EXEC. */
    record Queued(Command command, Args args) {}

    private boolean open;
    private boolean refused;
    private boolean watching;
    private boolean watchedChanged;
    private List<Queued> queue = List.of();
    private boolean writes;

    public boolean isOpen() {
        return open;
    }

    /** How many commands wait, or -1 outside MULTI: what CLIENT LIST shows. */
    public int size() {
        return open ? queue.size() : -1;
    }

    void open() {
        open = true;
        refused = false;
        writes = false;
        queue = new ArrayList<>();
    }

    void add(Command command, Args args) {
        queue.add(new Queued(command, args));
        writes |= command.isWrite();
    }

    List<Queued> queue() {
        return queue;
    }

    boolean hasWrites() {
        return writes;
    }

    /** One of the commands was refused before it was queued: EXEC must fail. */
    void refuse() {
        refused |= open;
    }

    boolean isRefused() {
        return refused;
    }

    public boolean isWatching() {
        return watching;
    }

    void watching(boolean now) {
        watching = now;
        if (!now) {
            watchedChanged = false;
        }
    }

    void watchedKeyChanged() {
        watchedChanged = true;
    }

    boolean isWatchedChanged() {
        return watchedChanged;
    }

    /** Forgets what was queued. What is watched is forgotten by the keyspace, which must be told. */
    public void end() {
        open = false;
        refused = false;
        writes = false;
        queue = List.of();
    }
}
