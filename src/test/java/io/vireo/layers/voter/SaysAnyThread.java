package io.vireo.layers.voter;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** Claims to be safe on any thread, and holds a type of the control loop. */
@RunsOn(Loop.ANY)
record SaysAnyThread(Ballot ballot) {}
