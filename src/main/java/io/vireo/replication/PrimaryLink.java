package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.log.ReplicationId;
import io.vireo.log.StreamPosition;
import io.vireo.replication.LinkAction.Ack;
import io.vireo.replication.LinkAction.Adopt;
import io.vireo.replication.LinkAction.Close;
import io.vireo.replication.LinkAction.Connect;
import io.vireo.replication.LinkAction.Continue;
import io.vireo.replication.LinkAction.Disown;
import io.vireo.replication.LinkAction.HeirLeads;
import io.vireo.replication.LinkAction.HeirRefuses;
import io.vireo.replication.LinkAction.Load;
import io.vireo.replication.LinkAction.Receive;
import io.vireo.replication.LinkAction.Send;
import io.vireo.replication.LinkAction.SendNewline;
import io.vireo.replication.LinkEvent.AckWanted;
import io.vireo.replication.LinkEvent.Applied;
import io.vireo.replication.LinkEvent.CommandRefused;
import io.vireo.replication.LinkEvent.Connected;
import io.vireo.replication.LinkEvent.Flushed;
import io.vireo.replication.LinkEvent.Follow;
import io.vireo.replication.LinkEvent.FollowHeir;
import io.vireo.replication.LinkEvent.FollowSoon;
import io.vireo.replication.LinkEvent.Line;
import io.vireo.replication.LinkEvent.LoadFailed;
import io.vireo.replication.LinkEvent.Loaded;
import io.vireo.replication.LinkEvent.Lost;
import io.vireo.replication.LinkEvent.PayloadComplete;
import io.vireo.replication.LinkEvent.PayloadProgress;
import io.vireo.replication.LinkEvent.PayloadReceived;
import io.vireo.replication.LinkEvent.PayloadUnusable;
import io.vireo.replication.LinkEvent.Repoint;
import io.vireo.replication.LinkEvent.Tick;
import io.vireo.replication.LinkEvent.Unfollow;
import io.vireo.replication.LinkState.Asking;
import io.vireo.replication.LinkState.Checking;
import io.vireo.replication.LinkState.Connecting;
import io.vireo.replication.LinkState.Course;
import io.vireo.replication.LinkState.Expecting;
import io.vireo.replication.LinkState.FullSync;
import io.vireo.replication.LinkState.Greeting;
import io.vireo.replication.LinkState.Handshake;
import io.vireo.replication.LinkState.Linked;
import io.vireo.replication.LinkState.Loading;
import io.vireo.replication.LinkState.Pinging;
import io.vireo.replication.LinkState.Question;
import io.vireo.replication.LinkState.Receiving;
import io.vireo.replication.LinkState.Standing;
import io.vireo.replication.LinkState.Streaming;
import io.vireo.replication.LinkState.ToLead;
import io.vireo.replication.LinkState.Unlinked;
import io.vireo.replication.LinkState.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A replica's side of replication: how it comes to hold its primary's data, and stays there.
 *
 * <pre>
 *            Follow, Repoint from every state
 *                         |
 *  Unlinked               v     Connected        +PONG           all answered
 *     ^      Waiting -> Connecting ----> Pinging ----> Greeting ----> Asking ---- +CONTINUE ----> Streaming
 *     |         ^  time                                                  |                          ^   |
 *     |         |                                    +FULLRESYNC, or SYNC where PSYNC is unknown    |   |
 *  Unfollow     |                                                        v                          |   |
 *  from every   |                                  Expecting -$-> Receiving -> Checking -> Loading -+   |
 *  state        +--- lost, refused, silent too long: from every linked state             Loaded         |
 *                                                   Connecting at once <------------ lost, silent ------+
 * </pre>
 *
 * <p>An event without an arrow changes nothing. The bytes of the stream do not pass through here: {@link Applied} is said
 * once a batch.
 */
@RunsOn(Loop.ANY)
public final class PrimaryLink {
    private static final long LONGEST_RETRY_MS = 60_000;
    private static final long ACK_PERIOD_MS = 1_000;
    private static final long NEWLINE_PERIOD_MS = 1_000;

    /** A Vireo adds its name to the answer when asked for its capabilities; Redis says only {@code +OK}. */
    static final String VIREO_GREETING = "+OK vireo";

    /** How a node answers PSYNC ... FAILOVER that is a primary. */
    static final String LEADS_ALREADY = "-ERR PSYNC FAILOVER can't be sent to a master.";

    private static final Say DISCARDING = Say.notice("Discarding previously cached master state.");

    private final LinkSettings settings;
    private final long nowMs;

    private PrimaryLink(LinkSettings settings, long nowMs) {
        this.settings = settings;
        this.nowMs = nowMs;
    }

    private record On(LinkState state, LinkEvent event) {}

    /** Moves the link one event on. */
    public static Step<LinkState, LinkAction> on(LinkState state, LinkEvent event, LinkSettings settings, long nowMs) {
        return new PrimaryLink(settings, nowMs).on(state, event);
    }

    private Step<LinkState, LinkAction> on(LinkState state, LinkEvent event) {
        return switch (new On(state, event)) {
            case On(LinkState s, Follow e) -> connect(leaving(s), Course.towards(e.primary(), e.position()));
            case On(LinkState s, FollowHeir e) ->
                connect(leaving(s), Course.towards(e.heir(), e.position()).asking(ToLead.YES));
            case On(Unlinked s, FollowSoon e) -> Step.to(new Waiting(started(e), nowMs));
            case On(Linked s, Repoint e) ->
                connect(leaving(s), Course.towards(e.primary(), s.course().position()));
            case On(Linked s, Unfollow e) -> unfollow(s);

            case On(Streaming s, Tick t) when !isDue(s) -> ackInTime(s);
            case On(Checking s, Tick t) -> newlineInTime(s);
            case On(Loading s, Tick t) -> newlineInTime(s);
            case On(LinkState s, Tick t) when !isDue(s) -> Step.to(s);
            case On(Waiting s, Tick t) -> connect(List.of(), s.course());
            case On(Handshake s, Tick t) -> retry(unanswered(s), Say.notice("Timeout connecting to the MASTER..."));
            case On(FullSync s, Tick t) ->
                retry(
                        s,
                        Say.warning("Timeout receiving bulk data from MASTER... If the problem persists try to set the"
                                + " 'repl-timeout' parameter in redis.conf to a larger value."));
            case On(Streaming s, Tick t) -> reconnect(s, Say.warning("MASTER timeout: no data nor PING received..."));

            case On(Connecting s, Connected e) -> ping(s);
            case On(Connecting s, Lost e) -> retry(s, Say.warning("Error condition on socket for SYNC: " + e.why()));
            case On(Handshake s, Lost e) ->
                retry(
                        unanswered(s),
                        Say.warning("Failed to read response from the server: " + e.why()),
                        Say.warning("Master did not respond to command during SYNC handshake"));
            case On(Expecting s, Lost e) ->
                retry(s, Say.warning("I/O error reading bulk count from MASTER: " + e.why()));
            case On(Receiving s, Lost e) -> retry(s, Say.warning("I/O error trying to sync with MASTER: " + e.why()));
            case On(Checking s, Lost e) -> Step.to(new Checking(s.course(), s.newlineAtMs(), s.promised(), false));
            case On(Loading s, Lost e) -> Step.to(new Loading(s.course(), s.newlineAtMs(), s.promised(), false));
            case On(Streaming s, Lost e) -> reconnect(s);

            case On(Pinging s, Line e) -> pong(s, e.text());
            case On(Greeting s, Line e) -> answered(s, e.text());
            case On(Asking s, Line e) when s.course().asking() != ToLead.NO -> heirDecided(s, e.text());
            case On(Asking s, Line e) -> decided(s, e.text());
            case On(Expecting s, Line e) -> payloadAnnounced(s, e.text());

            case On(Receiving s, PayloadProgress e) -> Step.to(new Receiving(s.course(), nowMs, s.promised()));
            case On(Receiving s, PayloadReceived e) ->
                Step.to(new Checking(s.course(), nowMs + NEWLINE_PERIOD_MS, s.promised(), true));
            case On(Receiving s, PayloadUnusable e) -> setback(s, Say.warning(e.why()));
            case On(Checking s, PayloadComplete e) -> e.wipes() && isGuarded(s) ? holdOff(s) : load(s);
            case On(Checking s, PayloadUnusable e) -> setback(s, Say.warning(e.why()));
            case On(Loading s, Loaded e) -> loaded(s, e.database());
            case On(Loading s, LoadFailed e) ->
                setback(s, Say.warning("Failed trying to load the MASTER synchronization DB from disk: " + e.why()));

            case On(Streaming s, Applied e) -> applied(s, e.offset());
            case On(Streaming s, Flushed e) -> new Step<>(s, s.course().eager() ? ack(s.course()) : List.of());
            case On(Streaming s, AckWanted e) -> new Step<>(s, ack(s.course()));
            case On(Streaming s, CommandRefused e) -> refused(s, e);

            case On(LinkState s, LinkEvent e) -> Step.to(s);
        };
    }

    // Connecting, and losing the connection.

    private Step<LinkState, LinkAction> connect(List<LinkAction> before, Course course) {
        List<LinkAction> actions = new ArrayList<>(before);
        actions.add(Say.notice("Connecting to MASTER " + course.primary()));
        return opening(actions, course);
    }

    private Step<LinkState, LinkAction> reconnect(Streaming s, LinkAction... why) {
        List<LinkAction> actions = new ArrayList<>(List.of(why));
        actions.addAll(leaving(s));
        actions.add(Say.notice("Reconnecting to MASTER " + s.course().primary()));
        return opening(actions, s.course());
    }

    private Step<LinkState, LinkAction> opening(List<LinkAction> actions, Course course) {
        actions.add(new Connect(course.primary()));
        actions.add(Say.notice("MASTER <-> REPLICA sync started"));
        return new Step<>(new Connecting(course.eager(false), nowMs), actions);
    }

    private Step<LinkState, LinkAction> retry(Linked s, Say... why) {
        return closing(new Waiting(s.course(), nowMs + settings.retryMs()), why);
    }

    /** What the primary sends is of no use to us: it will probably send the same again, so the waits grow. */
    private Step<LinkState, LinkAction> setback(Linked s, Say why) {
        Course course = s.course().withSetback();
        long waitMs = Math.min(LONGEST_RETRY_MS, settings.retryMs() << Math.min(course.setbacks() - 1, 16));
        return closing(new Waiting(course, nowMs + waitMs), why);
    }

    private static Step<LinkState, LinkAction> closing(LinkState next, Say... why) {
        List<LinkAction> actions = new ArrayList<>(List.of(why));
        actions.add(new Close());
        return new Step<>(next, actions);
    }

    private static Step<LinkState, LinkAction> unfollow(Linked s) {
        List<LinkAction> actions = new ArrayList<>(leaving(s));
        if (s.course().position().isKnown()) {
            actions.add(DISCARDING);
        }
        return new Step<>(new Unlinked(), actions);
    }

    private static List<LinkAction> leaving(LinkState state) {
        return switch (state) {
            case Unlinked s -> List.of();
            case Waiting s -> List.of();
            case Streaming s ->
                List.of(
                        Say.warning("Connection with master lost."),
                        Say.notice("Caching the disconnected master state."),
                        new Close());
            case Linked s -> List.of(new Close());
        };
    }

    // The greeting.

    private Step<LinkState, LinkAction> ping(Connecting s) {
        return Step.to(
                new Pinging(s.course(), nowMs),
                Say.notice("Non blocking connect for SYNC fired the event."),
                Send.of("PING"));
    }

    /** A primary that wants a password first is a primary all the same. */
    private Step<LinkState, LinkAction> pong(Pinging s, String reply) {
        if (reply.isEmpty()) {
            return Step.to(new Pinging(s.course(), nowMs));
        }
        boolean welcome = reply.startsWith("+")
                || reply.startsWith("-NOAUTH")
                || reply.startsWith("-NOPERM")
                || reply.startsWith("-ERR operation not permitted");
        if (!welcome) {
            return retry(s, Say.warning("Error reply to PING from master: '" + reply + "'"));
        }
        List<LinkAction> actions = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        actions.add(Say.notice("Master replied to PING, replication can continue..."));
        for (Question question : Question.values()) {
            asked(question).ifPresent(words -> {
                actions.add(words);
                questions.add(question);
            });
        }
        return new Step<>(new Greeting(s.course(), nowMs, List.copyOf(questions)), actions);
    }

    private Optional<Send> asked(Question question) {
        return switch (question) {
            case AUTH -> {
                if (settings.password().isEmpty()) {
                    yield Optional.empty();
                }
                yield Optional.of(
                        settings.user().isEmpty()
                                ? Send.of("AUTH", settings.password())
                                : Send.of("AUTH", settings.user(), settings.password()));
            }
            case LISTENING_PORT ->
                Optional.of(Send.of("REPLCONF", "listening-port", Integer.toString(settings.listeningPort())));
            case IP_ADDRESS ->
                settings.announcedIp().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Send.of("REPLCONF", "ip-address", settings.announcedIp()));
            case CAPABILITIES -> Optional.of(Send.of("REPLCONF", "capa", "eof", "capa", "psync2", "capa", "vireo"));
            case MEMBER -> settings.member().map(self -> Send.of("REPLCONF", "vireo-member", self.words()));
        };
    }

    private Step<LinkState, LinkAction> answered(Greeting s, String reply) {
        if (reply.isEmpty()) {
            return Step.to(new Greeting(s.course(), nowMs, s.unanswered()));
        }
        Question question = s.unanswered().getFirst();
        List<Question> rest = s.unanswered().subList(1, s.unanswered().size());
        boolean refused = reply.startsWith("-");
        if (refused && question == Question.AUTH) {
            return retry(s, Say.warning("Unable to AUTH to MASTER: " + reply));
        }
        List<LinkAction> actions = new ArrayList<>();
        if (refused) {
            actions.add(
                    Say.notice("(Non critical) Master does not understand REPLCONF " + named(question) + ": " + reply));
        }
        Course course = question == Question.CAPABILITIES ? s.course().eager(reply.equals(VIREO_GREETING)) : s.course();
        if (!rest.isEmpty()) {
            return new Step<>(new Greeting(course, nowMs, List.copyOf(rest)), actions);
        }
        StreamPosition position = course.position();
        actions.add(Say.notice(
                position.isKnown()
                        ? "Trying a partial resynchronization (request " + position + ")."
                        : "Partial resynchronization not possible (no cached master)"));
        actions.add(psync(course));
        return new Step<>(new Asking(course, nowMs), actions);
    }

    private static Send psync(Course course) {
        String id = course.position().id();
        String next = Long.toString(course.position().next());
        return course.asking() == ToLead.NO ? Send.of("PSYNC", id, next) : Send.of("PSYNC", id, next, "FAILOVER");
    }

    private static String named(Question question) {
        return switch (question) {
            case AUTH -> "auth";
            case LISTENING_PORT -> "listening-port";
            case IP_ADDRESS -> "ip-address";
            case CAPABILITIES -> "capa";
            case MEMBER -> "vireo-member";
        };
    }

    // The decision of a replica of ours that is asked to lead.

    /** A copy is nothing wrong either: one that did not hold all of our stream may have been forced to lead. */
    private Step<LinkState, LinkAction> heirDecided(Asking s, String reply) {
        Asking plain = new Asking(s.course().asking(ToLead.NO), s.heardMs());
        if (reply.isEmpty()) {
            return Step.to(new Asking(s.course(), nowMs));
        }
        if (reply.startsWith("+FULLRESYNC") || reply.startsWith("+CONTINUE")) {
            return before(new HeirLeads(), decided(plain, reply));
        }
        if (s.course().asking() == ToLead.PERHAPS_DONE && reply.equals(LEADS_ALREADY)) {
            return Step.to(new Asking(plain.course(), nowMs), psync(plain.course()), new HeirLeads());
        }
        Say why = isPassing(reply) ? unable(reply) : strange(reply);
        Step<LinkState, LinkAction> step = retry(plain, why);
        List<LinkAction> actions = new ArrayList<>(step.actions());
        actions.add(new HeirRefuses());
        return new Step<>(step.state(), actions);
    }

    private static Step<LinkState, LinkAction> before(LinkAction first, Step<LinkState, LinkAction> step) {
        List<LinkAction> actions = new ArrayList<>(List.of(first));
        actions.addAll(step.actions());
        return new Step<>(step.state(), actions);
    }

    /** What remains of a greeting that broke off. */
    private static Linked unanswered(Handshake s) {
        boolean asked = s instanceof Asking && s.course().asking() != ToLead.NO;
        return asked ? new Asking(s.course().asking(ToLead.PERHAPS_DONE), s.heardMs()) : s;
    }

    // The primary's decision.

    private Step<LinkState, LinkAction> decided(Asking s, String reply) {
        if (reply.isEmpty()) {
            return Step.to(new Asking(s.course(), nowMs));
        }
        if (isOver(s, reply)) {
            return retry(s, Say.warning("MASTER's stream is of an epoch that is over for us: " + reply));
        }
        if (reply.startsWith("+FULLRESYNC")) {
            return fullCopyPromised(s, reply);
        }
        if (reply.startsWith("+CONTINUE") && s.course().position().isKnown()) {
            return continued(s, reply.substring("+CONTINUE".length()).strip());
        }
        if (isPassing(reply)) {
            return retry(s, unable(reply));
        }
        return Step.to(
                new Expecting(s.course(), nowMs, StreamPosition.UNKNOWN),
                strange(reply),
                Say.notice("Retrying with SYNC..."),
                Send.of("SYNC"));
    }

    /** A primary that was deposed, and does not know it yet, is not followed. */
    private boolean isOver(Asking s, String reply) {
        if (!reply.startsWith("+")) {
            return false;
        }
        String[] words = reply.split(" ", -1);
        return settings.isOver(
                words.length > 1 ? words[1] : s.course().position().id());
    }

    private static boolean isPassing(String reply) {
        return reply.startsWith("-NOMASTERLINK") || reply.startsWith("-LOADING");
    }

    private static Say unable(String reply) {
        return Say.notice("Master is currently unable to PSYNC but should be in the future: " + reply);
    }

    private static Say strange(String reply) {
        return reply.startsWith("-ERR")
                ? Say.notice("Master does not support PSYNC or is in error state (reply: " + reply + ")")
                : Say.warning("Unexpected reply to PSYNC from master: " + reply);
    }

    private Step<LinkState, LinkAction> fullCopyPromised(Asking s, String reply) {
        Optional<StreamPosition> promised = positionIn(reply);
        return Step.to(
                new Expecting(s.course(), nowMs, promised.orElse(StreamPosition.UNKNOWN)),
                promised.map(p -> Say.notice("Full resync from master: " + p.id() + ":" + p.offset()))
                        .orElse(Say.warning("Master replied with wrong +FULLRESYNC syntax.")));
    }

    private static Optional<StreamPosition> positionIn(String fullResyncReply) {
        String[] words = fullResyncReply.split(" ", -1);
        try {
            return words.length == 3 && ReplicationId.isWellFormed(words[1])
                    ? Optional.of(new StreamPosition(words[1], Long.parseLong(words[2])))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A primary that speaks only the first PSYNC says no id; then it is still the one we asked for. */
    private Step<LinkState, LinkAction> continued(Asking s, String newId) {
        StreamPosition old = s.course().position();
        String id = ReplicationId.isWellFormed(newId) ? newId : old.id();
        List<LinkAction> actions = new ArrayList<>();
        actions.add(Say.notice("Successful partial resynchronization with master."));
        if (!id.equals(old.id())) {
            actions.add(Say.warning("Master replication ID changed to " + id));
        }
        actions.add(new Continue(id));
        actions.add(Say.notice("MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization."));
        Course course = s.course().at(new StreamPosition(id, old.offset()));
        return streaming(course, actions);
    }

    // The full copy.

    private Step<LinkState, LinkAction> payloadAnnounced(Expecting s, String line) {
        if (line.isEmpty()) {
            return Step.to(new Expecting(s.course(), nowMs, s.promised()));
        }
        if (line.startsWith("-")) {
            return retry(s, Say.warning("MASTER aborted replication with an error: " + line.substring(1)));
        }
        Optional<PayloadShape> shape = PayloadShape.of(line);
        if (shape.isEmpty()) {
            return retry(
                    s,
                    Say.warning("Bad protocol from MASTER, the first byte is not '$' (we received '" + line
                            + "'), are you sure the host and port are right?"));
        }
        StreamPosition ours = s.course().position();
        boolean sameHistory = ours.isKnown() && ours.id().equals(s.promised().id());
        return Step.to(new Receiving(s.course(), nowMs, s.promised()), new Receive(shape.get(), sameHistory));
    }

    /** A node that is started with data follows the primary that its configuration names: these are that one's. */
    private static Course started(FollowSoon e) {
        Course course = Course.towards(e.primary(), e.position());
        return e.position().isKnown() ? course.standing(Standing.KNOWN) : course;
    }

    /** Whether our data came from this primary, and what it has now is of another history. */
    private boolean isGuarded(Checking s) {
        StreamPosition ours = s.course().position();
        return settings.wipeGuard()
                && s.course().standing() != Standing.NEW
                && ours.isKnown()
                && !ours.id().equals(s.promised().id());
    }

    private Step<LinkState, LinkAction> holdOff(Checking s) {
        Course course = s.course().standing(Standing.HELD_OFF);
        return setback(
                new Checking(course, s.newlineAtMs(), s.promised(), s.connected()),
                Say.warning("WIPE GUARD: MASTER " + course.primary() + " has come back empty, and with a history that"
                        + " shares nothing with our data. Our data are kept, and nothing is replicated. To give them up"
                        + " say REPLICAOF " + course.primary().host() + " "
                        + course.primary().port()
                        + " again, or CONFIG SET replica-wipe-guard no."));
    }

    /** From here on our data are no copy of anything, until they are loaded. */
    private Step<LinkState, LinkAction> load(Checking s) {
        List<LinkAction> actions = new ArrayList<>();
        if (s.course().position().isKnown()) {
            actions.add(DISCARDING);
        }
        actions.add(new Disown());
        actions.add(new Load());
        Course course = s.course().at(StreamPosition.UNKNOWN);
        return new Step<>(new Loading(course, nowMs + NEWLINE_PERIOD_MS, s.promised(), s.connected()), actions);
    }

    private Step<LinkState, LinkAction> loaded(Loading s, int database) {
        List<LinkAction> actions = new ArrayList<>();
        actions.add(new Adopt(s.promised(), database));
        actions.add(Say.notice("MASTER <-> REPLICA sync: Finished with success"));
        Course course = s.course().advancedTo(s.promised());
        if (s.connected()) {
            return streaming(course, actions);
        }
        actions.add(Say.notice("Reconnecting to MASTER " + course.primary()));
        return opening(actions, course);
    }

    private Step<LinkState, LinkAction> newlineInTime(Checking s) {
        return nowMs < s.newlineAtMs() || !s.connected()
                ? Step.to(s)
                : Step.to(new Checking(s.course(), nowMs + NEWLINE_PERIOD_MS, s.promised(), true), new SendNewline());
    }

    private Step<LinkState, LinkAction> newlineInTime(Loading s) {
        return nowMs < s.newlineAtMs() || !s.connected()
                ? Step.to(s)
                : Step.to(new Loading(s.course(), nowMs + NEWLINE_PERIOD_MS, s.promised(), true), new SendNewline());
    }

    // The stream.

    private Step<LinkState, LinkAction> streaming(Course course, List<LinkAction> actions) {
        List<LinkAction> all = new ArrayList<>(actions);
        all.addAll(ack(course));
        return new Step<>(new Streaming(course, nowMs, nowMs + ACK_PERIOD_MS), all);
    }

    private Step<LinkState, LinkAction> applied(Streaming s, long offset) {
        StreamPosition before = s.course().position();
        if (!before.isKnown() || offset == before.offset()) {
            return Step.to(new Streaming(s.course(), nowMs, s.ackAtMs()));
        }
        Course course = s.course().advancedTo(before.at(offset));
        return new Step<>(new Streaming(course, nowMs, s.ackAtMs()), course.eager() ? ack(course) : List.of());
    }

    private Step<LinkState, LinkAction> ackInTime(Streaming s) {
        return nowMs < s.ackAtMs()
                ? Step.to(s)
                : new Step<>(new Streaming(s.course(), s.heardMs(), nowMs + ACK_PERIOD_MS), ack(s.course()));
    }

    /** A whole command that failed has changed nothing: the next attempt may continue just before it. */
    private Step<LinkState, LinkAction> refused(Streaming s, CommandRefused e) {
        if (!e.positionLost()) {
            return setback(s, Say.warning(e.why()));
        }
        Course nowhere = s.course().at(StreamPosition.UNKNOWN);
        Step<LinkState, LinkAction> step =
                setback(new Streaming(nowhere, s.heardMs(), s.ackAtMs()), Say.warning(e.why()));
        List<LinkAction> actions = new ArrayList<>(step.actions());
        actions.add(new Disown());
        return new Step<>(step.state(), actions);
    }

    /** A primary that was asked by SYNC knows no offsets, and gets none. */
    private static List<LinkAction> ack(Course course) {
        return course.position().isKnown() ? List.of(new Ack(course.position().offset())) : List.of();
    }

    private boolean isDue(LinkState state) {
        return state.isDue(nowMs, settings.timeoutMs());
    }
}
