package io.vireo.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vireo.base.Fatal;
import io.vireo.base.LogLevel;
import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.base.Step;
import io.vireo.command.Login;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.config.VoterOptions;
import io.vireo.resp.ErrorReply;
import io.vireo.sentinel.GroupView;
import io.vireo.sentinel.SentinelPort;
import io.vireo.topology.VoterId;
import io.vireo.voter.DurableFile;
import io.vireo.voter.Say;
import io.vireo.voter.Voter;
import io.vireo.voter.Voter.VoterSettings;
import io.vireo.voter.VoterAction;
import io.vireo.voter.VoterEvent;
import io.vireo.voter.VoterFile;
import io.vireo.voter.VoterMemory;
import io.vireo.voter.VoterReply;
import io.vireo.voter.VoterState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * One of the voters: its machine, its file, its port and its links to the other voters, on a loop of its own. The loop
 * owns the port's sockets as another one owns a node's, and a voter stays responsive whatever its node's data do.
 */
@RunsOn(Loop.KEYSPACE)
public final class VoterVerticle extends VerticleBase {
    private static final long TICK_MS = 40;
    private static final ErrorReply NOWHERE =
            ErrorReply.of("ERR This voter does not know where the primary is; a group without one elects by itself.");
    private static final ErrorReply UNDER_WAY = ErrorReply.of("INPROG Failover already in progress");

    private final Config config;
    private final GroupSettings settings;
    private final Login login;
    private final ServerLog log;

    private VoterSettings voterSettings;
    private StateFile file;
    private VoterState state;
    private VoterServer server;
    private VoterLinks links;
    private VoterPeers peers;
    private NodeRequest handover;
    private long timer = -1;
    private final Promise<Void> ended = Promise.promise();

    /**
     * @param config read now, and not later: it belongs to another thread
     * @param login which follows the configuration
     */
    public VoterVerticle(Config config, GroupSettings settings, Login login, ServerLog log) {
        this.config = config;
        this.settings = settings;
        this.login = login;
        this.log = log;
    }

    /** Completes when it has been taken down. Any thread. */
    public Future<Void> ended() {
        return ended.future();
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(this::prepare).compose(memory -> {
            try {
                open(memory);
                return Future.succeededFuture();
            } catch (IOException e) {
                return Future.failedFuture("Failed listening on voter-port " + config.get(VoterOptions.VOTER_PORT)
                        + ", aborting: " + e.getMessage());
            }
        });
    }

    private Optional<VoterMemory> prepare() throws IOException {
        VoterId self = OwnAddress.voter(settings.voters().voters(), config.get(VoterOptions.VOTER_PORT));
        voterSettings = new VoterSettings(settings.voters(), self, settings.timing());
        String wanted = config.get(VoterOptions.VOTER_DIR);
        Path directory = wanted.isEmpty() ? config.get(Options.DIR) : config.path(VoterOptions.VOTER_DIR);
        Files.createDirectories(directory);
        DurableFile kept = new DurableFile(directory.resolve(VoterFile.NAME));
        file = new StateFile(vertx, kept, "the voter's file", log);
        return VoterFile.load(
                kept, problem -> log.warning("The voter's file is damaged, and counts as lost: " + problem));
    }

    private void open(Optional<VoterMemory> memory) throws IOException {
        links = new VoterLinks(
                vertx, settings, settings.voters().without(voterSettings.self()), this::answered, log::warning);
        peers = new VoterPeers(voterSettings, links, Monotonic.nowMs());
        handover = new NodeRequest(vertx, settings.login());
        VoterPort port = new VoterPort(
                settings.voters(), (peer, request) -> on(new VoterEvent.Asked(peer, request)), log::warning);
        SentinelPort.Parts voter = new SentinelPort.Parts(
                this::view,
                settings.timing(),
                this::failover,
                () -> vertx.undeploy(deploymentID()),
                config.get(VoterOptions.VOTER_PORT),
                System.currentTimeMillis());
        server = new VoterServer(vertx, (ContextInternal) context, login, port, voter, log);
        perform(Voter.start(memory, new SecureRandom().nextLong(), voterSettings, Monotonic.nowMs()));
        server.open(config);
        timer = vertx.setPeriodic(TICK_MS, tick -> tick());
        log.notice("Voter " + voterSettings.self() + " of " + settings.voters().size() + " listens, set '"
                + settings.voters().name() + "', " + settings.voters().fingerprint());
        if (settings.voters().size() == 1) {
            log.warning("The only voter: when it is lost, nobody can lead");
        }
    }

    private GroupView view() {
        long nowMs = Monotonic.nowMs();
        return GroupView.of(state, voterSettings, peers.links(nowMs), nowMs);
    }

    private void tick() {
        on(new VoterEvent.Tick());
        try {
            GroupView view = view();
            peers.tick(view.nowMs(), view.record().isPresent() && !view.isDecided());
            server.tick();
        } catch (Throwable e) {
            Fatal.stop(e);
        }
    }

    private void answered(VoterId voter, VoterReply reply) {
        peers.answered(voter, reply, Monotonic.nowMs());
        on(new VoterEvent.Answered(voter, reply));
    }

    private void on(VoterEvent event) {
        try {
            perform(Voter.on(state, event, voterSettings, Monotonic.nowMs()));
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }

    private void perform(Step<VoterState, VoterAction> step) {
        state = step.state();
        step.actions().forEach(this::perform);
        server.port().settled(state instanceof VoterState.Writing);
        server.wake();
    }

    private void perform(VoterAction action) {
        switch (action) {
            case Say(LogLevel level, String text) -> log.log(level, text);
            case VoterAction.Persist(VoterMemory memory) -> persist(memory);
            case VoterAction.Answer answer -> server.port().answer(answer.to(), answer.reply());
            case VoterAction.Ask ask -> links.send(ask.voter(), ask.request());
        }
    }

    private void persist(VoterMemory memory) {
        file.replace(VoterFile.bytes(memory))
                .onComplete(done ->
                        on(done.succeeded() ? new VoterEvent.Persisted(memory) : new VoterEvent.PersistFailed()));
    }

    /**
     * Asks the primary to hand over. What it answers is in the log.
     *
     * @return why it is not even asked; empty if it is
     */
    private Optional<ErrorReply> failover() {
        Optional<String> primary = view().primaryAddress();
        if (primary.isEmpty()) {
            return Optional.of(NOWHERE);
        }
        if (handover.isUnderWay()) {
            return Optional.of(UNDER_WAY);
        }
        String address = primary.get();
        log.notice("SENTINEL FAILOVER: the primary at " + address + " is asked to hand over");
        handover.send(address, Request.cmd(Command.FAILOVER))
                .onFailure(problem ->
                        log.warning("The primary at " + address + " does not hand over: " + problem.getMessage()));
        return Optional.empty();
    }

    @Override
    public Future<?> stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        if (server != null) {
            server.close();
            links.close();
            handover.close();
        }
        ended.tryComplete();
        return Future.succeededFuture();
    }
}
