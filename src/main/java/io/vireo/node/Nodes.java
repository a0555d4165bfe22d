package io.vireo.node;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vireo.base.Fatal;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Option;
import io.vireo.config.Options;
import io.vireo.config.ShutdownFlag;
import io.vireo.config.VoterOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The nodes of this process: started together, and ended by signals, replicas before their primaries.
 *
 * <p>Runs on the main thread and the JVM's signal threads; a node is only told things.
 */
public final class Nodes {
    private static final int SIGABRT = 6;

    /** Added to a signal's number in the exit status, as a shell does. */
    private static final int OF_A_SIGNAL = 128;

    private static final int FAILED = 1;

    /** One for the voter, and one for the node's own machine. */
    private static final int LOOPS_OF_A_GROUP = 2;

    private final Vertx vertx;
    private final ClusteredBus bus;
    private final Supervisor supervisor;
    private final AtomicInteger opening = new AtomicInteger();
    private final List<Resident> nodes = new ArrayList<>();
    private final AtomicInteger starting = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();

    private Nodes(Vertx vertx, List<Config> configs) {
        this.vertx = vertx;
        this.bus = new ClusteredBus(vertx, configs);
        this.supervisor = Supervisor.of(configs.getFirst());
    }

    /**
     * Starts a node for each configuration. Returns at once; the process ends when the last node has.
     *
     * @param configured whether anything was said on the command line, as the log tells
     */
    public static void run(List<Config> configs, boolean configured) {
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(loops(configs))
                .setMaxEventLoopExecuteTime(Long.MAX_VALUE) // a command may take its time: its client's choice
                .setMaxWorkerExecuteTime(Long.MAX_VALUE)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
        Vertx vertx = withMetrics(options, configs);
        Background.leaveSession();
        new Nodes(vertx, configs).start(configs, configured);
    }

    /** Vert.x measures itself where somebody may ask for it. */
    private static Vertx withMetrics(VertxOptions options, List<Config> configs) {
        if (configs.stream().allMatch(config -> config.get(Options.HTTP_PORT) == 0)) {
            return Vertx.vertx(options);
        }
        return Vertx.builder()
                .with(options.setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true)))
                .withMetrics(new MicrometerMetricsFactory(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)))
                .build();
    }

    /** A loop for each node's data, and as many others as nodes have something to do beside it. */
    private static int loops(List<Config> configs) {
        long more = configs.stream()
                .filter(config -> config.get(Options.HTTP_PORT) != 0
                        || !config.get(Options.EVENTBUS_ADDRESS).isEmpty())
                .count();
        long groups = configs.stream()
                .filter(config -> !config.get(VoterOptions.VOTERS).isEmpty())
                .count();
        return Math.max(1, configs.size()) + (int) (more + LOOPS_OF_A_GROUP * groups);
    }

    private void start(List<Config> configs, boolean configured) {
        running.set(configs.size());
        starting.set(configs.size());
        opening.set(configs.size());
        Signals.handle("TERM", name -> signalled("SIGTERM", Options.SHUTDOWN_ON_SIGTERM));
        Signals.handle("INT", name -> signalled("SIGINT", Options.SHUTDOWN_ON_SIGINT));
        Signals.handle("ABRT", name -> aborted());
        for (Config config : configs) {
            String logfile = config.get(Options.LOGFILE);
            ServerLog log = new ServerLog(
                    logfile.isEmpty() ? null : config.path(Options.LOGFILE), config.get(Options.LOGLEVEL));
            Fatal.reportTo(cause -> log.warning(FatalText.of(cause)));
            Syslog.follow(config, log);
            if (nodes.isEmpty()) {
                supervisor.loading(log);
            }
            Banner.starting(log, configured);
            config.remarks().forEach(log::warning);
            if (Background.isDaemon(config) && config.get(Options.PIDFILE).isEmpty()) {
                config.put(Options.PIDFILE, PidFile.OF_A_DAEMON);
            }
            new OomScore(config, log).follow();
            deploy(config, log).onSuccess(id -> nodeStarted(configs)).onFailure(problem -> {
                if (problem instanceof StartRefusal refusal) {
                    System.err.print(refusal.getMessage());
                } else {
                    log.warning(problem.getMessage() == null ? FatalText.of(problem) : problem.getMessage());
                }
                Runtime.getRuntime().halt(FAILED);
            });
        }
    }

    private Future<String> deploy(Config config, ServerLog log) {
        Hosting hosting = Hosting.process(this::nodeOpened, () -> bus.join(log));
        if (LoneVoterVerticle.isWanted(config)) {
            LoneVoterVerticle voter = new LoneVoterVerticle(config, hosting, log, this::nodeEnded);
            nodes.add(voter);
            return vertx.deployVerticle(voter);
        }
        NodeVerticle node = new NodeVerticle(config, hosting, log, this::nodeEnded);
        nodes.add(node);
        return vertx.deployVerticle(node);
    }

    private void signalled(String signal, Option<Set<ShutdownFlag>> option) {
        if (signal.equals("SIGINT") && nodes.stream().anyMatch(Resident::isEndAskedFor)) {
            nodes.forEach(node -> node.log().warning("You insist... exiting now."));
            nodes.forEach(Resident::removeDraft);
            Runtime.getRuntime().halt(FAILED);
        }
        List<Resident> replicas = nodes.stream().filter(Resident::isReplica).toList();
        List<Resident> primaries =
                nodes.stream().filter(node -> !node.isReplica()).toList();
        // Replicas first: their primaries then do not wait for them.
        Future.all(replicas.stream().map(node -> node.end(signal, option)).toList())
                .onComplete(ended -> primaries.forEach(node -> node.end(signal, option)));
    }

    /** SIGABRT comes from whoever finds that the process hangs: says where it does, and ends it. */
    private void aborted() {
        nodes.stream().filter(Resident::tellsCrashes).forEach(node -> node.log().warning(FatalText.ofSignal(SIGABRT)));
        Runtime.getRuntime().halt(OF_A_SIGNAL + SIGABRT);
    }

    private void nodeStarted(List<Config> configs) {
        if (starting.decrementAndGet() > 0) {
            return;
        }
        supervisor.ready(nodes.getFirst().isReplica(), nodes.getFirst().log());
        if (configs.size() > 1) {
            System.out.print(Banner.tryNext(configs));
            System.out.flush();
        }
    }

    private void nodeOpened() {
        if (opening.decrementAndGet() == 0) {
            Background.ready();
        }
    }

    private void nodeEnded() {
        if (running.decrementAndGet() == 0) {
            supervisor.stopping(nodes.getFirst().log());
            bus.leave().onComplete(left -> Runtime.getRuntime().halt(0));
        }
    }
}
