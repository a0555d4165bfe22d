package io.vireo.it;

import java.util.Locale;

/** A line of the table of restarts: what happened, and what a replica is given then, by either program. */
enum RestartRow {
    REPLICA_RDB("replica, RDB file, SIGTERM", Outcome.PARTIAL, Outcome.PARTIAL),
    REPLICA_AOF("replica, append-only file, SIGTERM", Outcome.PARTIAL, Outcome.REQUESTED),
    REPLICA_AOF_KILLED("replica, append-only file, SIGKILL", Outcome.PARTIAL, Outcome.REQUESTED),
    REPLICA_FIRST_AOF("replica, RDB file, and `appendonly yes` from this start on", Outcome.PARTIAL, Outcome.REQUESTED),
    PRIMARY_RDB("primary, RDB file, SIGTERM", Outcome.PARTIAL, Outcome.PARTIAL),
    PRIMARY_AOF("primary, append-only file, SIGTERM", Outcome.PARTIAL, Outcome.UNKNOWN_ID),
    PRIMARY_AOF_KILLED("primary, append-only file, SIGKILL", Outcome.PARTIAL, Outcome.UNKNOWN_ID),
    PRIMARY_BACKLOG_FILE(
            "primary, `repl-backlog-file yes`, SIGTERM, while the replica lacks something", Outcome.PARTIAL, null),
    PRIMARY_BACKLOG_FILE_KILLED(
            "primary, `repl-backlog-file yes`, SIGKILL, while the replica lacks something", Outcome.PARTIAL, null),
    OLD_PRIMARY_AFTER_FAILOVER("old primary, after FAILOVER", Outcome.PARTIAL, Outcome.PARTIAL),
    OLD_PRIMARY_RESTARTED(
            "old primary, RDB file, SIGTERM, after its replica was promoted", Outcome.PARTIAL, Outcome.PARTIAL),
    REPLICA_OF_PROMOTED("replica of a replica that was promoted", Outcome.PARTIAL, Outcome.PARTIAL),
    PRIMARY_AOF_REPLICA_LAGS(
            "primary, no backlog file, SIGTERM, while the replica lacks something",
            Outcome.BACKLOG_TOO_SHORT,
            Outcome.UNKNOWN_ID),
    REPLICA_BEFORE_BACKLOG(
            "replica, which lacks more than the backlog holds", Outcome.BACKLOG_TOO_SHORT, Outcome.BACKLOG_TOO_SHORT),
    REPLICA_OF_ANOTHER("replica of another primary before", Outcome.UNKNOWN_ID, Outcome.UNKNOWN_ID),
    REPLICA_AHEAD(
            "primary, older RDB file, SIGKILL: the replica has what it has lost",
            Outcome.BEYOND_FORMER_ID,
            Outcome.BEYOND_FORMER_ID);

    /** What a replica is given, and why it is a full copy, by the words of the primary's log. */
    enum Outcome {
        PARTIAL("accepted. Sending "),
        REQUESTED("Full resync requested by replica"),
        UNKNOWN_ID("Partial resynchronization not accepted: Replication ID mismatch"),
        BACKLOG_TOO_SHORT("for lack of backlog"),
        BEYOND_FORMER_ID("Partial resynchronization not accepted: Requested offset for second ID was");

        private final String inLog;

        Outcome(String inLog) {
            this.inLog = inLog;
        }

        boolean isFull() {
            return this != PARTIAL;
        }

        String inLog() {
            return inLog;
        }

        /** The field of a Vireo's INFO that counts it. */
        String inInfo() {
            return "sync_full_" + name().toLowerCase(Locale.ROOT);
        }

        /** As the page has it. */
        String text() {
            return isFull() ? "full: " + name().toLowerCase(Locale.ROOT).replace('_', ' ') : "partial";
        }
    }

    private final String text;
    private final Outcome vireo;
    private final Outcome redis;

    /** @param redis null where it has no such thing */
    RestartRow(String text, Outcome vireo, Outcome redis) {
        this.text = text;
        this.vireo = vireo;
        this.redis = redis;
    }

    String text() {
        return text;
    }

    /** What a program gives, or null if it cannot be asked. */
    Outcome outcome(Program program) {
        return program == Program.VIREO ? vireo : redis;
    }
}
