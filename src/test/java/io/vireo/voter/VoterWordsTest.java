package io.vireo.voter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.voter.VoterReply.Accepted;
import io.vireo.voter.VoterReply.Empty;
import io.vireo.voter.VoterReply.Fenced;
import io.vireo.voter.VoterReply.Heard;
import io.vireo.voter.VoterReply.Promised;
import io.vireo.voter.VoterReply.Recalled;
import io.vireo.voter.VoterReply.Refused;
import io.vireo.voter.VoterReply.StatusIs;
import io.vireo.voter.VoterRequest.Accept;
import io.vireo.voter.VoterRequest.Fence;
import io.vireo.voter.VoterRequest.Prepare;
import io.vireo.voter.VoterRequest.Recall;
import io.vireo.voter.VoterRequest.Release;
import io.vireo.voter.VoterRequest.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of every message: written and read again, cut off, and damaged. */
class VoterWordsTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final int ROUNDS = 500;

    private final Random random = new Random(20_261_127);

    @Test
    void theEnvelopeNamesTheSetAndItsList() {
        assertEquals(List.of("VOTER", "main", Some.VOTERS.fingerprint()), VoterWords.envelope(Some.VOTERS));
    }

    @Test
    void theWordsAreThoseOfTheTable() {
        GroupRecord record = new GroupRecord(
                new Epoch(7),
                19,
                Some.A,
                Set.of(new Incarnation(Some.B, -1), new Incarnation(Some.A, 0xabc)),
                ConsistencyMode.STRONG);
        NodeReport report = new NodeReport(Some.B, "10.0.0.2:6379", 100, new Epoch(6), 4_711, true);

        assertEquals(
                words("PREPARE 8 " + A + " 000000000000002a 7"),
                VoterWords.words(new Prepare(new Epoch(8), Some.A, 42, new Epoch(7))));
        assertEquals(
                words("ACCEPT 000000000000002a -5 7 19 " + A + " strong 2 " + A + " 0000000000000abc " + B
                        + " ffffffffffffffff"),
                VoterWords.words(new Accept(record, 42, -5)));
        assertEquals(
                words("STATUS " + A + " 1234 " + B + " 10.0.0.2:6379 100 6 4711 yes"),
                VoterWords.words(new Status(Some.A, 1_234, Optional.of(report))));
        assertEquals(
                words("PROMISED 8 000000000000002a no -"),
                VoterWords.words(new Promised(new Epoch(8), 42, Optional.empty(), false)));
        assertEquals(
                words("STATUS 1234 8 yes - 1 " + B + " 10.0.0.2:6379 100 6 4711 yes 30"),
                VoterWords.words(
                        new StatusIs(1_234, new Epoch(8), Optional.empty(), true, List.of(new Heard(report, 30)))));
        assertEquals(
                words("RECALLED 9 8 2 ffffffffffffffff 0000000000000001"),
                VoterWords.words(new Recalled(9, new Epoch(8), Set.of(1L, -1L))));
    }

    @Test
    void whatWasWrittenIsRead() {
        for (int round = 0; round < ROUNDS; round++) {
            for (VoterRequest request : requests()) {
                assertEquals(request, VoterWords.request(VoterWords.words(request)));
            }
            for (VoterReply reply : replies()) {
                assertEquals(reply, VoterWords.reply(VoterWords.words(reply)));
            }
        }
    }

    @Test
    void aMessageThatIsCutOffOrGoesOnIsRefused() {
        for (int round = 0; round < ROUNDS / 10; round++) {
            requests().forEach(request -> onlyWhole(VoterWords.words(request), VoterWords::request));
            replies().forEach(reply -> onlyWhole(VoterWords.words(reply), VoterWords::reply));
        }
    }

    private interface Reading {
        Object read(List<String> words);
    }

    private static void onlyWhole(List<String> words, Reading reading) {
        for (int length = 0; length < words.size(); length++) {
            List<String> cut = words.subList(0, length);
            assertThrows(IllegalArgumentException.class, () -> reading.read(cut), cut::toString);
        }
        List<String> longer = new ArrayList<>(words);
        longer.add("0");
        assertThrows(IllegalArgumentException.class, () -> reading.read(longer), longer::toString);
    }

    /** No word of any message may be one of these. */
    @Test
    void aDamagedWordIsRefusedWhereverItIs() {
        List<String> damaged =
                List.of("", " ", "+1", "01", "1.0", "99999999999999999999", "yes ", "A", "x".repeat(300), "\0");
        for (VoterRequest request : requests()) {
            damage(VoterWords.words(request), damaged, VoterWords::request);
        }
        for (VoterReply reply : replies()) {
            damage(VoterWords.words(reply), damaged, VoterWords::reply);
        }
    }

    private static void damage(List<String> words, List<String> damaged, Reading reading) {
        for (int i = 0; i < words.size(); i++) {
            for (String word : damaged) {
                List<String> wrong = new ArrayList<>(words);
                wrong.set(i, word);
                assertThrows(IllegalArgumentException.class, () -> reading.read(wrong), wrong::toString);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PREPARE -1 @ 000000000000002a 0, not an epoch: '-1'",
        "PREPARE 1 a 000000000000002a 0, not a node id: 'a'",
        "PREPARE 1 @ 2a 0, not a number of 16 hexadecimal digits: '2a'",
        "PREPARE 1 @ 000000000000002A 0, not a number of 16 hexadecimal digits: '000000000000002A'",
        "prepare 1 @ 000000000000002a 0, not a kind of request: 'prepare'",
        "PROMISED 1 000000000000002a no -, not a kind of request: 'PROMISED'",
        "RELEASE 1, the message ends where a number of 16 hexadecimal digits should follow",
        "RECALL 1 2 3, 'the message goes on behind its end, with 2 more words'",
        "ACCEPT 000000000000002a 5 -, not an epoch: '-'",
        "ACCEPT 000000000000002a 5 7 -1 @ async 0, not a sequence number: '-1'",
        "ACCEPT 000000000000002a 5 7 1 @ ASYNC 0, not a consistency mode: 'ASYNC'",
        "ACCEPT 000000000000002a 5 7 1 @ async 65, not a count of at most 64: '65'",
        "ACCEPT 000000000000002a 5 7 1 @ async 2 @ 000000000000002a @ 000000000000002a, a member of the record is"
                + " named twice",
        "STATUS @ 5 @ h:1 -1 0 0 yes, not a priority: '-1'",
        "STATUS @ 5 @ h:1 2147483648 0 0 yes, not a priority: '2147483648'",
        "STATUS @ 5 @ h:1 1 0 -2 yes, not an offset: '-2'",
        "STATUS @ 5 @ h:1 1 0 0 true, not yes or no: 'true'",
        "STATUS @ 5 @ h 1 0 0 yes, not an address host:port: 'h'",
        "STATUS @ 5 @ :1 1 0 0 yes, not an address host:port: ':1'",
        "STATUS @ 5 @ h:0 1 0 0 yes, not an address host:port: 'h:0'",
        "STATUS @ 5 @ h:65536 1 0 0 yes, not an address host:port: 'h:65536'",
    })
    void whatIsWrongWithARequestIsSaid(String line, String why) {
        assertEquals(why, refusal(line, VoterWords::request));
    }

    @ParameterizedTest
    @CsvSource({
        "RECALL 1, not a kind of reply: 'RECALL'",
        "STATUS 1 2 yes - 1 @ h:1 1 0 0 yes -1, not an age: '-1'",
        "STATUS 1 2 yes - 2 @ h:1 1 0 0 yes 1 @ h:2 1 0 0 yes 1, a node heard of is named twice",
        "STATUS 1 2 yes - 65, not a count of at most 64: '65'",
        "RECALLED 1 2 2 000000000000002a 000000000000002a, a founder is named twice",
        "RECALLED 1 2 -1, not a count of at most 64: '-1'",
    })
    void whatIsWrongWithAReplyIsSaid(String line, String why) {
        assertEquals(why, refusal(line, VoterWords::reply));
    }

    @Test
    void aTextAboutAForeignWordIsShortAndPrintable() {
        String why = refusal("RECALL \r\n\u00e9" + "z".repeat(1_000), VoterWords::request);

        assertTrue(why.length() < 100, why);
        assertTrue(why.startsWith("not a time: '???z"), why);
    }

    private static String refusal(String line, Reading reading) {
        List<String> words = Arrays.asList(line.replace("@", A).split(" ", -1));
        return assertThrows(IllegalArgumentException.class, () -> reading.read(words), line)
                .getMessage();
    }

    private static List<String> words(String line) {
        return List.of(line.split(" "));
    }

    // Any messages.

    private List<VoterRequest> requests() {
        return List.of(
                new Prepare(epoch(), node(), random.nextLong(), epoch()),
                new Accept(record(), random.nextLong(), random.nextLong()),
                new Release(epoch(), random.nextLong()),
                new Status(node(), number(), Optional.empty()),
                new Status(node(), random.nextLong(), Optional.of(report())),
                new Recall(random.nextLong()),
                new Fence(epoch(), random.nextLong()));
    }

    private List<VoterReply> replies() {
        return List.of(
                new Promised(epoch(), random.nextLong(), maybe(this::record), random.nextBoolean()),
                new Refused(epoch(), epoch()),
                new Accepted(epoch(), number(), random.nextLong()),
                new StatusIs(random.nextLong(), epoch(), maybe(this::record), random.nextBoolean(), heard()),
                new Recalled(random.nextLong(), epoch(), founders()),
                new Empty(random.nextLong(), random.nextLong()),
                new Fenced(epoch(), random.nextLong(), maybe(this::record)));
    }

    private <T> Optional<T> maybe(Supplier<T> some) {
        return random.nextInt(4) == 0 ? Optional.empty() : Optional.of(some.get());
    }

    /** Small and large ones alike. */
    private long number() {
        return random.nextLong() >>> 1 + random.nextInt(63);
    }

    private Epoch epoch() {
        return new Epoch(number());
    }

    private NodeId node() {
        return NodeId.random(random);
    }

    private GroupRecord record() {
        Set<Incarnation> members = new HashSet<>();
        int count = random.nextInt(10) == 0 ? VoterWords.MOST : random.nextInt(5);
        while (members.size() < count) {
            members.add(new Incarnation(node(), random.nextLong()));
        }
        ConsistencyMode mode = random.nextBoolean() ? ConsistencyMode.ASYNC : ConsistencyMode.STRONG;
        return new GroupRecord(epoch(), number(), node(), members, mode);
    }

    private NodeReport report() {
        List<String> hosts = List.of("127.0.0.1", "::1", "[fe80::1]", "node-1.example", "n".repeat(253));
        String address = hosts.get(random.nextInt(hosts.size())) + ":" + random.nextInt(1, 65_536);
        int priority = (int) (number() & Integer.MAX_VALUE);
        return new NodeReport(node(), address, priority, epoch(), number(), random.nextBoolean());
    }

    private List<Heard> heard() {
        int count = random.nextInt(10) == 0 ? VoterWords.MOST : random.nextInt(5);
        return Stream.generate(() -> new Heard(report(), number())).limit(count).toList();
    }

    private Set<Long> founders() {
        Set<Long> founders = new HashSet<>();
        int count = random.nextInt(8);
        while (founders.size() < count) {
            founders.add(random.nextLong());
        }
        return founders;
    }
}
