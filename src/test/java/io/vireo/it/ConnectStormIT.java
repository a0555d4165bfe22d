package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients that come at once are all let in before the first of them is served, so that none waits for the others. */
@NeedsRedis
@Tag("alone")
class ConnectStormIT {
    private static final int CLIENTS = 50;

    @RegisterExtension
    private final Servers servers = new Servers();

    @ParameterizedTest
    @EnumSource(Program.class)
    void allThatWaitAreAcceptedInOneTurn(Program program) {
        ServerProcess server = servers.start(program);
        List<RespClient> clients = new ArrayList<>();
        try {
            server.freeze(); // meanwhile they wait to be accepted
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new RespClient(server.port()));
                clients.getLast().send("INFO clients\r\n");
            }
            server.thaw();
            String first = clients.getFirst().read().text();
            assertTrue(first.contains("connected_clients:" + CLIENTS + "\r\n"), first);
        } finally {
            clients.forEach(RespClient::close);
        }
    }
}
