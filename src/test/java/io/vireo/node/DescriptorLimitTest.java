package io.vireo.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Options;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorLimitTest {
    @Test
    void maxclientsIsLoweredToWhatFits() throws Exception {
        Config config = Config.of("maxclients 10000");
        new DescriptorLimit(config, ServerLog.silent(), 1128).begin();
        assertEquals(1000, config.get(Options.MAXCLIENTS));
    }

    @Test
    void configSetIsRefusedBeyondItAndTakenUpToIt() throws Exception {
        Config config = Config.of("maxclients 10");
        new DescriptorLimit(config, ServerLog.silent(), 1128).begin();
        config.set(List.of("maxclients", "1000"), true, false);
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'maxclients') - The operating system is not able"
                        + " to handle the specified number of clients, try with 1000",
                assertThrows(
                                ConfigRefusal.class,
                                () -> config.set(List.of("timeout", "7", "maxclients", "1001"), true, false))
                        .reason());
        assertEquals(1000, config.get(Options.MAXCLIENTS));
        assertEquals(0, config.get(Options.TIMEOUT));
    }

    @Test
    void withoutRoomForOneClientThereIsNoStart() {
        Config config = Config.of("maxclients 10");
        DescriptorLimit limit = new DescriptorLimit(config, ServerLog.silent(), DescriptorLimit.RESERVED);
        assertEquals(
                "Your current 'ulimit -n' of 128 is not enough for the server to start. Please increase your open file"
                        + " limit to at least 138. Exiting.",
                assertThrows(IOException.class, limit::begin).getMessage());
    }
}
