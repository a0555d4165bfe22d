package io.vireo.sentinel;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** A message for those who subscribe: the kind of event is the channel. */
@RunsOn(Loop.ANY)
public record SentinelEvent(String channel, String payload) {}
