package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.testkit.NeedsRedis;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which address a replica comes from, on Vireo and on redis-server. */
@NeedsRedis
class SourceAddressIT {
    @RegisterExtension
    final Servers servers = new Servers();

    static Stream<Program> programs() {
        return Pair.programs();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aReplicaComesFromTheAddressThatIsSetIfItCan(Program program) {
        ServerProcess primary = servers.start(Program.REDIS, "--protected-mode", "no");
        ServerProcess replica = servers.startReplica(program, primary, "--bind-source-addr", "127.0.0.2");
        assertThat(primary.info("replication", "slave0")).startsWith("ip=127.0.0.2,");

        for (String[] change : new String[][] {{"127.0.0.3", "127.0.0.3"}, {"192.0.2.1", "127.0.0.1"}}) {
            replica.ask("CONFIG", "SET", "bind-source-addr", change[0]);
            replica.ask("REPLICAOF", "NO", "ONE");
            replica.ask("REPLICAOF", "127.0.0.1", "" + primary.port());
            Await.until(
                    () -> primary.info("replication", "slave0") != null
                            && primary.info("replication", "slave0").startsWith("ip=" + change[1] + ","),
                    "a replica from " + change[1]);
        }
    }
}
