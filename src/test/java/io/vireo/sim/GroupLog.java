package io.vireo.sim;

import io.vireo.log.ReplicationHistory;
import io.vireo.topology.Epoch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A log of writes, each of one byte so to speak: an offset is a count of writes. Changes of the history stand in the log,
 * in order with the writes, as in an append-only file.
 */
final class GroupLog {
    /** From this offset on the log has this history. */
    record Switch(int at, ReplicationHistory history, Epoch epoch) {}

    private long[] ids = new long[64];
    private long[] hashes = new long[65];
    private int end;
    private final List<Switch> switches = new ArrayList<>();
    private int durableEnd;
    private int durableSwitches;

    private GroupLog() {}

    static GroupLog empty(String id) {
        GroupLog log = new GroupLog();
        log.switches.add(new Switch(0, ReplicationHistory.fresh(id), Epoch.NONE));
        log.allDurable();
        return log;
    }

    int end() {
        return end;
    }

    /** What the log is up to this offset, in one number. */
    long hash(int offset) {
        return hashes[offset];
    }

    ReplicationHistory history() {
        return switches.getLast().history;
    }

    Epoch historyEpoch() {
        return switches.getLast().epoch;
    }

    void append(long id) {
        if (end == ids.length) {
            ids = Arrays.copyOf(ids, 2 * end);
            hashes = Arrays.copyOf(hashes, 2 * end + 1);
        }
        ids[end] = id;
        hashes[end + 1] = (hashes[end] ^ id) * 0x9e3779b97f4a7c15L + 1;
        end++;
    }

    long[] from(int offset) {
        return Arrays.copyOfRange(ids, offset, end);
    }

    /** A primary of a new epoch takes a name of its own. */
    void lead(String id, Epoch epoch) {
        switches.add(new Switch(end, history().promoted(id, end), epoch));
    }

    /** Writes on as that of another id would, without a trace of the former one. */
    void leadUnderTheOldName(Epoch epoch) {
        switches.add(new Switch(end, history(), epoch));
    }

    /** A replica whose primary continues the stream under its own name. */
    void continueAs(String primaryId, Epoch epoch) {
        ReplicationHistory next = history().continuedAs(primaryId, end);
        if (next.equals(history()) && epoch.equals(historyEpoch())) {
            return;
        }
        switches.add(new Switch(end, next, epoch));
    }

    /** A full copy of this log, as one begins with it. */
    GroupLog copy() {
        GroupLog log = new GroupLog();
        log.ids = Arrays.copyOf(ids, ids.length);
        log.hashes = Arrays.copyOf(hashes, hashes.length);
        log.end = end;
        log.switches.add(new Switch(end, ReplicationHistory.ofFullCopy(history().id()), switches.getLast().epoch));
        return log;
    }

    // The disk.

    /** A point up to which all was given to the disk. */
    record Mark(int end, int switches) {}

    Mark mark() {
        return new Mark(end, switches.size());
    }

    void durable(Mark mark) {
        durableEnd = mark.end;
        durableSwitches = mark.switches;
    }

    void allDurable() {
        durable(mark());
    }

    boolean isAllDurable() {
        return durableEnd == end && durableSwitches == switches.size();
    }

    /** Up to where the writes and the names that they have are on the disk. */
    int durableEnd() {
        return durableEnd;
    }

    boolean areNamesDurable() {
        return durableSwitches == switches.size();
    }

    /**
     * What is found after a crash: everything that was made durable, and any further part.
     *
     * @param inOrder whether a name that is lost takes the writes behind it along
     */
    GroupLog afterCrash(RandomGenerator random, boolean inOrder) {
        int further = end - durableEnd + switches.size() - durableSwitches;
        int kept = random.nextInt(further + 1);
        GroupLog log = new GroupLog();
        log.ids = Arrays.copyOf(ids, ids.length);
        log.hashes = Arrays.copyOf(hashes, hashes.length);
        log.end = durableEnd;
        log.switches.addAll(switches.subList(0, durableSwitches));
        if (!inOrder) {
            log.end = durableEnd + random.nextInt(end - durableEnd + 1);
            if (log.switches.size() > 1) {
                log.switches.removeLast(); // its file is written later
            }
            log.allDurable();
            return log;
        }
        for (int i = 0; i < kept; i++) {
            int next = log.switches.size();
            if (next < switches.size() && switches.get(next).at == log.end) {
                log.switches.add(switches.get(next));
            } else {
                log.end++;
            }
        }
        log.allDurable();
        return log;
    }
}
