package io.vireo.layers.voter;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** Innocent: others go wrong by holding it. */
@RunsOn(Loop.CONTROL)
interface Ballot {}
