package io.vireo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.node.EmbeddedNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Vireo inside a program.
 *
 * <pre>{@code
 * Vireo.start(vertx, VireoOptions.defaults())
 *         .compose(primary -> Vireo.start(vertx, VireoOptions.defaults().replicaOf("127.0.0.1", primary.port())))
 *         .onSuccess(replica -> System.out.println("a replica listens on " + replica.port()));
 * }</pre>
 *
 * <p>Any number of nodes share a Vert.x and a process; there is no static state. A node takes one event loop, on which
 * every command runs.
 *
 * <p>A failure that leaves a node's data half changed ends the process, as it does for a server.
 */
public final class Vireo {
    private Vireo() {}

    /**
     * Starts a node on the caller's Vert.x.
     *
     * @return completes when the node has loaded its files and serves clients; as a replica it then has still to catch
     *     up. Fails with {@link IllegalArgumentException} if a directive is refused, with its reason, and if a port or a
     *     file cannot be used; nothing is left then.
     */
    public static Future<VireoNode> start(Vertx vertx, VireoOptions options) {
        Config config;
        try {
            config = Config.of(options.lines().toArray(String[]::new));
        } catch (IllegalArgumentException refused) {
            return Future.failedFuture(refused);
        }
        boolean ownsDirectory = !config.isGiven(Options.DIR);
        Future<Path> directory = ownsDirectory
                ? vertx.executeBlocking(
                        () -> Files.createTempDirectory(
                                "vireo-" + ProcessHandle.current().pid() + "-"),
                        false)
                : Future.succeededFuture(config.get(Options.DIR));
        return directory.compose(dir -> {
            config.put(Options.DIR, dir);
            return EmbeddedNode.start(
                            vertx,
                            config,
                            log(config),
                            () -> ownsDirectory ? remove(vertx, dir) : Future.succeededFuture())
                    .map(VireoNode::new);
        });
    }

    /** A program's standard output is its own. */
    private static ServerLog log(Config config) {
        if (!config.get(Options.LOGFILE).isEmpty()) {
            return new ServerLog(config.path(Options.LOGFILE), config.get(Options.LOGLEVEL));
        }
        return config.isGiven(Options.LOGLEVEL)
                ? new ServerLog(null, config.get(Options.LOGLEVEL))
                : ServerLog.silent();
    }

    private static Future<Void> remove(Vertx vertx, Path directory) {
        return vertx.executeBlocking(
                () -> {
                    try (Stream<Path> files = Files.walk(directory)) {
                        List<Path> deepestFirst =
                                files.sorted(Comparator.reverseOrder()).toList();
                        for (Path file : deepestFirst) {
                            Files.deleteIfExists(file);
                        }
                    }
                    return null;
                },
                false);
    }
}
