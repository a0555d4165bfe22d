package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** What a snapshot cut tells of the use of each entry: nothing, unless keys are evicted by it. */
@RunsOn(Loop.KEYSPACE)
final class AccessNote {
    /** Tells nothing. */
    static final AccessNote NONE = new AccessNote(null);

    private final AccessClock clock;

    private AccessNote(AccessClock clock) {
        this.clock = clock;
    }

    /** Tells what a clock makes of the bits. */
    static AccessNote by(AccessClock clock) {
        return new AccessNote(clock);
    }

    boolean isMade() {
        return clock != null;
    }

    /** Which kind of number is told, as {@link SnapshotRecords} has it. */
    byte kind() {
        return clock.countsUses() ? SnapshotRecords.FREQUENCY : SnapshotRecords.IDLE;
    }

    int number(int access) {
        return clock.countsUses() ? clock.frequency(access) : (int) clock.idleSeconds(access);
    }
}
