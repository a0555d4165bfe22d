package io.vireo.layers.memory;

import io.vireo.layers.resp.Words;

/** Uses a package of its own rank. */
interface ReachesAside extends Words {}
