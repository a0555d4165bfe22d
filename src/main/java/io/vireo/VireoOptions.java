package io.vireo;

import java.util.ArrayList;
import java.util.List;

/**
 * How a node inside a program is set up: directives as in a configuration file, over defaults that suit a program. These
 * are: any free port, on the loopback address only; nothing saved, in a temporary directory that goes with the node; a
 * full copy for a replica at once, without waiting for more of them; no log, unless {@code logfile} or {@code loglevel} is given.
 *
 * @param lines lines of a configuration file; the last one for an option counts
 */
public record VireoOptions(List<String> lines) {
    private static final VireoOptions DEFAULTS =
            new VireoOptions(List.of("port 0", "bind 127.0.0.1", "save \"\"", "repl-diskless-sync-delay 0"));

    public VireoOptions {
        lines = List.copyOf(lines);
    }

    public static VireoOptions defaults() {
        return DEFAULTS;
    }

    /** With these lines of a configuration file after the others, each as it stands there: {@code "maxmemory 1gb"}. */
    public VireoOptions with(String... more) {
        List<String> all = new ArrayList<>(lines);
        all.addAll(List.of(more));
        return new VireoOptions(all);
    }

    /** With this TCP port; 0 is any that is free. Nodes of one Vert.x must not be given the same: it would share it. */
    public VireoOptions port(int port) {
        return with("port " + port);
    }

    /** As a replica of this primary. */
    public VireoOptions replicaOf(String host, int port) {
        return with("replicaof " + host + " " + port);
    }
}
