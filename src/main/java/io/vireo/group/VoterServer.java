package io.vireo.group;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.AuthGate;
import io.vireo.command.CommandFamily;
import io.vireo.command.Dispatcher;
import io.vireo.command.Gates;
import io.vireo.command.Login;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.config.VoterOptions;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.net.BindAddress;
import io.vireo.net.ClientLimits;
import io.vireo.net.RespListener;
import io.vireo.net.ServerSocket;
import io.vireo.sentinel.SentinelPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The server on a voter's port: the same listener and dispatcher as a node's, with an empty keyspace, the command that nodes
 * and voters ask by, and those of a Sentinel. Its loop owns all of it.
 */
@RunsOn(Loop.KEYSPACE)
final class VoterServer {
    private static final int MAX_CLIENTS = 10_000;

    private final Login login;
    private final VoterPort port;
    private final Gates gates = new Gates();
    private final AuthGate auth = new AuthGate();
    private final Keyspace keyspace = new Keyspace(1);
    private final Sessions sessions;
    private final Dispatcher dispatcher;
    private final SentinelPort sentinel;
    private final RespListener listener;
    private final List<ServerSocket> sockets = new ArrayList<>();

    /**
     * @param login which clients need as on the node's port
     * @param voter what a Sentinel's commands tell about
     */
    VoterServer(
            Vertx vertx,
            ContextInternal context,
            Login login,
            VoterPort port,
            SentinelPort.Parts voter,
            ServerLog log) {
        this.login = login;
        this.port = port;
        keyspace.owner().claim();
        this.sessions = new Sessions(login);
        this.sentinel = new SentinelPort(voter, sessions, login);
        gates.add(auth);
        sentinel.addGate(gates);
        gates.arm(auth, login.isPasswordRequired());
        List<CommandFamily> families = new ArrayList<>(sentinel.families());
        families.add(port.rows());
        ReplicationLog noStream = new ReplicationLog(ReplicationHistory.fresh(ReplicationId.NONE), 0);
        this.dispatcher = new Dispatcher(families, gates, keyspace, noStream, this::refreshClock);
        sentinel.table(dispatcher.table());
        Config defaults = Config.defaults(); // limits of a voter's few clients are no option
        this.listener = new RespListener(
                vertx,
                context,
                log,
                dispatcher,
                sessions,
                this::closed,
                dispatcher::serveReady,
                () -> MAX_CLIENTS,
                () -> false,
                new ClientLimits(defaults));
    }

    VoterPort port() {
        return port;
    }

    /** Listens on the addresses of {@code bind}. */
    void open(Config config) throws IOException {
        int number = config.get(VoterOptions.VOTER_PORT);
        IOException last = null;
        for (BindAddress address : BindAddress.of(config.get(Options.BIND))) {
            try {
                sockets.add(listener.listen(address.host(), number, config.get(Options.TCP_BACKLOG)));
            } catch (IOException e) {
                if (!address.isOptional()) {
                    last = e;
                }
            }
        }
        if (sockets.isEmpty() && last != null) {
            throw last;
        }
    }

    /** Asks for a password if one is set by now, and tells those who subscribed what has changed. */
    void tick() {
        gates.arm(auth, login.isPasswordRequired());
        sentinel.tick();
        listener.wake();
    }

    /** Makes sure that what was put into outputs leaves. */
    void wake() {
        listener.wake();
    }

    private void refreshClock() {
        keyspace.newTurn(System.currentTimeMillis());
    }

    private void closed(Session session) {
        sentinel.forget(session);
        dispatcher.blocking().forget(session);
    }

    void close() {
        sockets.forEach(ServerSocket::close);
        listener.closeClients();
        keyspace.close();
    }
}
