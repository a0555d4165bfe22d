package io.vireo.group;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.voter.DurableFile;

/** Where a machine keeps its state: written on a thread that may block, one content after the other in the order given. */
@RunsOn(Loop.ANY)
final class StateFile {
    private final Vertx vertx;
    private final DurableFile file;
    private final String name;
    private final ServerLog log;

    /** @param name whose file it is, for the log */
    StateFile(Vertx vertx, DurableFile file, String name, ServerLog log) {
        this.vertx = vertx;
        this.file = file;
        this.name = name;
        this.log = log;
    }

    /** Completes on the caller's loop when the content is on the disk; a failure is in the log by then. */
    Future<Void> replace(byte[] content) {
        return vertx.<Void>executeBlocking(() -> {
                    file.replace(content);
                    return null;
                })
                .recover(problem -> {
                    log.warning("Writing " + name + ": " + problem);
                    return Future.failedFuture(problem);
                });
    }
}
