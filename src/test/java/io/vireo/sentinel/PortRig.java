package io.vireo.sentinel;

import io.vireo.base.Bytes;
import io.vireo.command.Credentials;
import io.vireo.command.Gates;
import io.vireo.command.SessionLimits;
import io.vireo.command.Sessions;
import io.vireo.resp.ErrorReply;
import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import io.vireo.voter.Timing;
import java.util.Optional;

/** A voter's port with no sockets, and with views made by hand. */
final class PortRig implements AutoCloseable {
    private static final long STARTED_AT_MS = 1_700_000_000_000L;

    Views views = Views.healthy();
    int handovers;
    Optional<ErrorReply> refusal = Optional.empty();
    boolean ended;

    private final SentinelPort port;
    private final TestServer server;

    PortRig() {
        Gates gates = new Gates();
        SentinelPort.Parts parts = new SentinelPort.Parts(
                () -> views.view(), Timing.DEFAULT, this::handover, () -> ended = true, 26_379, STARTED_AT_MS);
        port = new SentinelPort(parts, new Sessions(new NoLimits()), new NoPassword());
        port.addGate(gates);
        server = TestServer.only(port.families(), gates);
        port.table(server.dispatcher().table());
    }

    private Optional<ErrorReply> handover() {
        handovers++;
        return refusal;
    }

    String run(String line) {
        return server.run(line);
    }

    TestClient client() {
        return server.client();
    }

    /** Time passes, and what has changed is published. */
    void tick() {
        views.after(20);
        port.tick();
    }

    void forget(TestClient client) {
        port.forget(client.session());
    }

    @Override
    public void close() {
        server.close();
    }

    private static final class NoPassword implements Credentials {
        @Override
        public boolean isPasswordRequired() {
            return false;
        }

        @Override
        public boolean matches(Bytes user, Bytes password) {
            return true;
        }
    }

    private static final class NoLimits implements SessionLimits {
        @Override
        public boolean isPasswordRequired() {
            return false;
        }

        @Override
        public long maxBulkLength() {
            return 1 << 20;
        }
    }
}
