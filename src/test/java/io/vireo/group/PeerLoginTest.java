package io.vireo.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vireo.base.Bytes;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Options;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerLoginTest {
    private static String address(Config config) {
        return new PeerLogin(config).now().options("host:1").getEndpoint();
    }

    @Test
    void withoutAPasswordNobodyLogsIn() {
        assertEquals("redis://host:1", address(Config.defaults()));
    }

    @Test
    void theGroupsPasswordIsMasterauthOrElseRequirepass() {
        assertEquals("redis://:own@host:1", address(Config.of("requirepass own")));
        assertEquals("redis://:theirs@host:1", address(Config.of("requirepass own", "masterauth theirs")));
        assertEquals("redis://me:theirs@host:1", address(Config.of("masteruser me", "masterauth theirs")));
    }

    @Test
    void whatMeansSomethingInAnAddressIsEscaped() {
        assertEquals("redis://:p%40ss%3A%20%2F%2B@host:1", address(Config.of("requirepass \"p@ss: /+\"")));
    }

    @Test
    void anAddressOfIpVersion6HasBrackets() {
        assertEquals(
                "redis://[::1]:26379",
                new PeerLogin(Config.defaults()).now().options("::1:26379").getEndpoint());
    }

    @Test
    void whoConnectsAfterAChangeUsesTheNewPassword() throws ConfigRefusal {
        Config config = Config.of("requirepass old");
        PeerLogin login = new PeerLogin(config);
        PeerLogin.Secret before = login.now();
        config.set(List.of(Options.REQUIREPASS.name(), "new"), false, false);
        assertNotEquals(before, login.now());
        assertEquals("redis://:new@host:1", login.now().options("host:1").getEndpoint());
    }

    @Test
    void noTextShowsThePassword() {
        Config config = Config.of("masteruser me", "masterauth secret");
        assertFalse(new PeerLogin(config).now().toString().contains("secret"));
        assertEquals(Bytes.copyOf("secret"), config.get(Options.MASTERAUTH));
    }
}
