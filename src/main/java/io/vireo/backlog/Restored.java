package io.vireo.backlog;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.BacklogSeed;
import io.vireo.log.StreamPosition;
import java.util.List;

/**
 * What of the segments is to go on.
 *
 * @param data what the seed leads to; null where there is nothing to be used
 * @param seed the bytes in front of the data, perhaps none
 * @param kept the segments that it was had from, the oldest first
 */
@RunsOn(Loop.ANY)
record Restored(StreamPosition data, BacklogSeed seed, List<Segment> kept) {
    static final Restored NOTHING = new Restored(null, null, List.of());

    boolean isNothing() {
        return data == null;
    }
}
