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

    /** About what a queued command, a word of it, and a watched key take beside their bytes. */
    private static final int COMMAND_BYTES = 300;

    private static final int WORD_BYTES = 40;
    private static final int WATCHED_BYTES = 300;

    private boolean open;
    private boolean refused;
    private boolean watching;
    private boolean watchedChanged;
    private List<Queued> queue = List.of();
    private boolean replicates;
    private long queuedBytes;
    private long watchedBytes;
    private boolean denyOom;

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
        replicates = false;
        denyOom = false;
        queue = new ArrayList<>();
        queuedBytes = 0;
    }

    void add(Command command, Args args) {
        queue.add(new Queued(command, args));
        queuedBytes += COMMAND_BYTES + (long) WORD_BYTES * args.count() + args.totalLength();
        replicates |= command.mayReplicate();
        denyOom |= command.isDenyOom();
    }

    List<Queued> queue() {
        return queue;
    }

    /** Whether one of the queued commands may have an effect that goes to replicas. */
    boolean mayReplicate() {
        return replicates;
    }

    /** One of the commands was refused before it was queued: EXEC must fail. */
    void refuse() {
        refused |= open;
    }

    /** Whether a command that waits may take more memory. */
    boolean hasDenyOom() {
        return denyOom;
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
            watchedBytes = 0;
        }
    }

    void addWatched(int keyBytes) {
        watchedBytes += WATCHED_BYTES + keyBytes;
    }

    /** About what the queued commands and the watched keys take, in bytes. */
    long memoryBytes() {
        return queuedBytes + watchedBytes;
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
        replicates = false;
        denyOom = false;
        queue = List.of();
        queuedBytes = 0;
    }
}
