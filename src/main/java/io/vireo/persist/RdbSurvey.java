package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.persist.RdbException.Fault;
import io.vireo.value.StreamId;
import io.vireo.value.ValueType;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A pass over an RDB that keeps nothing: it tells beforehand whether loading would succeed, so that old data need not
 * be given up for a file that turns out to be cut, corrupt, or more than this server can hold.
 */
@RunsOn(Loop.WORKER)
public final class RdbSurvey implements RdbVisitor {
    private final RdbAux aux = new RdbAux(ServerLog.silent(), 0);
    private final int databases;
    private long keys;
    private long expiring;

    /** The collection that is being read, and whether nothing of it has come yet. */
    private RdbEntry current;

    private boolean isEmpty;

    /**
     * What an RDB was found to hold.
     *
     * @param facts what it says of itself
     * @param end its version, size and checksum
     * @param keys of all databases, expired ones included
     * @param expiring keys that have an expiry
     */
    public record Report(RdbFacts facts, RdbEnd end, long keys, long expiring) {}

    private RdbSurvey(int databases) {
        this.databases = databases;
    }

    /**
     * Reads a whole file.
     *
     * @param checksum whether its checksum is compared
     * @param databases how many the server has
     * @throws RdbException if it could not be loaded, or bytes follow its end
     * @throws IOException if it could not be read
     */
    public static Report of(Path file, boolean checksum, int databases) throws IOException, RdbException {
        try (RdbFileSource source = new RdbFileSource(file)) {
            return of(source, checksum, databases);
        }
    }

    /** As {@link #of(Path, boolean, int)}, for any source. */
    public static Report of(RdbSource source, boolean checksum, int databases) throws IOException, RdbException {
        RdbSurvey survey = new RdbSurvey(databases);
        RdbEnd end = new RdbReader(source, checksum, survey).read();
        RdbFacts facts = survey.aux.facts();
        checkEnd(end, facts);
        return new Report(facts, end, survey.keys, survey.expiring);
    }

    /** Refuses bytes behind an end that should be the last: the end is then not the one that was written. */
    static void checkEnd(RdbEnd end, RdbFacts facts) throws RdbException {
        if (end.followed() && !facts.aofBase()) {
            throw new RdbException(
                    Fault.CORRUPT, "Corrupt RDB: it goes on behind its end (at offset " + end.bytes() + ")");
        }
    }

    static void checkDatabase(int database, int databases) throws RdbException {
        if (database >= databases) {
            throw new RdbException(
                    Fault.UNSUPPORTED,
                    "FATAL: Data file was created with a Redis server configured to handle more than " + databases
                            + " databases. Exiting");
        }
    }

    @Override
    public void aux(String name, String value) {
        aux.take(name, value);
    }

    @Override
    public void selectDb(int database) throws RdbException {
        checkDatabase(database, databases);
    }

    @Override
    public void string(RdbEntry entry, RdbString value) {
        count(entry);
    }

    @Override
    public void number(RdbEntry entry, long value) {
        count(entry);
    }

    @Override
    public void longString(RdbEntry entry, long length) {
        count(entry);
    }

    @Override
    public void piece(byte[] bytes, int offset, int length) {
        // Only that it is there matters.
    }

    @Override
    public void collection(RdbEntry entry, ValueType type) {
        current = entry;
        isEmpty = true;
    }

    @Override
    public void element(RdbString word) {
        isEmpty = false;
    }

    @Override
    public void element(RdbString field, RdbString value) {
        isEmpty = false;
    }

    @Override
    public void element(RdbString member, double score) {
        isEmpty = false;
    }

    @Override
    public void node(RdbString packedList, int count) {
        isEmpty = false;
    }

    @Override
    public void endOfCollection() {
        if (!isEmpty) {
            count(current);
        }
    }

    @Override
    public void packed(RdbEntry entry, PackedForm form, RdbString bytes, int count) {
        if (count > 0) {
            count(entry);
        }
    }

    @Override
    public void stream(RdbEntry entry) {
        count(entry);
    }

    @Override
    public void streamNode(StreamId firstId, RdbString packedList, long entries) {
        // That it is sound is known.
    }

    @Override
    public void streamHead(StreamId last, StreamId maxDeleted, long added) {
        // Any will do.
    }

    @Override
    public void streamGroup(RdbString name, StreamId last, long entriesRead) {
        // Any will do.
    }

    @Override
    public void streamConsumer(RdbString name, long seenMs, long activeMs) {
        // Any will do.
    }

    @Override
    public void streamPending(StreamId id, long deliveredMs, long deliveries) {
        // That it is sound is known.
    }

    @Override
    public void endOfStream() {
        // It was counted when it began.
    }

    private void count(RdbEntry entry) {
        keys++;
        expiring += entry.expireAtMs() == RdbEntry.NONE ? 0 : 1;
    }
}
