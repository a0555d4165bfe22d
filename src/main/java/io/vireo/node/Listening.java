package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Options;
import io.vireo.net.BindAddress;
import io.vireo.net.RespListener;
import io.vireo.net.ServerSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a node listens for clients: the addresses of {@code bind} on {@code port}, and a unix socket.
 *
 * <p>CONFIG SET moves them. Clients that are connected stay, wherever they came in.
 */
@RunsOn(Loop.KEYSPACE)
final class Listening {
    private static final Path BACKLOG_LIMIT = Path.of("/proc/sys/net/core/somaxconn");

    private final Config config;
    private final RespListener listener;
    private final boolean anyPort;
    private final boolean separatesIpv6;
    private final ServerLog log;

    private List<ServerSocket> sockets = List.of();
    private ServerSocket unixSocket;
    /** What is open, which CONFIG SET compares with what is wanted. */
    private int openPort;

    private List<String> openAddresses = List.of();

    /**
     * @param anyPort whether {@code port 0} means any that is free; Redis means none by it
     * @param separatesIpv6 whether {@code ::} can be opened beside {@code 0.0.0.0}
     */
    Listening(Config config, RespListener listener, boolean anyPort, boolean separatesIpv6, ServerLog log) {
        this.config = config;
        this.listener = listener;
        this.anyPort = anyPort;
        this.separatesIpv6 = separatesIpv6;
        this.log = log;
    }

    /**
     * Opens all there is to open.
     *
     * @throws IOException with what the log should say last
     */
    void open() throws IOException {
        int port = config.get(Options.PORT);
        checkBacklog();
        if (port != 0 || anyPort) {
            try {
                sockets = open(config.get(Options.BIND), port);
            } catch (IOException e) {
                throw new IOException("Failed listening on port " + port + " (TCP), aborting.", e);
            }
        }
        String path = config.get(Options.UNIX_SOCKET);
        if (!path.isEmpty()) {
            unixSocket = openUnixSocket(Path.of(path));
        }
        if (sockets.isEmpty() && unixSocket == null) {
            throw new IOException("Configured to not listen anywhere, exiting.");
        }
        if (port == 0 && !sockets.isEmpty()) {
            config.put(Options.PORT, sockets.getFirst().port());
        }
        openPort = config.get(Options.PORT);
        openAddresses = config.get(Options.BIND);
        config.onApply(this::movePort, Options.PORT);
        config.onApply(this::moveAddresses, Options.BIND);
    }

    /** Closes all, and ends the clients. */
    void close() {
        sockets.forEach(ServerSocket::close);
        sockets = List.of();
        if (unixSocket != null) {
            unixSocket.close();
            unixSocket = null;
        }
        listener.closeClients();
    }

    private void checkBacklog() {
        try {
            int most = Integer.parseInt(
                    Files.readAllLines(BACKLOG_LIMIT).getFirst().strip());
            int wanted = config.get(Options.TCP_BACKLOG);
            if (most < wanted) {
                log.warning("WARNING: The TCP backlog setting of " + wanted + " cannot be enforced because "
                        + BACKLOG_LIMIT + " is set to the lower value of " + most + ".");
            }
        } catch (IOException | NumberFormatException e) {
            // No Linux: nobody knows.
        }
    }

    /** Opens a port on each of these addresses, or on none; the first gets a free one for port 0, and the others the same. */
    private List<ServerSocket> open(List<String> words, int wantedPort) throws IOException {
        List<ServerSocket> opened = new ArrayList<>();
        int port = wantedPort;
        for (BindAddress address : BindAddress.of(words)) {
            try {
                opened.add(listener.listen(address.host(), port, config.get(Options.TCP_BACKLOG)));
                port = opened.getLast().port();
            } catch (IOException e) {
                log.warning("Warning: Could not create server TCP listening socket " + address.name() + ":" + port
                        + ": " + e.getMessage());
                if (!mayBeMissing(address, e)) {
                    opened.forEach(ServerSocket::close);
                    throw e;
                }
            }
        }
        return opened;
    }

    /** An address that the machine does not have, where the configuration says so, or a kind that it does not have. */
    private boolean mayBeMissing(BindAddress address, IOException problem) {
        String reason = problem.getMessage();
        return reason.endsWith("not supported by protocol")
                || address.isOptional()
                        && (reason.endsWith("Cannot assign requested address")
                                || !separatesIpv6 && address.host().equals("::"));
    }

    private ServerSocket openUnixSocket(Path path) throws IOException {
        ServerSocket opened = null;
        try {
            Files.deleteIfExists(path); // left by a server that was killed; bind would fail
            opened = listener.listen(path.toString());
            UnixSocketMode.set(path, config.get(Options.UNIX_SOCKET_PERM));
            return opened;
        } catch (IOException e) {
            if (opened != null) {
                opened.close();
            }
            throw new IOException("Failed opening Unix socket: " + e.getMessage(), e);
        }
    }

    /** CONFIG SET port: the new port is opened before the old one is closed. */
    private void movePort() throws ConfigRefusal {
        if (isOpenAsWanted()) {
            return; // the other option's turn has moved both, or this is the way back from a refusal
        }
        List<ServerSocket> old = sockets;
        try {
            openAsWanted();
        } catch (IOException e) {
            refused("port");
            throw new ConfigRefusal("Unable to listen on this port. Check server logs.");
        }
        old.forEach(ServerSocket::close);
    }

    /** CONFIG SET bind: the old addresses are closed first, since some of them may be among the new ones. */
    private void moveAddresses() throws ConfigRefusal {
        if (isOpenAsWanted()) {
            return;
        }
        sockets.forEach(ServerSocket::close);
        try {
            openAsWanted();
        } catch (IOException e) {
            log.warning("Failed to bind");
            refused("bind");
            reopen();
            throw new ConfigRefusal("Failed to bind to specified addresses.");
        }
    }

    private boolean isOpenAsWanted() {
        return config.get(Options.PORT) == openPort && config.get(Options.BIND).equals(openAddresses);
    }

    private void openAsWanted() throws IOException {
        int port = config.get(Options.PORT);
        sockets = port == 0 ? List.of() : open(config.get(Options.BIND), port);
        openPort = port;
        openAddresses = config.get(Options.BIND);
    }

    private void refused(String option) {
        log.warning("Failed applying new configuration. Possibly related to new " + option
                + " setting. Restoring previous settings.");
    }

    private void reopen() {
        try {
            sockets = openPort == 0 ? List.of() : open(openAddresses, openPort);
        } catch (IOException e) {
            sockets = List.of();
            log.warning("Failed to restore the previous addresses: " + e.getMessage());
        }
    }
}
