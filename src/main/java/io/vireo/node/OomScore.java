package io.vireo.node;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.OomScores;
import io.vireo.config.Options;
import io.vireo.config.ProcessOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code oom-score-adj}: how readily the kernel ends this process when memory is short, by the node's role. */
final class OomScore {
    private static final int LARGEST = 1_000;
    private static final Path FILE = Path.of("/proc/self/oom_score_adj");

    private final Config config;
    private final ServerLog log;
    private final Path file;
    /** What the process was started with, once this has changed it. */
    private Integer before;

    OomScore(Config config, ServerLog log) {
        this(config, log, FILE);
    }

    OomScore(Config config, ServerLog log, Path file) {
        this.config = config;
        this.log = log;
        this.file = file;
    }

    /** Sets what the configuration says, and again whenever it or the role changes. */
    void follow() {
        set();
        config.onApply(this::apply, ProcessOptions.OOM_SCORE_ADJ, ProcessOptions.OOM_SCORE_ADJ_VALUES);
        config.onChange(Options.REPLICAOF, primary -> set());
    }

    private void apply() throws ConfigRefusal {
        if (!set()) {
            throw new ConfigRefusal("Failed to set current oom_score_adj. Check server logs.");
        }
    }

    private boolean set() {
        OomScores kind = config.get(ProcessOptions.OOM_SCORE_ADJ);
        try {
            if (kind == OomScores.NO) {
                if (before != null) {
                    write(before);
                    before = null;
                }
                return true;
            }
            int base = before == null ? read() : before;
            boolean isReplica = !config.get(Options.REPLICAOF).isNone();
            int score = config.get(ProcessOptions.OOM_SCORE_ADJ_VALUES).get(isReplica ? 1 : 0)
                    + (kind == OomScores.ABSOLUTE ? 0 : base);
            write(Math.clamp(score, -LARGEST, LARGEST));
            before = base;
            return true;
        } catch (IOException e) {
            log.warning("Unable to write oom_score_adj: " + e.getMessage());
            return false;
        }
    }

    private int read() throws IOException {
        try {
            return Integer.parseInt(Files.readAllLines(file).getFirst().strip());
        } catch (NumberFormatException e) {
            throw new IOException("no number in " + file, e);
        }
    }

    private void write(int score) throws IOException {
        Files.writeString(file, Integer.toString(score));
    }
}
