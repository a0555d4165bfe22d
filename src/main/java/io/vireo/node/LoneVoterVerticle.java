package io.vireo.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Login;
import io.vireo.config.Config;
import io.vireo.config.Option;
import io.vireo.config.Options;
import io.vireo.config.ShutdownFlag;
import io.vireo.config.VoterOptions;
import io.vireo.group.GroupSettings;
import io.vireo.group.VoterVerticle;
import java.util.Set;

/** A process that is a voter and nothing else: {@code port 0} with a {@code voter-port}. */
@RunsOn(Loop.KEYSPACE)
final class LoneVoterVerticle extends VerticleBase implements Resident {
    private final Config config;
    private final Hosting hosting;
    private final ServerLog log;
    private final PidFile pidFile;
    private final Runnable onEnd;
    private final Promise<Void> ended = Promise.promise();
    private VoterVerticle voter;
    private volatile boolean ending;

    /** @param onEnd told once the voter has ended */
    LoneVoterVerticle(Config config, Hosting hosting, ServerLog log, Runnable onEnd) {
        this.config = config;
        this.hosting = hosting;
        this.log = log;
        this.pidFile = new PidFile(config, log);
        this.onEnd = onEnd;
    }

    /** Whether this configuration wants a voter alone. */
    static boolean isWanted(Config config) {
        return config.get(Options.PORT) == 0
                && config.get(Options.UNIX_SOCKET).isEmpty()
                && config.get(VoterOptions.VOTER_PORT) != 0;
    }

    @Override
    public Future<?> start() {
        log.role('X'); // as a Sentinel's
        GroupSettings settings = GroupSettings.of(config).orElseThrow(); // a voter-port without voters was refused
        voter = new VoterVerticle(config, settings, new Login(config), log);
        voter.ended().onSuccess(done -> gone()); // by SHUTDOWN, or by a signal
        return vertx.deployVerticle(voter).onSuccess(id -> {
            Banner.voting(log, config.get(VoterOptions.VOTER_PORT));
            pidFile.write();
            hosting.opened().run();
        });
    }

    private void gone() {
        pidFile.remove();
        ended.tryComplete();
        onEnd.run();
    }

    @Override
    public ServerLog log() {
        return log;
    }

    @Override
    public boolean isReplica() {
        return false;
    }

    @Override
    public boolean isEndAskedFor() {
        return ending;
    }

    @Override
    public boolean tellsCrashes() {
        return config.get(Options.CRASH_LOG_ENABLED);
    }

    @Override
    public void removeDraft() {
        // A file is replaced whole or not at all.
    }

    @Override
    public Future<Void> end(String signal, Option<Set<ShutdownFlag>> option) {
        log.warning("Received " + signal + ": the voter ends");
        ending = true;
        vertx.undeploy(voter.deploymentID());
        return ended.future();
    }
}
