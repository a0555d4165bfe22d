package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.DisklessLoad;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;

/** Takes each full copy the way {@code repl-diskless-load} asks for. */
@RunsOn(Loop.KEYSPACE)
final class ConfiguredCopy implements IncomingCopy {
    private final Config config;
    private final Keyspace keyspace;
    private final IncomingCopy toFile;
    private final IncomingCopy beside;
    private final ServerLog log;
    private IncomingCopy current;
    private boolean memoryWasShort;

    ConfiguredCopy(NodeReplication.Parts node) {
        this.config = node.config();
        this.keyspace = node.keyspace();
        this.log = node.log();
        this.toFile = new CopyToFile(config, keyspace, node.saving(), node.loading(), node.loop(), log);
        this.beside = new CopyBeside(
                config, keyspace, node.saving(), node.loading(), node.loop(), log, () -> memoryWasShort = true);
        this.current = toFile;
    }

    @Override
    public void begin(PayloadShape shape, boolean sameHistory, Listener listener) {
        current = isDirect() ? beside : toFile;
        current.begin(shape, sameHistory, listener);
    }

    private boolean isDirect() {
        DisklessLoad wanted = config.get(Options.REPL_DISKLESS_LOAD);
        boolean direct = wanted == DisklessLoad.SWAPDB || wanted == DisklessLoad.ON_EMPTY_DB && keyspace.size() == 0;
        if (direct && memoryWasShort) {
            memoryWasShort = false;
            log.warning("There was no memory for the last copy beside our data: this one goes through a file");
            return false;
        }
        return direct;
    }

    @Override
    public void accept(long address, int length) {
        current.accept(address, length);
    }

    @Override
    public void end(int trailingBytes) {
        current.end(trailingBytes);
    }

    @Override
    public void load() {
        current.load();
    }

    @Override
    public void abandon() {
        current.abandon();
    }
}
