package io.vireo.node;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.internal.ContextInternal;
import io.vireo.aof.AofCommands;
import io.vireo.aof.AofErrorGate;
import io.vireo.aof.AppendOnlyFile;
import io.vireo.backlog.BacklogFile;
import io.vireo.base.Bytes;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.Product;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.AuthGate;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.command.ClientCommands;
import io.vireo.command.Command;
import io.vireo.command.CommandCommands;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandInfo;
import io.vireo.command.CommandSpec;
import io.vireo.command.CommandTexts;
import io.vireo.command.ConfigCommands;
import io.vireo.command.ConnectionCommands;
import io.vireo.command.DataTypes;
import io.vireo.command.DatabaseCommands;
import io.vireo.command.Dispatcher;
import io.vireo.command.Gates;
import io.vireo.command.InfoCommand;
import io.vireo.command.InfoSection;
import io.vireo.command.LatencyCommands;
import io.vireo.command.LatencyMonitor;
import io.vireo.command.LoadingGate;
import io.vireo.command.Login;
import io.vireo.command.NodeFacts;
import io.vireo.command.Pause;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.command.SlowLogCommands;
import io.vireo.command.TransactionCommands;
import io.vireo.config.AppendOnlyOptions;
import io.vireo.config.ChannelOptions;
import io.vireo.config.Config;
import io.vireo.config.MonitorOptions;
import io.vireo.config.Options;
import io.vireo.group.FixedPrimary;
import io.vireo.group.GroupMembership;
import io.vireo.group.GroupSeat;
import io.vireo.group.GroupSettings;
import io.vireo.group.Outputs;
import io.vireo.group.ReleaseRule;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import io.vireo.net.ClientLimits;
import io.vireo.net.PrimarySocket;
import io.vireo.net.RespListener;
import io.vireo.outlet.EventBusOutlet;
import io.vireo.persist.DumpCommands;
import io.vireo.persist.Loading;
import io.vireo.persist.MigrateCommand;
import io.vireo.persist.RdbFacts;
import io.vireo.persist.SaveCommands;
import io.vireo.persist.SaveErrorGate;
import io.vireo.persist.Saving;
import io.vireo.pubsub.PubSub;
import io.vireo.replication.Feed;
import io.vireo.replication.LinkState;
import io.vireo.replication.NodeReplication;
import io.vireo.replication.Rehearsal;
import io.vireo.replication.Target;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.sentinel.VotersSection;
import io.vireo.tracking.Tracking;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * One server: its parts, built and started in order on one context, stopped in reverse.
 *
 * <p>All of it runs on the keyspace's loop: sockets, commands, data, log and the feeding of replicas. Work that may block
 * is handed to workers by the part that has it.
 */
@RunsOn(Loop.KEYSPACE)
final class Node {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long CRON_PERIOD_MS = 100;
    private static final long RELEASE_PERIOD_MS = 5;
    private static final long EXPIRE_BUDGET_NANOS = 1_000_000;
    private static final long FREE_BUDGET_NANOS = 300_000;
    private static final long DEFRAGMENT_BUDGET_NANOS = 500_000;

    private final Vertx vertx;
    private final Config config;
    private final ServerLog log;
    private final PidFile pidFile;
    private final Promise<Void> ended = Promise.promise();

    private final Keyspace keyspace;
    private final ReplicationLog stream;
    private final BacklogFile backlogFile;
    private final Sessions sessions;
    private final Dispatcher dispatcher;
    private final RespListener listener;
    private final Listening listening;
    private final NodeTraffic traffic;
    private final Saving saving;
    private final AppendOnlyFile appendOnly;
    private final Loading loading;
    private final StoredData storedData;
    private final NodeReport report;
    private final Shutdown shutdown;
    private final PrimarySocket primarySocket;
    private final PubSub pubSub;
    private final Tracking tracking;
    private final NodeReplication replication;
    private final EventLoop loop;
    private final InfoCommand info;
    private final Executor nextTurn;
    private final Executor later;
    private final Hosting hosting;
    private final MigrateCommand migrate;
    private final Gates gates;
    private final GroupMembership group;
    private final ReleaseRule releaseRule;
    private final Runnable releaseTick;
    private final LoadingGate loadingGate = new LoadingGate();
    private final LoopDelay loopDelay = new LoopDelay(CRON_PERIOD_MS);
    private long cronTimer = -1;
    private EventBusOutlet outlet;
    private ScheduledFuture<?> deadline;
    private boolean freeing;
    private boolean released;
    private boolean knowsItsRole;
    private boolean cronPaused;

    /** Builds the parts; called on the context's thread, which becomes the owner of the data. */
    Node(Vertx vertx, Context context, Config config, Hosting hosting, ServerLog log) {
        this.vertx = vertx;
        this.hosting = hosting;
        this.config = config;
        this.log = log;
        this.pidFile = new PidFile(config, log);
        this.keyspace = new Keyspace(config.get(Options.DATABASES));
        keyspace.owner().claim();
        CollectionLimits.follow(config, keyspace.valueLimits());
        this.stream = new ReplicationLog(
                ReplicationHistory.fresh(ReplicationId.random(RANDOM)), config.get(Options.REPL_BACKLOG_SIZE));
        Login login = new Login(config);
        this.sessions = new Sessions(login);
        this.shutdown = new Shutdown(config, log, new ShutdownParts());
        this.loop = ((ContextInternal) context).nettyEventLoop();
        // Not execute(): Netty would run a task that goes on and on before it looks at the sockets again.
        this.nextTurn = task -> loop.schedule(task, 1, TimeUnit.NANOSECONDS);
        this.later = task -> loop.schedule(task, RELEASE_PERIOD_MS, TimeUnit.MILLISECONDS);
        this.saving = new Saving(config, keyspace, () -> replication().beginSnapshot(), loop, nextTurn, log);

        this.backlogFile = new BacklogFile(config, stream, loop, log);
        this.appendOnly =
                new AppendOnlyFile(new AppendOnlyFile.Parts(config, keyspace, stream, saving, loop, this::wake, log));

        this.gates = new Gates();
        this.pubSub = new PubSub(keyspace);
        this.tracking = new Tracking(keyspace, sessions, this::wake);
        AuthGate authGate = new AuthGate();
        SaveErrorGate saveErrorGate = new SaveErrorGate(config);
        saving.onStatus(ok -> gates.arm(saveErrorGate, !ok));
        AofErrorGate aofErrorGate = new AofErrorGate(appendOnly.status());
        appendOnly.onStatus(() -> gates.arm(aofErrorGate, appendOnly.status().isFailing()));
        config.onChange(Options.REQUIREPASS, now -> gates.arm(authGate, login.isPasswordRequired()));
        this.loading = new Loading(config, keyspace, loop, this::loadingChanged, log);
        this.primarySocket = new PrimarySocket(vertx, context, () -> config.get(Options.BIND_SOURCE_ADDR), this::wake);
        this.replication = new NodeReplication(
                new NodeReplication.Parts(config, keyspace, stream, saving, loading, appendOnly::durableTo, loop, log),
                primarySocket,
                sessions);
        this.storedData =
                new StoredData(config, keyspace, stream, saving, loading, appendOnly, replication.replication(), log);
        this.group = GroupSettings.of(config)
                .map(settings -> new GroupMembership(
                        vertx,
                        settings,
                        loop,
                        login,
                        new GroupSeat.Parts(
                                config,
                                replication.replication(),
                                stream,
                                this::blocking,
                                sessions,
                                this::hasWholeData,
                                this::heldHereUpTo,
                                new WaitingOutputs(),
                                this::wake,
                                log)))
                .orElse(null);
        FixedPrimary fixed = new FixedPrimary(
                config, replication.replication(), stream, this::heldHereUpTo, new WaitingOutputs(), log);
        if (group != null) {
            replication.group(group.seat());
        }
        this.releaseRule = group == null ? fixed : group.seat();
        this.releaseTick = group == null ? fixed::tick : () -> {}; // a group's seat has a faster clock of its own
        ClientLimits limits = new ClientLimits(config);
        ClientMemory clients = new ClientMemory(sessions, limits, keyspace::nowMs);
        MemoryAccount memory = new MemoryAccount(keyspace, stream, clients, tracking::memoryBytes);
        MemoryLimit memoryLimit = new MemoryLimit(config, keyspace, memory, this::mayEvict, nextTurn, this::wake, log);
        gates.add(authGate);
        memoryLimit.addGate(gates);
        gates.add(saveErrorGate);
        gates.add(aofErrorGate);
        pubSub.addGate(gates);
        replication.addGates(gates);
        if (group == null) {
            gates.add(fixed);
            gates.arm(fixed, fixed.isStrong());
            config.onChange(Options.CONSISTENCY, now -> gates.arm(fixed, fixed.isStrong()));
        } else {
            group.addGate(gates);
        }
        gates.add(loadingGate);
        gates.arm(authGate, login.isPasswordRequired());

        List<InfoSection> sections = new ArrayList<>();
        this.info = new InfoCommand(sections);
        this.report = new NodeReport(config, info, replication.replication(), stream, loading, loopDelay, loop);
        TransactionCommands transactions = new TransactionCommands();
        CommandCommands commands = new CommandCommands();
        DumpCommands dumps = new DumpCommands(config, log);
        SlowLogCommands slowLog = new SlowLogCommands();
        LatencyCommands latency = new LatencyCommands();
        DataFigures.Source data = new DataFigures.Source(keyspace, loading);
        MemoryFigures.Source figures = new MemoryFigures.Source(data, stream, clients, tracking::memoryBytes);
        this.migrate = new MigrateCommand(config, loop);
        this.dispatcher = new Dispatcher(
                families(
                        DataTypes.families(),
                        replication.families(),
                        pubSub.families(),
                        new ConnectionCommands(login, facts(), this::forgetPushes).rows(),
                        new ClientCommands(sessions, clientRows()).rows(),
                        new DatabaseCommands(this::flushed).rows(),
                        commands.rows(),
                        transactions.rows(),
                        slowLog.rows(),
                        latency.rows(),
                        new ConfigCommands(config, loading::isUnderWay, this::resetStats, log).rows(),
                        new ServerCommands(info, shutdown).rows(),
                        ClusterCommands.rows(),
                        new MemoryCommands(figures, sessions).rows(),
                        new SaveCommands(saving).rows(),
                        new AofCommands(appendOnly).rows(),
                        dumps.rows(),
                        dumps.serverRows(),
                        migrate.rows(),
                        new DebugCommands(config, new DebugActions(dumps)).rows()),
                gates,
                keyspace,
                stream,
                this::refreshClock);
        transactions.dispatcher(dispatcher);
        pubSub.start(config, dispatcher);
        tracking.start(dispatcher);
        keyspace.flushes(this::keysFlushed);
        commands.table(dispatcher.table());
        slowLog.slowLog(dispatcher.slowness().slowLog());
        latency.dispatcher(dispatcher);
        Monitoring.follow(config, dispatcher);
        saving.onCut(nanos -> dispatcher.slowness().monitor().add(LatencyMonitor.FORK, nanos));
        replication.dispatcher(dispatcher);
        dispatcher.blocking().onDeadline(this::wakeAt);
        dispatcher.blocking().pause().onChange(this::pauseChanged);
        CommandRenames.apply(config.renamedCommands(), dispatcher.table());
        config.onChange(Options.LOGLEVEL, log::level);
        dispatcher.onWebPage(this::refuseWebPage);
        keyspace.expiryListener(this::expired);
        keyspace.eviction().listener(this::evicted);
        keyspace.eviction()
                .timing(
                        nanos -> dispatcher.slowness().monitor().add(LatencyMonitor.EVICTION_OF_A_KEY, nanos),
                        nanos -> dispatcher.slowness().monitor().add(LatencyMonitor.EVICTION_CYCLE, nanos));
        this.listener = new RespListener(
                vertx,
                context,
                log,
                dispatcher,
                sessions,
                this::sessionClosed,
                this::endOfTurn,
                () -> (int) Math.min(Integer.MAX_VALUE, config.get(Options.MAXCLIENTS)),
                () -> config.get(Options.PROTECTED_MODE) && !login.isPasswordRequired(),
                limits);
        listener.release(this::outputsDependUpTo, this::releasedToClients, this::releasedToReplicas);
        tracking.mostKeys(config.get(ChannelOptions.TRACKING_TABLE_MAX_KEYS));
        config.onChange(ChannelOptions.TRACKING_TABLE_MAX_KEYS, tracking::mostKeys);
        listener.idleSeconds(() -> config.get(Options.TIMEOUT));
        listener.keepAliveSeconds(() -> config.get(Options.TCP_KEEPALIVE));
        this.listening = new Listening(config, listener, hosting.anyPort(), vertx.isNativeTransportEnabled(), log);
        this.traffic = new NodeTraffic(listener.traffic(), primarySocket.traffic());
        sections.addAll(List.of(
                new ServerSection(
                        config, ReplicationId.random(RANDOM), System.currentTimeMillis(), shutdown::remainingMs),
                new ClientsSection(config, sessions, dispatcher.blocking(), listener.limits(), tracking),
                new MemorySection(config, figures),
                new PersistenceSection(keyspace, saving, loading, appendOnly),
                new StatsSection(
                        dispatcher,
                        sessions,
                        data,
                        listener,
                        traffic,
                        saving,
                        pubSub.channels(),
                        tracking,
                        migrate::kept,
                        replication::writeCounts),
                replication.section(),
                new CpuSection(),
                new ModulesSection(),
                CommandInfo.commandStats(dispatcher),
                CommandInfo.errorStats(dispatcher),
                CommandInfo.latencyStats(
                        dispatcher, () -> config.get(MonitorOptions.LATENCY_TRACKING_INFO_PERCENTILES)),
                new ClusterSection(),
                new KeyspaceSection(data, loading::isUnderWay)));
        if (group != null) {
            sections.add(new VotersSection(group.seat()::facts));
        }
    }

    /** Opens the ports and loads the data set. Completes when the node serves. */
    Future<Void> start() {
        log.role(replication.configuredPrimary().isPresent() ? 'S' : 'M');
        storedData.removeLeftovers();
        loadingChanged(false);
        return listen().compose(done -> {
                    sayOpen();
                    return new HttpPort(vertx, config, report::ask, log).open();
                })
                .compose(done -> group == null ? Future.succeededFuture() : group.openVoter())
                .compose(done -> {
                    cronTimer = vertx.setPeriodic(CRON_PERIOD_MS, timer -> cron());
                    if (group != null) {
                        group.announceLoading();
                    }
                    // Only a primary deletes what has expired.
                    return storedData.load(
                            group == null && replication.configuredPrimary().isEmpty());
                })
                .compose(this::readBacklog)
                .compose(this::enterGroup)
                .compose(loaded -> openOutlet().compose(open -> startReplication(loaded)))
                .onSuccess(loaded -> {
                    info.text(
                            Set.of("everything")); // the first one loads classes and asks the system: nobody waits yet
                    log.notice("Ready to accept connections");
                    if (group != null) {
                        group.join();
                    }
                    getReady();
                })
                .mapEmpty();
    }

    /** Whoever waits for these lines or the file connects next: the ports are open by now. */
    private void sayOpen() {
        Banner.running(log, config.get(Options.PORT), Banner.wantsLogo(config));
        pidFile.write();
        log.warning("Server initialized");
        hosting.opened().run();
    }

    /** What the loop would lose time with when it is first asked for, on a thread that has time. */
    private void getReady() {
        Set<String> groups = new HashSet<>();
        dispatcher.forEachCommand(command -> groups.add(command.group()));
        Thread.ofPlatform().daemon().name("vireo-getting-ready").start(() -> {
            CommandTexts.load(groups);
            Rehearsal.run();
        });
    }

    /** Begins to publish on the event bus, where an address says so. */
    private Future<Void> openOutlet() {
        String prefix = config.get(Options.EVENTBUS_ADDRESS);
        if (prefix.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<EventBus> bus = hosting.bus().get();
        if (bus.succeeded()) {
            return openOutlet(bus.result(), prefix);
        }
        // A cluster is joined in seconds: the node serves meanwhile, and what it does is published from then on.
        bus.onSuccess(joined -> loop.execute(() -> {
            if (!ended.future().isComplete()) {
                openOutlet(joined, prefix).onFailure(Fatal::stop);
            }
        }));
        return Future.succeededFuture();
    }

    private Future<Void> openOutlet(EventBus bus, String prefix) {
        return EventBusOutlet.start(
                        vertx, bus, prefix, config.get(Options.PORT), replication.replication(), this::findKeys, loop)
                .onSuccess(started -> outlet = started)
                .mapEmpty();
    }

    /** Any thread: the table does not change once the node runs. */
    private void findKeys(Args words, IntConsumer position) {
        Command command = dispatcher.table().find(words.get(0));
        if (command != null) {
            command.spec().keys().forEach(spec -> spec.positions(words, position));
        }
    }

    /** Has the clients answered whose time to wait is over, at a time of the clock of deadlines. */
    private void wakeAt(long deadlineMs) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        long delayMs = Math.max(0, deadlineMs - dispatcher.blocking().nowMs());
        deadline = loop.schedule(
                () -> {
                    try {
                        dispatcher.blocking().expire();
                    } catch (Throwable e) { // half a change must not live on
                        Fatal.stop(e);
                    }
                },
                delayMs,
                TimeUnit.MILLISECONDS);
    }

    /** While clients are paused the data do not change: neither by time nor by the primary's stream. */
    private void pauseChanged() {
        boolean paused = dispatcher.blocking().pause().isOn();
        keyspace.paused(paused);
        if (!paused) {
            nextTurn.execute(() -> {
                try {
                    replication.replication().goOn();
                } catch (Throwable e) { // half a change must not live on
                    Fatal.stop(e);
                }
            });
        }
    }

    private void endOfTurn() {
        releaseRule.endOfTurn();
        if (keyspace.owner().isHeldHere()) {
            dispatcher.serveReady();
        }
        appendOnly.endOfTurn();
        tracking.endOfTurn();
        replication.endOfTurn();
        if (outlet != null && keyspace.owner().isHeldHere()) {
            outlet.endOfTurn();
        }
        backlogFile.endOfTurn();
    }

    /** What was kept of the backlog is at hand before the stream begins, and so before anybody asks for it. */
    private Future<StoredData.Found> readBacklog(StoredData.Found found) {
        Promise<StoredData.Found> done = Promise.promise();
        RdbFacts.ReplicationPoint point = found.point();
        backlogFile.read(
                point == null ? null : new StreamPosition(point.id(), point.offset()), () -> done.complete(found));
        return done.future();
    }

    /** Who this node is in its group is known before its replication begins. */
    private Future<StoredData.Found> enterGroup(StoredData.Found found) {
        boolean logWhole = config.get(AppendOnlyOptions.APPENDONLY) ? found.aof() != null : found.point() != null;
        return group == null
                ? Future.succeededFuture(found)
                : group.open(logWhole).map(found);
    }

    // What may leave: behind the append-only file, and in strong mode behind the group.

    private long outputsDependUpTo() {
        return releaseRule.dependsUpTo();
    }

    private long releasedToClients() {
        return Math.min(appendOnly.releasedTo(), releaseRule.releasedTo());
    }

    /** In strong mode the primary's own file is one of those that are waited for, and the stream need not wait for it. */
    private long releasedToReplicas() {
        return releaseRule.isStrong() ? Long.MAX_VALUE : appendOnly.releasedTo();
    }

    private long heldHereUpTo() {
        return Math.min(stream.endOffset(), appendOnly.releasedTo());
    }

    /** Listener and dispatcher are built after those that ask for them. */
    private final class WaitingOutputs implements Outputs {
        @Override
        public boolean hasWaiting() {
            return listener.hasWaiting();
        }

        @Override
        public int giveUpAll(ErrorReply why) {
            return listener.giveUpAll(why);
        }

        @Override
        public int giveUpWaiting(long longerThanMs, ErrorReply why) {
            return listener.giveUpWaiting(longerThanMs, why);
        }
    }

    private List<CommandSpec> clientRows() {
        return Stream.concat(tracking.clientRows().stream(), replication.readPromises().clientRows().stream())
                .toList();
    }

    private Blocking blocking() {
        return dispatcher.blocking();
    }

    /** Whether the data are a whole copy of something: not while another one takes their place. */
    private boolean hasWholeData() {
        return !loading.isUnderWay()
                && !(replication.replication().link() instanceof LinkState.Loading)
                && keyspace.owner().isHeldHere();
    }

    /**
     * Goes on with the stream where the files left it, if they said so. Replicas that go on too are told of the keys that
     * were left out since their time was over; where these are too many, they have to take a full copy.
     */
    private Future<Void> startReplication(StoredData.Found found) {
        RdbFacts.ReplicationPoint history = found.point();
        if (history != null && !found.dropped().isComplete()) {
            log.notice(
                    "More keys had expired than the replication backlog can tell of: replicas will need a full copy.");
            history = null;
        }
        boolean tells = history != null;
        replication.start(history);
        backlogFile.start();
        Promise<Void> begun = Promise.promise();
        if (config.get(AppendOnlyOptions.APPENDONLY)) {
            appendOnly.begin(found.aof(), found.rdb(), problem -> {
                if (problem == null) {
                    begun.complete();
                } else {
                    begun.fail(problem);
                }
            });
        } else {
            begun.complete();
        }
        if (tells) {
            storedData.tellOf(found.dropped());
        }
        return begun.future().onSuccess(done -> {
            knowsItsRole = true;
            loadingChanged(loading.hidesData());
        });
    }

    /**
     * Until the role and the stream are known, nobody may write: such a write would be in no stream. While nothing is
     * loaded clients wait for that, as they would before the ports are open.
     */
    private void loadingChanged(boolean on) {
        gates.arm(loadingGate, on);
        if (!knowsItsRole && !on) {
            dispatcher.blocking().beginPause(Pause.Purpose.START, Pause.Scope.ALL, Blocked.NEVER);
        } else {
            dispatcher.blocking().endPause(Pause.Purpose.START);
        }
    }

    private NodeReplication replication() {
        return replication;
    }

    /** Makes sure that the end of this turn is seen. */
    private void wake() {
        listener.wake();
    }

    private static List<CommandFamily> families(
            List<CommandFamily> data,
            List<CommandFamily> replication,
            List<CommandFamily> pushes,
            CommandFamily... own) {
        List<CommandFamily> all = new ArrayList<>(data);
        all.addAll(List.of(own));
        all.addAll(replication);
        all.addAll(pushes);
        return all;
    }

    /** Completes when the node has ended. */
    Future<Void> ended() {
        return ended.future();
    }

    /** Ends a node that could not start. A process of its own ends with it, and leaves this to the system. */
    Future<Void> abandon() {
        if (hosting.releasesMemory()) {
            new ShutdownParts().end(false);
            return ended();
        }
        return Future.succeededFuture();
    }

    /** Begins to end the node, as SHUTDOWN does. */
    void shutDown(Shutdown.Wish wish) {
        shutdown.begin(Shutdown.REQUESTED, wish);
    }

    /** Has the node end soon, as a signal does; SHUTDOWN ABORT may take that back until then. */
    void scheduleEnd(Shutdown.Wish wish) {
        shutdown.schedule(Shutdown.REQUESTED, wish);
        if (cronTimer < 0) { // it has not begun to serve
            shutdown.tick(System.currentTimeMillis());
        }
    }

    /** Whether the node is to end, as far as it has not failed to. Any thread. */
    boolean isEndAskedFor() {
        return shutdown.isAskedFor();
    }

    private Future<Void> listen() {
        try {
            new DescriptorLimit(config, log).begin();
            listening.open();
            return Future.succeededFuture();
        } catch (IOException e) {
            return Future.failedFuture(e.getMessage());
        }
    }

    /** Frees memory in slices, one a turn of the loop, until there is nothing to do. */
    private void freeMemory() {
        if (!freeing && keyspace.freeStep(FREE_BUDGET_NANOS)) {
            freeing = true;
            nextTurn.execute(() -> {
                try {
                    freeing = false;
                    if (!released && keyspace.owner().isHeldHere()) {
                        freeMemory();
                    }
                } catch (Throwable e) { // half a change must not live on
                    Fatal.stop(e);
                }
            });
        }
    }

    private void cron() {
        if (cronPaused) {
            return;
        }
        try {
            loopDelay.came(System.nanoTime());
            long nowMs = System.currentTimeMillis();
            dispatcher.stats().sample(nowMs);
            traffic.sample(nowMs);
            shutdown.tick(nowMs);
            releaseTick.run();
            saving.tick(nowMs);
            appendOnly.tick(
                    nowMs,
                    knowsItsRole && !loading.isUnderWay() && !loading.beside().isUnderWay());
            tracking.tick();
            if (keyspace.owner().isHeldHere()) {
                keyspace.newTurn(nowMs);
                long began = System.nanoTime();
                keyspace.expireCycle(nowMs, EXPIRE_BUDGET_NANOS);
                noteLatency(LatencyMonitor.EXPIRE_CYCLE, began);
                freeMemory();
                if (config.get(Options.ACTIVEDEFRAG)) {
                    began = System.nanoTime();
                    keyspace.defragmentStep(DEFRAGMENT_BUDGET_NANOS);
                    noteLatency(LatencyMonitor.DEFRAGMENT_CYCLE, began);
                } else {
                    keyspace.defragmentOff();
                }
            }
            replication.tick();
            backlogFile.tick(nowMs);
            listener.tick(nowMs);
            migrate.tick(nowMs);
            listener.wake();
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }

    private void noteLatency(String event, long beganNanos) {
        dispatcher.slowness().monitor().add(event, System.nanoTime() - beganNanos);
    }

    private void resetStats() {
        dispatcher.stats().reset();
        dispatcher.table().resetStats();
        if (keyspace.owner().isHeldHere()) {
            keyspace.resetStats();
        }
        sessions.resetStats();
        listener.resetStats();
        traffic.reset();
        saving.resetStats();
        replication.replication().resetStats();
    }

    private void refreshClock() {
        if (keyspace.owner().isHeldHere()) {
            keyspace.newTurn(System.currentTimeMillis());
        }
    }

    /** A key's time is over: the stream says so, as part of what is being done or by itself. */
    private void expired(int db, Bytes key) {
        if (loading.isUnderWay()) {
            return; // a guest has the data, and the stream is not its own
        }
        pubSub.expired(db, key);
        tracking.leaves(key);
        Deletion.begin(stream, db, keyspace.lazyFreeing().expire).word(key);
        if (!dispatcher.isInUnit()) {
            stream.commit();
        }
    }

    /** A key goes to make room, between two commands: the stream says so by itself. */
    private void evicted(int db, Bytes key) {
        pubSub.evicted(db, key);
        tracking.leaves(key);
        Deletion.begin(stream, db, keyspace.lazyFreeing().eviction).word(key);
        stream.commit();
    }

    /** Whether keys may be evicted now: not from data that a guest has, nor while nothing may be written. */
    private boolean mayEvict() {
        return !released
                && keyspace.owner().isHeldHere()
                && !dispatcher.blocking().pause().isOn()
                && (replication.replication().isPrimary() || !config.get(Options.REPLICA_IGNORE_MAXMEMORY));
    }

    /** After FLUSHALL no file may bring the keys back: where there are save points, an empty one is written at once. */
    private void flushed() {
        if (saving.running() != Saving.Running.TO_AOF) { // what it saves is of no use any more; replicas come again
            saving.abort();
        }
        if (!saving.isRunning() && !config.get(Options.SAVE).isEmpty()) {
            saving.saveNow();
        }
    }

    private void refuseWebPage(Session session) {
        log.warning(
                "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis:"
                    + " a web page may have been made to speak to this server (cross protocol scripting). Connection"
                    + " from "
                        + session.connection().peerAddress() + " aborted.");
        session.connection().closeNow();
    }

    /** What a client is told of unasked ends, and what it wants of its reads. */
    private void forgetPushes(Session session) {
        replication.readPromises().forget(session);
        pubSub.forget(session);
        tracking.forget(session);
    }

    /** All keys of a database, or of all, are gone. A guest that has the data says so too. */
    private void keysFlushed() {
        if (!loading.isUnderWay()) {
            tracking.flushed();
            return;
        }
        loop.execute(() -> {
            try {
                tracking.flushed();
            } catch (Throwable e) { // as everything on this loop
                Fatal.stop(e);
            }
        });
    }

    private void sessionClosed(Session session) {
        forgetPushes(session);
        keyspace.unwatchAll(session);
        dispatcher.blocking().forget(session);
        replication.closed(session);
    }

    /** What an embedding program may ask. */
    NodeStatus status() {
        return report.status();
    }

    /** Follows another node, or, with null, nobody. */
    void replicaOf(Target primary) {
        if (replication.replication().isFailingOver()) {
            throw ErrorReply.NOT_WHILE_FAILING_OVER.raise();
        }
        if (group != null) {
            throw ErrorReply.of("ERR The voters decide whom this node follows.").raise();
        }
        if (primary == null) {
            replication.replication().replicaOfNoOne();
        } else {
            replication.replication().replicaOf(primary);
        }
    }

    /** Gives the memory back once nobody works on it: the process goes on without this node. */
    private void release() {
        try {
            if (!keyspace.owner().isHeldHere() || saving.isRunning()) {
                later.execute(this::release);
                return;
            }
            released = true;
            report.close();
            if (outlet != null) {
                outlet.close();
            }
            migrate.close();
            if (stream.hasBacklog()) {
                stream.freeBacklog();
            }
            keyspace.close();
            tracking.close();
            ended.complete();
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }

    private NodeFacts facts() {
        return new NodeFacts() {
            @Override
            public String redisVersion() {
                return Product.REDIS_VERSION;
            }

            @Override
            public String role() {
                return replication.replication().isPrimary() ? "master" : "replica";
            }
        };
    }

    /** What DEBUG takes of the other parts. */
    private final class DebugActions implements DebugCommands.Actions {
        private final DumpCommands dumps;

        private DebugActions(DumpCommands dumps) {
            this.dumps = dumps;
        }

        @Override
        public void reload(CommandContext ctx, boolean save, boolean flush, ReplyWriter out) {
            storedData.reload(ctx, save, flush, out);
        }

        @Override
        public void loadAppendOnly(CommandContext ctx, ReplyWriter out) {
            storedData.loadAppendOnly(ctx, out);
        }

        @Override
        public void delayAppendOnly(long micros) {
            appendOnly.delaySteps(micros);
        }

        @Override
        public void changeReplicationId() {
            replication.replication().changeId();
        }

        @Override
        public void pauseCron(boolean on) {
            cronPaused = on;
        }

        @Override
        public void skipChecksums(boolean on) {
            dumps.skipChecksum(on);
        }

        @Override
        public void log(String line) {
            log.warning(line);
        }
    }

    /** What ending takes of the other parts. */
    private final class ShutdownParts implements Shutdown.Parts {
        @Override
        public Shutdown.Replicas replicas() {
            List<Feed> feeds = replication.replication().feeds();
            long end = stream.endOffset();
            long inSync = feeds.stream().filter(feed -> feed.acked() == end).count();
            return new Shutdown.Replicas(feeds.size(), (int) inSync);
        }

        @Override
        public boolean hasHeir() {
            return group != null && group.seat().hasHeir();
        }

        @Override
        public void handOver() {
            group.seat().handOver();
        }

        @Override
        public boolean isPrimary() {
            return replication.replication().isPrimary();
        }

        @Override
        public void askReplicas() {
            replication.replication().acks().ask();
            listener.wake();
        }

        @Override
        public void pauseWrites(boolean on) {
            if (on) {
                dispatcher.blocking().beginPause(Pause.Purpose.SHUTDOWN, Pause.Scope.WRITE, Long.MAX_VALUE);
            } else {
                dispatcher.blocking().endPause(Pause.Purpose.SHUTDOWN);
            }
        }

        @Override
        public boolean syncAppendOnly(boolean forced) {
            return loading.isUnderWay() || appendOnly.readyToEnd(forced);
        }

        @Override
        public boolean keepsAppendOnly() {
            return appendOnly.durableTo() == stream.endOffset();
        }

        @Override
        public boolean saveNow() {
            if (loading.isUnderWay()) {
                return true; // what is half loaded must not replace what it is loaded from
            }
            saving.abort();
            return saving.saveNow();
        }

        @Override
        public void end(boolean allOnDisk) {
            vertx.cancelTimer(cronTimer);
            pidFile.remove();
            Future<Void> left = group == null ? Future.succeededFuture() : group.close(allOnDisk);
            appendOnly.close();
            replication.ending();
            backlogFile.close();
            if (hosting.releasesMemory()) {
                saving.abort();
                replication.replication().stop();
                primarySocket.close();
                // A turn later the connections that were closed have told so.
                listening.close();
                later.execute(Node.this::release);
                return;
            }
            primarySocket.close();
            listening.close();
            left.onComplete(gone -> ended.complete());
        }
    }
}
