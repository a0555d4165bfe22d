package io.vireo.persist;

import io.vireo.base.ServerLog;
import io.vireo.persist.RdbFacts.ReplicationPoint;
import java.util.Locale;

/** Gathers the fields of an RDB into facts, and says them to a log as Redis does. One thread at a time. */
final class RdbAux {
    private final ServerLog log;
    private final long nowMs;
    private String version = "";
    private long createdSeconds;
    private long usedMemory;
    private int database = -1;
    private String id;
    private long offset = -1;
    private boolean aofBase;

    /** @param nowMs Unix time, for the file's age */
    RdbAux(ServerLog log, long nowMs) {
        this.log = log;
        this.nowMs = nowMs;
    }

    /** Takes a field. One that should be a number and is not counts as 0, as it does for Redis. */
    void take(String name, String value) {
        switch (name) {
            case "redis-ver" -> {
                version = value;
                log.notice("Loading RDB produced by version " + value);
            }
            case "ctime" -> {
                createdSeconds = number(value);
                log.notice("RDB age " + Math.max(0, nowMs / 1000 - createdSeconds) + " seconds");
            }
            case "used-mem" -> {
                usedMemory = number(value);
                log.notice(String.format(
                        Locale.ROOT, "RDB memory usage when created %.2f Mb", usedMemory / (1024.0 * 1024)));
            }
            case "repl-stream-db" -> database = (int) number(value);
            case "repl-id" -> id = value;
            case "repl-offset" -> offset = number(value);
            case "aof-base" -> {
                aofBase = number(value) != 0;
                if (aofBase) {
                    log.notice("RDB is base AOF");
                }
            }
            case "aof-preamble" -> {
                aofBase |= number(value) != 0;
                if (aofBase) {
                    log.notice("RDB has an AOF tail");
                }
            }
            case "redis-bits", "lua" -> {
                // Nothing follows from the word size, and scripts were no data.
            }
            default -> {
                if (name.startsWith("%")) {
                    log.notice("RDB '" + name + "': " + value);
                } else {
                    log.debug("Unrecognized RDB AUX field: '" + name + "'");
                }
            }
        }
    }

    /** What was told. The point in the stream is there only if both its id and its offset are sound. */
    RdbFacts facts() {
        boolean sound = id != null && id.matches("[0-9a-f]{40}") && offset >= 0;
        ReplicationPoint history = sound ? new ReplicationPoint(id, offset, database) : null;
        return new RdbFacts(version, createdSeconds, usedMemory, history, aofBase);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
