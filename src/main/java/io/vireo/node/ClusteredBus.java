package io.vireo.node;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Options;
import io.vireo.net.BindAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event bus of a server process: where a {@code hazelcast-port} is configured, that of a second, clustered Vert.x,
 * which is made when the first node asks for it, for all nodes of the process. The data path's Vert.x is never clustered.
 *
 * <p>Hazelcast only tells who is there and who listens; events go from one to the other over connections of Vert.x. It has
 * neither TLS nor authentication: whoever reaches the port is a member.
 */
@RunsOn(Loop.ANY)
public final class ClusteredBus {
    /** The name of the cluster: a program that is to be a member says the same. */
    public static final String CLUSTER_NAME = "vireo";

    private static final String LOOPBACK = "127.0.0.1";
    private static final long LEAVE_MS = 2_000;

    private final Vertx own;
    private final io.vireo.config.Config config;
    private Future<Vertx> joining;

    /** @param own the data path's Vert.x, whose bus it is where no port is configured */
    ClusteredBus(Vertx own, List<io.vireo.config.Config> configs) {
        this.own = own;
        this.config = configs.stream()
                .filter(each -> each.get(Options.HAZELCAST_PORT) != 0)
                .findFirst()
                .orElse(null);
    }

    /** The bus. Joining takes seconds, on threads of its own; what goes wrong is told to the log. */
    synchronized Future<EventBus> join(ServerLog log) {
        if (config == null) {
            return Future.succeededFuture(own.eventBus());
        }
        if (joining == null) {
            int port = config.get(Options.HAZELCAST_PORT);
            String host = host(config.get(Options.BIND));
            List<String> members = config.get(Options.HAZELCAST_MEMBERS).stream()
                    .flatMap(word -> List.of(word.split(",", -1)).stream())
                    .filter(word -> !word.isEmpty())
                    .toList();
            log.notice("Event bus: joining by Hazelcast on " + host + ":" + port + ", members asked: " + members);
            joining = clustered(host, port, members)
                    .onSuccess(joined -> log.notice("Event bus: joined"))
                    .onFailure(problem -> log.warning("Event bus: cannot join, nothing is published: " + problem));
        }
        return joining.map(Vertx::eventBus);
    }

    /** Leaves, so that the others need not find out; completes in a little time, whatever becomes of it. */
    synchronized Future<Void> leave() {
        return joining == null
                ? Future.succeededFuture()
                : joining.compose(Vertx::close).timeout(LEAVE_MS, TimeUnit.MILLISECONDS);
    }

    private static String host(List<String> bind) {
        return BindAddress.of(bind).stream()
                .filter(address -> !address.isOptional())
                .map(BindAddress::host)
                .filter(host -> !host.equals("0.0.0.0") && !host.equals("::"))
                .findFirst()
                .orElse(LOOPBACK);
    }

    /**
     * A clustered Vert.x as a Vireo process has it; for a program that wants to hear one.
     *
     * @param host the address that Hazelcast and the event bus listen on, which the other members must reach
     * @param port the port of Hazelcast; the event bus takes any
     * @param members those that are asked at the start, {@code host:port} each; none to be the first
     */
    public static Future<Vertx> clustered(String host, int port, List<String> members) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setEventBusOptions(new EventBusOptions().setHost(host))
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
        return Vertx.builder()
                .with(options)
                .withClusterManager(new HazelcastClusterManager(hazelcast(host, port, members)))
                .buildClustered();
    }

    /** Nothing is looked for by itself, nothing is told to anybody outside, and only what Vert.x sends is read. */
    private static Config hazelcast(String host, int port, List<String> members) {
        Config config = new Config()
                .setClusterName(CLUSTER_NAME)
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.logging.type", "none")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.partition.count", "31");
        config.getJetConfig().setEnabled(false);
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.getWhitelist().addPrefixes("io.vertx.", "java.", "com.hazelcast.");
        config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(port).setPortAutoIncrement(false).setReuseAddress(true);
        network.getInterfaces().setEnabled(true).addInterface(host);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setMembers(members).addMember(host + ":" + port);
        return config;
    }
}
