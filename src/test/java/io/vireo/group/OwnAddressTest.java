package io.vireo.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.topology.VoterId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnAddressTest {
    /** Addresses that are nobody's: RFC 5737. */
    private static final String ELSEWHERE = "198.51.100.1:26379";

    private static List<VoterId> voters(String... addresses) {
        return Stream.of(addresses).map(VoterId::new).toList();
    }

    @Test
    void theOnlyVoterWithAPortIsTheOneThatListensThere() {
        assertEquals(new VoterId("elsewhere:2"), OwnAddress.voter(voters("here:1", "elsewhere:2", "here:3"), 2));
    }

    @Test
    void ofSeveralWithAPortItIsTheOneWhoseHostIsHere() {
        assertEquals(
                new VoterId("127.0.0.1:26379"),
                OwnAddress.voter(voters(ELSEWHERE, "127.0.0.1:26379", "198.51.100.2:26379"), 26379));
    }

    @Test
    void aHostIsAlsoKnownByItsOwnName() throws UnknownHostException {
        String self = InetAddress.getLocalHost().getHostName() + ".vireo.invalid:26379";
        assertEquals(new VoterId(self), OwnAddress.voter(voters(ELSEWHERE, self), 26379));
    }

    @Test
    void whoIsNoneOrCannotBeToldIsRefused() {
        String none = assertThrows(IllegalArgumentException.class, () -> OwnAddress.voter(voters("here:1"), 9))
                .getMessage();
        assertTrue(none.contains("none of the voters"), none);
        String both = assertThrows(
                        IllegalArgumentException.class, () -> OwnAddress.voter(voters("127.0.0.1:1", "localhost:1"), 1))
                .getMessage();
        assertTrue(both.contains("cannot be told"), both);
    }

    @Test
    void othersReachANodeByWhatItAnnouncesOrIsBoundTo() {
        List<VoterId> voters = voters("127.0.0.1:1");
        assertEquals("name", OwnAddress.host("name", List.of("10.0.0.1"), voters));
        assertEquals("10.0.0.1", OwnAddress.host("", List.of("-::1", "10.0.0.1"), voters));
        assertEquals("10.0.0.1", OwnAddress.host("", List.of("-10.0.0.1"), voters));
        assertEquals("127.0.0.1", OwnAddress.host("", List.of("*", "-::*"), voters));
    }
}
