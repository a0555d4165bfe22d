package io.vireo.sentinel;

import static io.vireo.sentinel.Views.A;
import static io.vireo.sentinel.Views.B;
import static io.vireo.sentinel.Views.V2;
import static io.vireo.sentinel.Views.V3;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.command.InfoText;
import io.vireo.testkit.TestClient;
import io.vireo.topology.Epoch;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a voter's port serves and what it does not, INFO, and messages to those who subscribe. */
class SentinelPortTest {
    private final PortRig rig = new PortRig();

    @AfterEach
    void end() {
        rig.close();
    }

    @Test
    void itSaysThatItIsASentinel() {
        assertEquals("+PONG\r\n", rig.run("PING"));
        assertEquals("*2\r\n$8\r\nsentinel\r\n*1\r\n$4\r\nmain\r\n", rig.run("ROLE"));
        String hello = rig.run("HELLO");
        assertTrue(hello.startsWith("*12\r\n"), hello);
        assertTrue(hello.contains("$4\r\nmode\r\n$8\r\nsentinel\r\n$7\r\nmodules\r\n*0\r\n"), hello);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET a",
                "SET a b",
                "ECHO a",
                "RESET",
                "SELECT 0",
                "MULTI",
                "CONFIG GET *",
                "MONITOR",
                "SSUBSCRIBE a"
            })
    void itHasNoDataAndNoOtherCommands(String line) {
        String name = line.split(" ")[0];
        assertTrue(rig.run(line).startsWith("-ERR unknown command '" + name + "'"), line);
    }

    @Test
    void nobodyCanHoldUpTheVotersByAPause() {
        assertEquals("-ERR unknown subcommand 'PAUSE'. Try CLIENT HELP.\r\n", rig.run("CLIENT PAUSE 60000 ALL"));
        assertEquals("+OK\r\n", rig.run("CLIENT SETNAME x"));
    }

    @Test
    void commandTellsWhatThereIs() {
        assertEquals(":15\r\n", rig.run("COMMAND COUNT"));
        assertTrue(rig.run("COMMAND DOCS SENTINEL").contains("sentinel|get-master-addr-by-name"));
    }

    @Test
    void theHelloOfAnotherSentinelIsTakenAndNothingElseIsPublished() {
        assertEquals("-ERR Only HELLO messages are accepted by Sentinel instances.\r\n", rig.run("PUBLISH news hello"));
        assertEquals(":1\r\n", rig.run("PUBLISH __sentinel__:hello 127.0.0.1,26379,x,0,main,127.0.0.1,6379,0"));
    }

    @Test
    void shutdownEndsIt() {
        assertEquals("-ERR syntax error\r\n", rig.run("SHUTDOWN PLEASE"));
        assertFalse(rig.ended);
        assertEquals("", rig.run("SHUTDOWN NOSAVE"));
        assertTrue(rig.ended);
    }

    // INFO.

    private String field(String section, String name) {
        return rig.run("INFO " + section)
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .collect(Collectors.joining(" and "));
    }

    @Test
    void infoTellsOfTheMaster() {
        String more = ",address=10.0.0.1:6379,slaves=2,sentinels=3";

        assertEquals("name=main,status=ok" + more, field("sentinel", "master0"));
        assertEquals("1", field("sentinel", "sentinel_masters"));
        rig.views.hears(A, 600);
        assertEquals("name=main,status=sdown" + more, field("sentinel", "master0"));
        rig.views.agrees(V2);
        assertEquals("name=main,status=odown" + more, field("sentinel", "master0"));
        rig.views = Views.empty();
        assertEquals("name=main,status=sdown,address=:0,slaves=0,sentinels=3", field("sentinel", "master0"));
    }

    @Test
    void infoHasASentinelsSectionsAndTheVoters() {
        rig.views.unreachable(V3);

        String all = rig.run("INFO");
        assertEquals(
                "# Server # Clients # Sentinel # Voters",
                all.lines().filter(line -> line.startsWith("#")).collect(Collectors.joining(" ")));
        assertEquals("sentinel", field("server", "redis_mode"));
        assertEquals("26379", field("server", "tcp_port"));
        assertEquals("main", field("voters", "voter_set"));
        assertEquals("10.0.0.1:26379,10.0.0.2:26380,10.0.0.3:26381", field("voters", "voters"));
        assertEquals("2", field("voters", "voters_majority"));
        assertEquals("2", field("voters", "voters_reachable"));
        assertEquals("3", field("voters", "voter_epoch"));
        assertEquals("3", field("voters", "voter_record_epoch"));
        assertEquals("30", field("voters", "voter_record_seq"));
        assertEquals(A.text(), field("voters", "voter_primary"));
        assertEquals("10.0.0.1:6379", field("voters", "voter_primary_address"));
        assertEquals("a,b,c", field("voters", "voter_in_sync").replaceAll("([abc])\\1{39}", "$1"));
        assertEquals("async", field("voters", "voter_consistency"));
        assertEquals("", field("voters", "lease_remaining_ms"));
    }

    @Test
    void aNodeThatLeadsTellsOfItsLease() {
        VoterFacts facts =
                new VoterFacts(Views.VOTERS, 3, new Epoch(3), Optional.empty(), Optional.empty(), OptionalLong.of(720));
        InfoText out = new InfoText();

        new VotersSection(() -> facts).write(out);

        assertTrue(out.toString().endsWith("voter_epoch:3\r\nlease_remaining_ms:720\r\n"), out.toString());
    }

    // Messages.

    private static String message(String channel, String payload) {
        return "*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$" + channel.length() + "\r\n" + channel + "\r\n$" + payload.length()
                + "\r\n" + payload + "\r\n";
    }

    @Test
    void aClientIsToldWhatItSubscribedTo() {
        rig.tick();
        TestClient all = rig.client();
        all.run("PSUBSCRIBE *");
        TestClient one = rig.client();
        one.run("SUBSCRIBE +switch-master");

        rig.views.hears(A, 600);
        rig.tick();
        assertEquals(message("+sdown", "master main 10.0.0.1 6379"), all.take());
        assertEquals("", one.take());

        rig.views.leads(4, B);
        rig.tick();
        assertEquals("", one.take());
        all.take();
        rig.views.agrees(V2);
        rig.tick();
        String payload = "main 10.0.0.1 6379 10.0.0.1 6380";
        assertTrue(all.take().contains(message("+switch-master", payload)));
        assertEquals("*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$32\r\n" + payload + "\r\n", one.take());

        rig.tick();
        assertEquals("", all.take() + one.take());
        rig.forget(all);
        rig.views.hears(B, 900);
        rig.tick();
        assertEquals("", all.take());
    }

    @Test
    void whatIsSetAndResetIsToldToo() {
        TestClient all = rig.client();
        all.run("PSUBSCRIBE *");

        rig.run("SENTINEL SET main down-after-milliseconds 700 parallel-syncs 3");
        assertEquals(
                message("+set", "master main 10.0.0.1 6379 down-after-milliseconds 700")
                        + message("+set", "master main 10.0.0.1 6379 parallel-syncs 3"),
                all.take());
        rig.run("SENTINEL RESET *");
        assertEquals(message("+reset-master", "master main 10.0.0.1 6379"), all.take());
    }

    @Test
    void aClientThatListensInResp2RunsLittleElse() {
        TestClient client = rig.client();
        client.run("SUBSCRIBE +sdown");

        assertTrue(client.run("SENTINEL MASTERS").startsWith("-ERR Can't execute 'sentinel|masters': only"));
        assertEquals("*2\r\n$4\r\npong\r\n$0\r\n\r\n", client.run("PING"));
    }
}
