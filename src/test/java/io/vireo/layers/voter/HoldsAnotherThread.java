package io.vireo.layers.voter;

import io.vireo.base.Loop;
import io.vireo.base.OwnerThread;
import io.vireo.base.RunsOn;
import java.util.List;

/** Belongs to the keyspace's thread, and holds types of the control loop, one of them in a list. */
@RunsOn(Loop.KEYSPACE)
record HoldsAnotherThread(Ballot ballot, List<Ballot[]> ballots, OwnerThread fine, SaysAnyThread alsoFine) {
    /** Belongs where the type around it belongs. */
    record Nested(Ballot ballot, HoldsAnotherThread fine) {}
}
