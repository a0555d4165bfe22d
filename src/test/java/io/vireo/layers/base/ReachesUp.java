package io.vireo.layers.base;

import io.vireo.layers.memory.Blob;
import java.util.List;

/** Uses a package of a higher rank. */
record ReachesUp(List<Blob> blobs) {}
