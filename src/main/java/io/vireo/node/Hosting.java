package io.vireo.node;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * What a node's surroundings ask of it.
 *
 * @param anyPort whether {@code port 0} means any free port; Redis means none by it
 * @param releasesMemory whether the process goes on when the node has ended, and wants its memory back
 * @param last what is done once the node has ended and is taken down
 */
record Hosting(boolean anyPort, boolean releasesMemory, Supplier<Future<Void>> last) {
    /** A process that ends with its nodes. */
    static final Hosting PROCESS = new Hosting(false, false, Future::succeededFuture);
}
