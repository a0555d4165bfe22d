package io.vireo.voter;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterSet;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What nodes and voters say to each other, in words.
 *
 * <p>A request is one command: the {@linkplain #envelope envelope}, and behind it the words of the table. A reply is an array
 * of bulk strings. The first word is the kind.
 *
 * <pre>
 *   PREPARE  epoch candidate nonce released         PROMISED  epoch nonce reborn RECORD
 *   ACCEPT   nonce sent-at RECORD                   REFUSED   epoch promised
 *   RELEASE  epoch nonce                            ACCEPTED  epoch seq sent-at
 *   STATUS   asking sent-at REPORT                  STATUS    sent-at promised free RECORD n n*(REPORT age)
 *   RECALL   sent-at                                RECALLED  sent-at promised n n*founder
 *   FENCE    epoch nonce                            EMPTY     sent-at birth
 *                                                   FENCED    epoch nonce RECORD
 *
 *   RECORD   {@code -}, or   epoch seq primary mode n n*(node token)
 *   REPORT   {@code -}, or   node address priority history offset whole
 *
 *   epoch released promised history       decimal, 0 to 2^63-1, without leading zeros
 *   seq age offset n                      the same; n at most 64
 *   priority                              the same, up to 2^31-1
 *   sent-at                               decimal, perhaps negative: the time of somebody's own clock, in milliseconds
 *   candidate asking primary node         40 hexadecimal digits
 *   nonce token birth founder             16 hexadecimal digits
 *   reborn free whole                     {@code yes} or {@code no}
 *   mode                                  {@code async} or {@code strong}
 *   address                               {@code host:port}, without blanks
 * </pre>
 *
 * <p>What is read is exactly what would be written: anything else is refused, since it does not come from a program that
 * follows these rules.
 */
@RunsOn(Loop.ANY)
public final class VoterWords {
    /** The name of the command. */
    public static final String COMMAND = "VOTER";

    /** Members, founders and nodes heard of are a few each. */
    static final int MOST = Hearsay.MOST;

    /** A name in the domain name system has at most 253 letters; a port has 5 more, and a colon. */
    static final int LONGEST = 260;

    private static final String NONE = "-";
    private static final String YES = "yes";
    private static final String NO = "no";
    private static final Map<String, ConsistencyMode> MODES =
            Map.of("async", ConsistencyMode.ASYNC, "strong", ConsistencyMode.STRONG);

    private static final int NODE_DIGITS = 40;
    private static final int LONG_DIGITS = 16;
    private static final int LARGEST_PORT = 65_535;

    private VoterWords() {}

    /**
     * The words before those of a request: the command's name, the set's, and the fingerprint of its list of voters, by
     * which a voter refuses those that have another list.
     */
    public static List<String> envelope(VoterSet set) {
        return List.of(COMMAND, set.name(), set.fingerprint());
    }

    /** The words behind the envelope. */
    public static List<String> words(VoterRequest request) {
        return switch (request) {
            case Prepare r ->
                List.of("PREPARE", text(r.epoch()), r.candidate().text(), hex(r.nonce()), text(r.released()));
            case Accept r -> join(List.of("ACCEPT", hex(r.nonce()), text(r.sentAtMs())), words(r.record()));
            case Release r -> List.of("RELEASE", text(r.epoch()), hex(r.nonce()));
            case Status r ->
                join(
                        List.of("STATUS", r.asking().text(), text(r.sentAtMs())),
                        r.report().map(VoterWords::words).orElse(List.of(NONE)));
            case Recall r -> List.of("RECALL", text(r.sentAtMs()));
            case Fence r -> List.of("FENCE", text(r.epoch()), hex(r.nonce()));
        };
    }

    /**
     * Reads a request from the words behind the envelope.
     *
     * @throws IllegalArgumentException with what is wrong, if they are not those of a request
     */
    public static VoterRequest request(List<String> words) {
        Reader in = new Reader(words);
        String kind = in.next("a kind of request");
        VoterRequest request = switch (kind) {
            case "PREPARE" -> new Prepare(in.epoch(), in.node(), in.hex(), in.epoch());
            case "ACCEPT" -> {
                long nonce = in.hex();
                long sentAtMs = in.time();
                yield new Accept(in.record(), nonce, sentAtMs);
            }
            case "RELEASE" -> new Release(in.epoch(), in.hex());
            case "STATUS" ->
                new Status(in.node(), in.time(), in.isNone() ? Optional.empty() : Optional.of(in.report()));
            case "RECALL" -> new Recall(in.time());
            case "FENCE" -> new Fence(in.epoch(), in.hex());
            default -> throw Reader.bad("a kind of request", kind);
        };
        in.end();
        return request;
    }

    /** The words of a reply. */
    public static List<String> words(VoterReply reply) {
        return switch (reply) {
            case Promised r ->
                join(List.of("PROMISED", text(r.epoch()), hex(r.nonce()), text(r.reborn())), words(r.record()));
            case Refused r -> List.of("REFUSED", text(r.epoch()), text(r.promised()));
            case Accepted r -> List.of("ACCEPTED", text(r.epoch()), text(r.seq()), text(r.sentAtMs()));
            case StatusIs r ->
                join(
                        List.of("STATUS", text(r.sentAtMs()), text(r.promised()), text(r.free())),
                        words(r.record()),
                        List.of(text(r.heard().size())),
                        r.heard().stream().flatMap(VoterWords::words).toList());
            case Recalled r ->
                join(
                        List.of(
                                "RECALLED",
                                text(r.sentAtMs()),
                                text(r.promised()),
                                text(r.founders().size())),
                        r.founders().stream().sorted().map(VoterWords::hex).toList());
            case Empty r -> List.of("EMPTY", text(r.sentAtMs()), hex(r.birth()));
            case Fenced r -> join(List.of("FENCED", text(r.epoch()), hex(r.nonce())), words(r.record()));
        };
    }

    /**
     * Reads a reply.
     *
     * @throws IllegalArgumentException with what is wrong, if the words are not those of a reply
     */
    public static VoterReply reply(List<String> words) {
        Reader in = new Reader(words);
        String kind = in.next("a kind of reply");
        VoterReply reply = switch (kind) {
            case "PROMISED" -> {
                Epoch epoch = in.epoch();
                long nonce = in.hex();
                boolean reborn = in.flag();
                yield new Promised(epoch, nonce, in.maybeRecord(), reborn);
            }
            case "REFUSED" -> new Refused(in.epoch(), in.epoch());
            case "ACCEPTED" -> new Accepted(in.epoch(), in.number("a sequence number"), in.time());
            case "STATUS" -> status(in);
            case "RECALLED" -> new Recalled(in.time(), in.epoch(), in.founders());
            case "EMPTY" -> new Empty(in.time(), in.hex());
            case "FENCED" -> new Fenced(in.epoch(), in.hex(), in.maybeRecord());
            default -> throw Reader.bad("a kind of reply", kind);
        };
        in.end();
        return reply;
    }

    private static StatusIs status(Reader in) {
        long sentAtMs = in.time();
        Epoch promised = in.epoch();
        boolean free = in.flag();
        return new StatusIs(sentAtMs, promised, in.maybeRecord(), free, in.heard());
    }

    // Parts, written.

    private static List<String> words(Optional<GroupRecord> record) {
        return record.map(VoterWords::words).orElse(List.of(NONE));
    }

    private static List<String> words(GroupRecord record) {
        String mode = record.mode() == ConsistencyMode.ASYNC ? "async" : "strong";
        return join(
                List.of(
                        text(record.epoch()),
                        text(record.seq()),
                        record.primary().text(),
                        mode,
                        text(record.inSync().size())),
                record.inSync().stream()
                        .flatMap(member -> Stream.of(member.node().text(), hex(member.token())))
                        .toList());
    }

    private static List<String> words(NodeReport report) {
        return List.of(
                report.node().text(),
                report.address(),
                text(report.priority()),
                text(report.history()),
                text(report.offset()),
                text(report.whole()));
    }

    private static Stream<String> words(Heard heard) {
        return Stream.concat(words(heard.report()).stream(), Stream.of(text(heard.ageMs())));
    }

    @SafeVarargs
    private static List<String> join(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private static String text(Epoch epoch) {
        return text(epoch.number());
    }

    private static String text(long number) {
        return Long.toString(number);
    }

    private static String text(boolean flag) {
        return flag ? YES : NO;
    }

    private static String hex(long bits) {
        return "%016x".formatted(bits);
    }

    // Parts, read.

    /** Takes words from the front. */
    private static final class Reader {
        private final List<String> words;
        private int at;

        Reader(List<String> words) {
            this.words = words;
        }

        static IllegalArgumentException bad(String wanted, String word) {
            String shown = word.length() > NODE_DIGITS ? word.substring(0, NODE_DIGITS) + "..." : word;
            return new IllegalArgumentException("not " + wanted + ": '" + shown.replaceAll("[^ -~]", "?") + "'");
        }

        String next(String wanted) {
            if (at == words.size()) {
                throw new IllegalArgumentException("the message ends where " + wanted + " should follow");
            }
            String word = words.get(at++);
            if (word.length() > LONGEST) {
                throw bad(wanted, word);
            }
            return word;
        }

        void end() {
            if (at != words.size()) {
                throw new IllegalArgumentException(
                        "the message goes on behind its end, with " + (words.size() - at) + " more words");
            }
        }

        /** Takes the word that stands for nothing, if it is next. */
        boolean isNone() {
            boolean none = at < words.size() && words.get(at).equals(NONE);
            at += none ? 1 : 0;
            return none;
        }

        long number(String wanted) {
            return number(wanted, 0, Long.MAX_VALUE);
        }

        private long number(String wanted, long least, long most) {
            String word = next(wanted);
            try {
                long value = Long.parseLong(word);
                if (value >= least && value <= most && word.equals(Long.toString(value))) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // refused below, as any other word that is no such number
            }
            throw bad(wanted, word);
        }

        long time() {
            return number("a time", Long.MIN_VALUE, Long.MAX_VALUE);
        }

        Epoch epoch() {
            return new Epoch(number("an epoch"));
        }

        private int count() {
            return (int) number("a count of at most " + MOST, 0, MOST);
        }

        boolean flag() {
            String word = next("yes or no");
            if (!word.equals(YES) && !word.equals(NO)) {
                throw bad("yes or no", word);
            }
            return word.equals(YES);
        }

        private String digits(String wanted, int howMany) {
            String word = next(wanted);
            boolean isHex = word.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
            if (word.length() != howMany || !isHex) {
                throw bad(wanted, word);
            }
            return word;
        }

        long hex() {
            return Long.parseUnsignedLong(
                    digits("a number of " + LONG_DIGITS + " hexadecimal digits", LONG_DIGITS), 16);
        }

        NodeId node() {
            return new NodeId(digits("a node id", NODE_DIGITS));
        }

        Optional<GroupRecord> maybeRecord() {
            return isNone() ? Optional.empty() : Optional.of(record());
        }

        GroupRecord record() {
            Epoch epoch = epoch();
            long seq = number("a sequence number");
            NodeId primary = node();
            String word = next("a consistency mode");
            ConsistencyMode mode = MODES.get(word);
            if (mode == null) {
                throw bad("a consistency mode", word);
            }
            int count = count();
            Set<Incarnation> members = new TreeSet<>();
            for (int i = 0; i < count; i++) {
                members.add(new Incarnation(node(), hex()));
            }
            if (members.size() != count) {
                throw new IllegalArgumentException("a member of the record is named twice");
            }
            return new GroupRecord(epoch, seq, primary, members, mode);
        }

        NodeReport report() {
            return new NodeReport(
                    node(),
                    address(),
                    (int) number("a priority", 0, Integer.MAX_VALUE),
                    epoch(),
                    number("an offset"),
                    flag());
        }

        private String address() {
            String word = next("an address");
            int colon = word.lastIndexOf(':');
            boolean isPrintable = word.chars().allMatch(c -> c > ' ' && c <= '~');
            if (colon < 1 || !isPrintable || !isPort(word.substring(colon + 1))) {
                throw bad("an address host:port", word);
            }
            return word;
        }

        private static boolean isPort(String word) {
            return word.matches("[1-9][0-9]{0,4}") && Integer.parseInt(word) <= LARGEST_PORT;
        }

        List<Heard> heard() {
            int count = count();
            List<Heard> heard = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                heard.add(new Heard(report(), number("an age")));
            }
            if (heard.stream()
                            .map(one -> one.report().node())
                            .collect(Collectors.toSet())
                            .size()
                    != count) {
                throw new IllegalArgumentException("a node heard of is named twice");
            }
            return heard;
        }

        Set<Long> founders() {
            int count = count();
            Set<Long> founders = new TreeSet<>();
            for (int i = 0; i < count; i++) {
                founders.add(hex());
            }
            if (founders.size() != count) {
                throw new IllegalArgumentException("a founder is named twice");
            }
            return founders;
        }
    }
}
