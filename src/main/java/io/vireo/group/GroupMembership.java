package io.vireo.group;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Gates;
import io.vireo.command.Login;
import io.vireo.config.AppendOnlyOptions;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.config.VoterOptions;
import io.vireo.topology.Endpoint;
import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import io.vireo.voter.DurableFile;
import io.vireo.voter.NodeAction;
import io.vireo.voter.NodeEvent;
import io.vireo.voter.NodeFile;
import io.vireo.voter.NodeMemory;
import io.vireo.voter.NodeReport;
import io.vireo.voter.NodeStart;
import io.vireo.voter.Terms;
import io.vireo.voter.VoterRequest;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A node's way into its group: who it is by its file, then its {@link GroupSeat} on the loop of the keyspace and its
 * {@link GroupVerticle} on the control loop, connected to each other.
 */
@RunsOn(Loop.KEYSPACE)
public final class GroupMembership {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Vertx vertx;
    private final Config config;
    private final GroupSettings settings;
    private final GroupSeat seat;
    private final EventLoop loop;
    private final ServerLog log;
    private final Login login;
    private Supplier<Future<Void>> endCleanly = Future::succeededFuture;
    private Future<Place> place;
    private VerticleBase machine;
    private Consumer<NodeEvent> events = event -> {};
    private String voterDeployment;
    private String deployment;
    private VoterLinks loadingLinks; // while the data are loaded
    private long loadingTimer;
    private boolean hasJoined;
    private boolean closed;

    /**
     * @param loop the keyspace's
     * @param login of the node's port, which is the voter's too
     */
    public GroupMembership(Vertx vertx, GroupSettings settings, EventLoop loop, Login login, GroupSeat.Parts node) {
        this.vertx = vertx;
        this.settings = settings;
        this.loop = loop;
        this.login = login;
        this.config = node.config();
        this.log = node.log();
        this.seat = new GroupSeat(node, settings);
    }

    public GroupSeat seat() {
        return seat;
    }

    /** Adds what the voters let pass to the gates. */
    public void addGate(Gates gates) {
        seat.addGate(gates);
    }

    /** Has this process be one of the voters, where the configuration says so. */
    public Future<Void> openVoter() {
        if (config.get(VoterOptions.VOTER_PORT) == 0) {
            return Future.succeededFuture();
        }
        return vertx.deployVerticle(new VoterVerticle(config, settings, login, log))
                .onSuccess(id -> onLoop(() -> voterDeployment = id))
                .mapEmpty();
    }

    /** Where this node keeps who it is, and by which host others reach it. */
    private record Place(DurableFile file, String host) {}

    private Future<Place> place() {
        if (place == null) {
            DurableFile file = new DurableFile(config.get(Options.DIR).resolve(NodeFile.NAME));
            String announced = config.get(Options.REPLICA_ANNOUNCE_IP);
            List<String> bind = config.get(Options.BIND);
            List<VoterId> voters = settings.voters().voters();
            place = vertx.executeBlocking(() -> new Place(file, OwnAddress.host(announced, bind, voters)));
        }
        return place;
    }

    private NodeReport report(NodeId self, String host, int priority) {
        String address = new Endpoint(host, Options.announcedPort(config)).toString();
        return new NodeReport(self, address, priority, Epoch.NONE, 0, false);
    }

    /**
     * Finds out who this node is, before its replication begins. Completes on the loop of the keyspace.
     *
     * @param logWhole whether the log was found and read up to its end
     */
    public Future<Void> open(boolean logWhole) {
        boolean durableAcks = AppendOnlyOptions.isAlwaysFlushed(config);
        return place().compose(found -> vertx.executeBlocking(() -> remember(found.file, durableAcks, logWhole))
                .map(memory -> {
                    begin(found, memory);
                    return null;
                }));
    }

    private NodeMemory remember(DurableFile file, boolean durableAcks, boolean logWhole) throws IOException {
        Optional<NodeMemory> found = NodeFile.load(
                file, problem -> log.warning("The node's file is damaged, and counts as lost: " + problem));
        NodeMemory memory =
                NodeStart.decide(found, durableAcks, logWhole, new NodeStart.Fresh(NodeId.random(RANDOM), token()));
        file.replace(NodeFile.bytes(memory));
        return memory;
    }

    private static long token() {
        long token;
        do {
            token = RANDOM.nextLong();
        } while (token == 0);
        return token;
    }

    private void begin(Place found, NodeMemory memory) {
        GroupVerticle verticle = new GroupVerticle(new GroupVerticle.Setup(
                settings,
                settings.node(config),
                new StateFile(vertx, found.file, "the node's file", log),
                memory,
                report(memory.node(), found.host, 0),
                this::act,
                status -> onLoop(() -> seat.know(status)),
                log));
        config.onChange(VoterOptions.MIN_SYNC_REPLICAS, replicas -> {
            if (deployment != null) {
                verticle.minSync(replicas);
            }
        });
        endCleanly = verticle::endCleanly;
        machine = verticle;
        events = verticle::tell;
        seat.begin(
                new GroupStatus(
                        memory.incarnation(),
                        memory.epoch(),
                        memory.epoch(),
                        Optional.empty(),
                        List.of(),
                        "following",
                        Map.of()),
                found.host,
                this::tell);
    }

    /** On the control loop. */
    private void act(NodeAction action) {
        if (action instanceof NodeAction.Adopt(Terms terms)) {
            seat.announce(terms);
        }
        onLoop(() -> seat.perform(action));
    }

    /**
     * Tells the voters that this node is there and loads, until it {@linkplain #join joins}: so nobody takes it for lost, and
     * leads with less.
     */
    public void announceLoading() {
        place().compose(found -> vertx.executeBlocking(() -> NodeFile.load(found.file, problem -> {}))
                        .map(memory -> memory.map(
                                known -> report(known.node(), found.host, config.get(Options.REPLICA_PRIORITY)))))
                .onSuccess(report -> report.ifPresent(this::reportUntilJoined));
    }

    private void reportUntilJoined(NodeReport loading) {
        if (hasJoined || closed) {
            return;
        }
        loadingLinks = new VoterLinks(vertx, settings, settings.voters().voters(), (voter, reply) -> {}, why -> {});
        loadingTimer = vertx.setPeriodic(settings.timing().probeMs(), tick -> {
            VoterRequest status = new VoterRequest.Status(loading.node(), Monotonic.nowMs(), Optional.of(loading));
            settings.voters().voters().forEach(voter -> loadingLinks.send(voter, status));
        });
    }

    private void stopReporting() {
        hasJoined = true;
        if (loadingLinks != null) {
            vertx.cancelTimer(loadingTimer);
            loadingLinks.close();
            loadingLinks = null;
        }
    }

    private void tell(NodeEvent event) {
        if (deployment != null) {
            events.accept(event);
        }
    }

    private void onLoop(Runnable what) {
        loop.execute(() -> {
            try {
                if (!closed) {
                    what.run();
                }
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        });
    }

    /** Begins to take part, once replication has begun. */
    public void join() {
        stopReporting();
        vertx.deployVerticle(machine)
                .onSuccess(id -> onLoop(() -> {
                    deployment = id;
                    tick();
                }))
                .onFailure(Fatal::stop);
    }

    private void tick() {
        seat.tick();
        loop.schedule(() -> onLoop(this::tick), GroupSeat.TICK_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Takes no part any more; completes when the node's file says how it ended.
     *
     * @param allOnDisk whether a start will find all that the node holds now: then it is the same incarnation still
     */
    public Future<Void> close(boolean allOnDisk) {
        closed = true;
        stopReporting();
        if (voterDeployment != null) {
            vertx.undeploy(voterDeployment);
            voterDeployment = null;
        }
        if (deployment == null) {
            return Future.succeededFuture();
        }
        String machineDeployment = deployment;
        deployment = null;
        return (allOnDisk ? endCleanly.get() : Future.<Void>succeededFuture())
                .otherwiseEmpty()
                .compose(done -> vertx.undeploy(machineDeployment))
                .otherwiseEmpty();
    }
}
