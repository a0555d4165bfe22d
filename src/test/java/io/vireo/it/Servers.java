package io.vireo.it;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/** The servers and wires of one test: ended with it, their logs shown where it failed. */
final class Servers implements AfterEachCallback {
    private final List<ServerProcess> started = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();

    /** Starts a server and waits until it is ready; see {@link ServerProcess#start}. */
    ServerProcess start(Program program, String... directives) {
        ServerProcess server = prepare(program);
        server.restart(directives);
        return server;
    }

    /** Starts a replica and waits until it holds what its primary holds. */
    ServerProcess startReplica(Program program, ServerProcess primary, String... directives) {
        return startReplica(program, primary, primary.port(), directives);
    }

    /** Starts a replica that reaches its primary through a wire, and waits until it holds what its primary holds. */
    ServerProcess startReplica(Program program, ServerProcess primary, Wire wire, String... directives) {
        return startReplica(program, primary, wire.port(), directives);
    }

    private ServerProcess startReplica(Program program, ServerProcess primary, int port, String... directives) {
        List<String> words = new ArrayList<>(List.of("--replicaof", "127.0.0.1 " + port));
        words.addAll(List.of(directives));
        ServerProcess replica = start(program, words.toArray(String[]::new));
        InStep.await(primary, replica);
        return replica;
    }

    /** A server that is not started yet. */
    ServerProcess prepare(Program program) {
        ServerProcess server = ServerProcess.prepare(program);
        started.add(server);
        return server;
    }

    /** A wire to a server, cut with the test. */
    Wire wireTo(ServerProcess server, long seed) {
        Wire wire = new Wire(server.port(), seed);
        wires.add(wire);
        return wire;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean shown = context.getExecutionException()
                .map(e -> e instanceof TestAbortedException
                        || String.valueOf(e.getMessage()).contains(ServerProcess.LOG_FOLLOWS))
                .orElse(true);
        if (!shown) {
            System.err.println("Failed: " + context.getDisplayName());
            started.forEach(server -> System.err.println(ServerProcess.LOG_FOLLOWS + server + "\n" + server.logTail()));
        }
        wires.forEach(Wire::close);
        started.forEach(ServerProcess::close);
    }
}
