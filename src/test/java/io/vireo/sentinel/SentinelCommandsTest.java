package io.vireo.sentinel;

import static io.vireo.sentinel.Views.A;
import static io.vireo.sentinel.Views.B;
import static io.vireo.sentinel.Views.C;
import static io.vireo.sentinel.Views.V1;
import static io.vireo.sentinel.Views.V2;
import static io.vireo.sentinel.Views.V3;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.command.CommandTable;
import io.vireo.command.CommandTexts;
import io.vireo.resp.ErrorReply;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SENTINEL and its subcommands: of a healthy group, of one whose primary is down, and of one of which nothing is known.
 */
class SentinelCommandsTest {
    private static final String NO_SUCH_MASTER = "-ERR No such master with that name\r\n";

    private final PortRig rig = new PortRig();

    @AfterEach
    void end() {
        rig.close();
    }

    /** The maps of a reply, in their order. */
    private List<Map<String, String>> entries(String line) {
        String reply = rig.run(line);
        assertFalse(reply.startsWith("-"), reply);
        List<Map<String, String>> entries = new ArrayList<>();
        List<String> words = reply.lines()
                .filter(word -> !word.startsWith("$") && !word.startsWith("*"))
                .toList();
        for (int i = 0; i < words.size(); i += 2) {
            if (words.get(i).equals("name")) {
                entries.add(new LinkedHashMap<>());
            }
            entries.getLast().put(words.get(i), words.get(i + 1));
        }
        return entries;
    }

    private Map<String, String> entry(String line) {
        List<Map<String, String>> entries = entries(line);
        assertEquals(1, entries.size(), line);
        return entries.getFirst();
    }

    private static String lines(Map<String, String> entry) {
        return entry.entrySet().stream()
                .map(field -> field.getKey() + " " + field.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String bulks(String... words) {
        StringBuilder reply =
                new StringBuilder().append('*').append(words.length).append("\r\n");
        for (String word : words) {
            reply.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return reply.toString();
    }

    // Who is who.

    @Test
    void thePrimaryOfAHealthyGroup() {
        rig.tick();
        rig.views.after(1_500);

        String expected = """
            name main
            ip 10.0.0.1
            port 6379
            runid aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            flags master
            link-pending-commands 0
            link-refcount 1
            last-ping-sent 0
            last-ok-ping-reply 40
            last-ping-reply 40
            down-after-milliseconds 500
            info-refresh 40
            role-reported master
            role-reported-time 1500
            config-epoch 3
            num-slaves 2
            num-other-sentinels 2
            quorum 2
            failover-timeout 180000
            parallel-syncs 1
            """;
        assertEquals(expected, lines(entry("SENTINEL MASTER main")));
        assertEquals(expected, lines(entry("SENTINEL MASTERS")));
        assertEquals(bulks("10.0.0.1", "6379"), rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));
    }

    @Test
    void thePrimaryThatIsDown() {
        rig.views.hears(A, 540);
        assertEquals("s_down,master,disconnected", entry("SENTINEL MASTER main").get("flags"));

        rig.views.hears(A, 700).agrees(V2).agrees(V3);
        rig.tick();
        rig.views.after(80).hears(A, 800);
        Map<String, String> primary = entry("SENTINEL MASTER main");
        assertEquals("s_down,o_down,master,disconnected", primary.get("flags"));
        assertEquals("800", primary.get("last-ping-sent"));
        assertEquals("300", primary.get("s-down-time"));
        assertEquals("80", primary.get("o-down-time"));
        assertEquals(
                List.of("last-ping-reply", "s-down-time", "o-down-time", "down-after-milliseconds"),
                List.copyOf(primary.keySet()).subList(9, 13));

        rig.views.promises(4);
        assertEquals(
                "s_down,o_down,master,disconnected,failover_in_progress",
                entry("SENTINEL MASTER main").get("flags"));
        assertEquals(bulks("10.0.0.1", "6379"), rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));

        rig.views.leads(4, B).agrees(V2);
        assertEquals("master", entry("SENTINEL MASTER main").get("flags"));
        assertEquals(bulks("10.0.0.1", "6380"), rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));
    }

    /** Somebody was elected, and may be gone before a second voter has heard of it. */
    @Test
    void aRecordThatNoMajorityIsKnownToHaveNamesNoPrimary() {
        rig.tick();

        rig.views.leads(4, B);
        rig.tick();
        assertEquals(bulks("10.0.0.1", "6379"), rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));
        assertEquals(
                "master,failover_in_progress", entry("SENTINEL MASTER main").get("flags"));
        rig.views.agrees(V3);
        assertEquals(bulks("10.0.0.1", "6380"), rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));
        rig.views.unreachable(V2).unreachable(V3);
        assertEquals(bulks("10.0.0.1", "6380"), rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));
    }

    @Test
    void aVoterThatHasJustStartedGoesByItsOwnRecord() {
        rig.views.unreachable(V2).unreachable(V3);

        assertEquals(bulks("10.0.0.1", "6379"), rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));
    }

    @Test
    void aGroupOfWhichNothingIsKnownYet() {
        rig.views = Views.empty();

        assertEquals("*-1\r\n", rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));
        Map<String, String> primary = entry("SENTINEL MASTER main");
        assertEquals("", primary.get("ip"));
        assertEquals("0", primary.get("port"));
        assertEquals("", primary.get("runid"));
        assertEquals("s_down,master,disconnected", primary.get("flags"));
        assertEquals("*0\r\n", rig.run("SENTINEL REPLICAS main"));
        assertEquals(2, entries("SENTINEL SENTINELS main").size());
    }

    /** After its own restart, a voter knows who leads from its disk, and where only once that node has reported. */
    @Test
    void aPrimaryThatHasNotBeenHeardOfIsNowhere() {
        rig.views.neverHeardOf(A);

        assertEquals("*-1\r\n", rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME main"));
        assertEquals(A.text(), entry("SENTINEL MASTER main").get("runid"));
        assertEquals("?", entries("SENTINEL REPLICAS main").getFirst().get("master-host"));
    }

    @Test
    void theReplicas() {
        rig.views.hears(C, 5, false);

        List<Map<String, String>> replicas = entries("SENTINEL REPLICAS main");
        assertEquals("""
            name 10.0.0.1:6380
            ip 10.0.0.1
            port 6380
            runid bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
            flags slave
            link-pending-commands 0
            link-refcount 1
            last-ping-sent 0
            last-ok-ping-reply 40
            last-ping-reply 40
            down-after-milliseconds 500
            info-refresh 40
            role-reported slave
            role-reported-time 0
            master-link-down-time 0
            master-link-status ok
            master-host 10.0.0.1
            master-port 6379
            slave-priority 100
            slave-repl-offset 4711
            replica-announced 1
            """, lines(replicas.get(0)).replaceFirst("role-reported-time \\d+", "role-reported-time 0"));
        assertEquals("err", replicas.get(1).get("master-link-status"));
        assertEquals("5", replicas.get(1).get("slave-priority"));
        assertEquals(2, replicas.size());
        assertEquals(rig.run("SENTINEL REPLICAS main"), rig.run("SENTINEL SLAVES main"));

        rig.views.hears(B, 900);
        Map<String, String> gone = entries("SENTINEL REPLICAS main").getFirst();
        assertEquals("s_down,slave,disconnected", gone.get("flags"));
        assertEquals("400", gone.get("s-down-time"));
        assertEquals("err", gone.get("master-link-status"));
    }

    @Test
    void aNodeThatCameBackWithoutItsDirectoryIsShownOnce() {
        NodeId other = new NodeId("d".repeat(40));
        rig.views.hears(B, 90_000).hears(other, Views.address(B), 10);

        List<Map<String, String>> replicas = entries("SENTINEL REPLICAS main");
        assertEquals(2, replicas.size());
        assertEquals(other.text(), replicas.getFirst().get("runid"));

        rig.views.neverHeardOf(B).hears(A, 90_000).hears(other, Views.address(A), 10);
        assertEquals(
                1,
                entries("SENTINEL REPLICAS main").size(),
                "only C: where the lost primary was, there is no replica yet");
    }

    @Test
    void theOtherVoters() {
        rig.views.unreachable(V3).hears(A, 900).agrees(V2).hears(A, 40);

        List<Map<String, String>> voters = entries("SENTINEL SENTINELS main");
        String id = GroupView.runId(Views.VOTERS, V2);
        assertEquals("""
            name ID
            ip 10.0.0.2
            port 26380
            runid ID
            flags sentinel,master_down
            link-pending-commands 0
            link-refcount 1
            last-ping-sent 0
            last-ok-ping-reply 30
            last-ping-reply 30
            down-after-milliseconds 500
            last-hello-message 30
            voted-leader ?
            voted-leader-epoch 3
            """.replace("ID", id), lines(voters.get(0)));
        assertEquals("s_down,sentinel,disconnected", voters.get(1).get("flags"));
        assertEquals("500", voters.get(1).get("s-down-time"));
    }

    @Test
    void aVoterHasAnIdOfItsOwnThatLasts() {
        String id = GroupView.runId(Views.VOTERS, V1);

        assertEquals("$40\r\n" + id + "\r\n", rig.run("SENTINEL MYID"));
        assertTrue(id.matches("[0-9a-f]{40}"), id);
        assertFalse(id.equals(GroupView.runId(Views.VOTERS, V2)));
    }

    @Test
    void inResp3EntriesAreMaps() {
        rig.run("HELLO 3");

        assertTrue(rig.run("SENTINEL MASTER main").startsWith("%20\r\n$4\r\nname\r\n$4\r\nmain\r\n"));
        assertTrue(rig.run("SENTINEL MASTERS").startsWith("*1\r\n%20\r\n$4\r\nname\r\n"));
        assertEquals("_\r\n", rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME other"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"MASTER", "REPLICAS", "SLAVES", "SENTINELS", "CKQUORUM", "FAILOVER", "REMOVE", "SET x quorum 2 #"
            })
    void anotherNameIsNoMaster(String command) {
        String line = command.endsWith("#") ? "SET x quorum 2" : command + " Main";
        assertEquals(NO_SUCH_MASTER, rig.run("SENTINEL " + line));
    }

    @Test
    void anotherNameHasNoAddress() {
        assertEquals("*-1\r\n", rig.run("SENTINEL GET-MASTER-ADDR-BY-NAME other"));
        assertEquals("*0\r\n", rig.run("SENTINEL INFO-CACHE other"));
    }

    @Test
    void whetherThePrimaryIsDownIsToldByItsAddress() {
        String down = "*3\r\n:1\r\n$1\r\n*\r\n:0\r\n";
        String up = "*3\r\n:0\r\n$1\r\n*\r\n:0\r\n";

        assertEquals(up, rig.run("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6379 0 *"));
        rig.views.hears(A, 540);
        assertEquals(down, rig.run("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6379 0 *"));
        assertEquals(
                down, rig.run("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6379 9 " + B.text()), "it does not vote so");
        assertEquals(up, rig.run("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 6380 0 *"));
        assertEquals(up, rig.run("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.2 6379 0 *"));
        assertEquals(
                "-ERR value is not an integer or out of range\r\n",
                rig.run("SENTINEL IS-MASTER-DOWN-BY-ADDR 10.0.0.1 x 0 *"));
    }

    @Test
    void ofEachNodeIsToldWhenItReported() {
        rig.views.hears(B, 70);

        assertEquals(
                "*2\r\n$4\r\nmain\r\n*3\r\n*2\r\n:40\r\n$-1\r\n*2\r\n:70\r\n$-1\r\n*2\r\n:40\r\n$-1\r\n",
                rig.run("SENTINEL INFO-CACHE main"));
    }

    // Votes and failovers.

    @Test
    void aMajorityOfTheVotersIsEnough() {
        String ok = " usable Sentinels. Quorum and failover authorization can be reached\r\n";

        assertEquals("+OK 3" + ok, rig.run("SENTINEL CKQUORUM main"));
        rig.views.unreachable(V3);
        assertEquals("+OK 2" + ok, rig.run("SENTINEL CKQUORUM main"));
        rig.views.votes(false);
        assertEquals(
                "-NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this"
                        + " master. Not enough available Sentinels to reach the majority and authorize a failover\r\n",
                rig.run("SENTINEL CKQUORUM main"));
    }

    @Test
    void aFailoverIsHandedOn() {
        assertEquals("+OK\r\n", rig.run("SENTINEL FAILOVER main"));
        assertEquals(1, rig.handovers);

        rig.refusal = Optional.of(ErrorReply.of("ERR nobody listens"));
        assertEquals("-ERR nobody listens\r\n", rig.run("SENTINEL FAILOVER main"));
    }

    @Test
    void aFailoverNeedsAReplicaThatMayLead() {
        String refusal = "-NOGOODSLAVE No suitable replica to promote\r\n";
        rig.views.hears(B, 0, true).hears(C, 600);
        assertEquals(refusal, rig.run("SENTINEL FAILOVER main"), "B never leads, C is down");

        rig.views.hears(C, 100, false);
        assertEquals(refusal, rig.run("SENTINEL FAILOVER main"), "C has half a copy");

        rig.views.hears(C, 100, true).records(3, A, ConsistencyMode.STRONG, A, B);
        assertEquals(refusal, rig.run("SENTINEL FAILOVER main"), "C does not hold all that was acknowledged");

        rig.views.records(3, A, ConsistencyMode.STRONG, A, C);
        assertEquals("+OK\r\n", rig.run("SENTINEL FAILOVER main"));
        assertEquals(1, rig.handovers);
    }

    @Test
    void aFailoverNeedsAMajorityOfTheVoters() {
        rig.views.unreachable(V2).unreachable(V3);

        assertTrue(rig.run("SENTINEL FAILOVER main").startsWith("-NOQUORUM 1 usable Sentinels. "));
        assertEquals(0, rig.handovers);
    }

    @Test
    void aVoterThatIsThereAndSaysNothingCannotVote() {
        rig.views.amnesiac(V3);

        assertTrue(rig.run("SENTINEL CKQUORUM main").startsWith("+OK 2 usable"));
        assertEquals("sentinel", entries("SENTINEL SENTINELS main").get(1).get("flags"));
    }

    @Test
    void aFailoverIsNotBegunTwice() {
        rig.views.promises(4);

        assertEquals("-INPROG Failover already in progress\r\n", rig.run("SENTINEL FAILOVER main"));
        assertEquals(0, rig.handovers);
    }

    // What is monitored, and how.

    @Test
    void replicasThatAreGoneAreForgotten() {
        rig.views.hears(B, 60_000).hears(A, 70_000);
        assertEquals(2, entries("SENTINEL REPLICAS main").size());

        assertEquals(":0\r\n", rig.run("SENTINEL RESET other*"));
        assertEquals(2, entries("SENTINEL REPLICAS main").size());
        assertEquals(":1\r\n", rig.run("SENTINEL RESET m*"));
        assertEquals("*0\r\n", rig.run("SENTINEL REPLICAS main"));
        assertEquals("6379", entry("SENTINEL MASTER main").get("port"), "the primary stays, wherever it is");

        rig.views.after(100).hears(B, 60_100).hears(C, 10);
        assertEquals(1, entries("SENTINEL REPLICAS main").size());
    }

    @Test
    void theSetIsFixed() {
        String fixed = "-ERR The set of voters is fixed: they serve the group 'main', as the directive voters of each"
                + " says\r\n";

        assertEquals("-ERR Duplicate master name.\r\n", rig.run("SENTINEL MONITOR main 10.0.0.1 6379 2"));
        assertEquals(fixed, rig.run("SENTINEL MONITOR other 10.0.0.1 6379 2"));
        assertEquals(fixed, rig.run("SENTINEL REMOVE main"));
    }

    @Test
    void howLongSomebodyIsSilentBeforeItIsShownAsDownCanBeSet() {
        rig.views.hears(B, 700);
        assertEquals(
                "s_down,slave,disconnected",
                entries("SENTINEL REPLICAS main").getFirst().get("flags"));

        assertEquals(
                "+OK\r\n",
                rig.run("SENTINEL SET main DOWN-AFTER-milliseconds 5000 failover-timeout 60000 parallel-syncs 2 quorum"
                        + " 2"));

        assertEquals("slave", entries("SENTINEL REPLICAS main").getFirst().get("flags"));
        Map<String, String> primary = entry("SENTINEL MASTER main");
        assertEquals("5000", primary.get("down-after-milliseconds"));
        assertEquals("60000", primary.get("failover-timeout"));
        assertEquals("2", primary.get("parallel-syncs"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quorum x | ERR Invalid argument 'x' for SENTINEL SET 'quorum'",
                "quorum 0 | ERR Invalid argument '0' for SENTINEL SET 'quorum'",
                "quorum 3 | ERR The quorum is the majority of the voters, which is 2",
                "down-after-milliseconds -1 | ERR Invalid argument '-1' for SENTINEL SET 'down-after-milliseconds'",
                "parallel-syncs 7 foo 1 | ERR Unknown option or number of arguments for SENTINEL SET 'foo'",
                "parallel-syncs 7 quorum | ERR Unknown option or number of arguments for SENTINEL SET 'quorum'",
                "notification-script /x | ERR Reconfiguration of scripts path is denied for security reasons."
                        + " Check the deny-scripts-reconfig configuration directive in your Sentinel configuration",
                "auth-pass x | ERR SENTINEL SET 'auth-pass' has nothing to set here: nodes report to voters, and each"
                        + " has its own configuration",
            })
    void whatCannotBeSetIsRefusedAndNothingIsSet(String words, String why) {
        assertEquals("-" + why + "\r\n", rig.run("SENTINEL SET main " + words));
        assertEquals("1", entry("SENTINEL MASTER main").get("parallel-syncs"));
        assertEquals("500", entry("SENTINEL MASTER main").get("down-after-milliseconds"));
    }

    @Test
    void configTellsHowTheVoterIsReached() {
        assertEquals(
                bulks("announce-hostnames", "yes", "announce-ip", "10.0.0.1", "announce-port", "26379"),
                rig.run("SENTINEL CONFIG GET announce-*"));
        assertEquals("*0\r\n", rig.run("SENTINEL CONFIG GET nothing"));
        assertEquals("+OK\r\n", rig.run("SENTINEL CONFIG SET announce-port 26379"));
        assertEquals(
                "-ERR Invalid value '1' to SENTINEL CONFIG SET 'announce-port'\r\n",
                rig.run("SENTINEL CONFIG SET announce-port 1"));
        assertEquals("-ERR Invalid argument 'foo' to SENTINEL CONFIG SET\r\n", rig.run("SENTINEL CONFIG SET foo bar"));
        assertEquals(
                "-ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported.\r\n",
                rig.run("SENTINEL CONFIG GET a b"));
    }

    @Test
    void whatThereIsNothingOf() {
        assertEquals("+OK\r\n", rig.run("SENTINEL FLUSHCONFIG"));
        assertEquals("*0\r\n", rig.run("SENTINEL PENDING-SCRIPTS"));
        assertEquals("*0\r\n", rig.run("SENTINEL SIMULATE-FAILURE help"));
        assertEquals(
                "-ERR Unknown failure simulation specified\r\n",
                rig.run("SENTINEL SIMULATE-FAILURE crash-after-election"));
        assertTrue(rig.run("SENTINEL DEBUG").startsWith("*10\r\n$11\r\nINFO-PERIOD\r\n$3\r\n100\r\n"));
        assertEquals(
                "-ERR Unknown option or number of arguments for SENTINEL DEBUG 'info-period'\r\n",
                rig.run("SENTINEL DEBUG info-period 1"));
        assertEquals("-ERR unknown subcommand 'foo'. Try SENTINEL HELP.\r\n", rig.run("SENTINEL foo"));
    }

    @Test
    void everySubcommandIsInTheHelpAndHasATextOfItsOwn() {
        CommandTable table = new CommandTable(SentinelRows.families());
        String help = rig.run("SENTINEL HELP");

        table.allWithSubcommands().stream()
                .map(command -> command.spec().name().toUpperCase(Locale.ROOT))
                .filter(name -> !name.equals("SENTINEL") && !name.equals("SLAVES"))
                .forEach(name -> assertTrue(help.contains("\r\n+" + name), name));
        assertEquals(
                table.allWithSubcommands().stream()
                        .map(command -> command.fullName())
                        .collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(new CommandTexts().names("sentinel")));
    }
}
