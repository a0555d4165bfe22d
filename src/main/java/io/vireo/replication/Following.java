package io.vireo.replication;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.log.ReplicationLog;
import io.vireo.replication.LinkState.Reading;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * The replica in a node: owns the {@link PrimaryLink}, performs its actions, and tells it what comes of them.
 *
 * <p>What a primary sends is lines, then perhaps a payload, then commands, and nothing marks where one ends and the next
 * begins: the state of the link says how the next byte is read.
 */
@RunsOn(Loop.KEYSPACE)
final class Following {
    /** What is told as a time that there was not. */
    static final long NEVER = -1;

    private static final int LONGEST_LINE = 64 << 10;

    private final Surroundings node;
    private final ReplicationLog log;
    private final Consumer<RoleEvent> role;
    private final Consumer<FailoverEvent> failover;
    private final StreamApplier applier;
    private final Inbox inbox = new Inbox();

    private LinkState state = new LinkState.Unlinked();
    private Attempt attempt = new Attempt();
    private PayloadEnd payload;
    private boolean stepping;
    private boolean heldBack;
    private long payloadBytes;
    private long takenBytes;
    private long heardAtMs = NEVER;
    private long downSinceMs = NEVER;
    private FailoverEvent heirsAnswer;

    /**
     * @param role is told what becomes of our own stream
     * @param failover is told what a replica of ours answers that was asked to lead
     */
    Following(Surroundings node, ReplicationLog log, Consumer<RoleEvent> role, Consumer<FailoverEvent> failover) {
        this.node = node;
        this.log = log;
        this.role = role;
        this.failover = failover;
        this.applier = new StreamApplier(log, node.commands());
    }

    LinkState state() {
        return state;
    }

    /** How long ago the primary was heard of, in milliseconds, while its stream comes in; else {@link #NEVER}. */
    long silentMs() {
        return state instanceof LinkState.Streaming || state instanceof LinkState.FullSync
                ? nowMs() - heardAtMs
                : NEVER;
    }

    /** How long ago the stream ended, in milliseconds; {@link #NEVER} if it never came, or comes in. */
    long downMs() {
        return downSinceMs == NEVER ? NEVER : nowMs() - downSinceMs;
    }

    /** How many bytes the full copy under way has; 0 if that is not known. */
    long payloadBytes() {
        return payloadBytes;
    }

    /** How many bytes of the full copy have come. */
    long takenBytes() {
        return takenBytes;
    }

    private long nowMs() {
        return node.nowMs().getAsLong();
    }

    /** Moves the link one event on, and does what it asks for. */
    void tell(LinkEvent event) {
        Invariant.check(!stepping, "a link takes one step at a time");
        stepping = true;
        Reading before = state.reading();
        Step<LinkState, LinkAction> step =
                PrimaryLink.on(state, event, node.settings().link(), nowMs());
        state = step.state();
        step.actions().forEach(this::perform);
        stepping = false;
        Reading after = state.reading();
        if (before != Reading.COMMANDS && after == Reading.COMMANDS) {
            applier.begin(
                    state instanceof LinkState.Streaming now && now.course().eager());
            downSinceMs = NEVER;
        } else if (before == Reading.COMMANDS && after != Reading.COMMANDS) {
            applier.end();
            downSinceMs = nowMs();
        }
        if (state instanceof LinkState.Receiving && payload.isFound()) {
            tell(new LinkEvent.PayloadReceived());
        }
        tellHeirsAnswer();
    }

    /** Only now that the step is done: it may lead to another one. */
    private void tellHeirsAnswer() {
        FailoverEvent answer = heirsAnswer;
        if (answer != null) {
            heirsAnswer = null;
            failover.accept(answer);
        }
    }

    /** The primary asks, in its stream, how far we are. */
    void ackWanted() {
        tell(new LinkEvent.Applied(log.endOffset()));
        tell(new LinkEvent.AckWanted());
    }

    /** Sends the primary a command. */
    void send(List<String> words) {
        node.primary().send(resp(words));
    }

    private void perform(LinkAction action) {
        switch (action) {
            case Say line -> node.say().accept(line);
            case LinkAction.Connect(Target primary) -> {
                begin();
                node.primary().open(primary, attempt);
            }
            case LinkAction.Send(List<String> words) -> send(words);
            case LinkAction.Ack(long offset) -> acknowledge(offset);
            case LinkAction.SendNewline newline -> node.primary().send(new byte[] {'\n'});
            case LinkAction.Close close -> {
                begin();
                node.primary().close();
            }
            case LinkAction.Receive(PayloadShape shape, boolean sameHistory) -> {
                payload = new PayloadEnd(shape);
                payloadBytes = shape instanceof PayloadShape.Sized(long bytes) ? bytes : 0;
                takenBytes = 0;
                node.copy().begin(shape, sameHistory, attempt);
                endPayloadIfFound();
            }
            case LinkAction.Load load -> node.copy().load();
            case LinkAction.Disown disown ->
                role.accept(new RoleEvent.Disowned(node.newIds().get()));
            case LinkAction.Adopt adopt -> {
                role.accept(
                        new RoleEvent.Adopted(adopt.position(), node.newIds().get()));
                log.database(adopt.database());
            }
            case LinkAction.HeirLeads it -> heirsAnswer = new FailoverEvent.Accepted();
            case LinkAction.HeirRefuses it -> heirsAnswer = new FailoverEvent.Refused();
            case LinkAction.Continue(String id) -> role.accept(new RoleEvent.Continued(id));
        }
    }

    private void acknowledge(long offset) {
        LinkSettings settings = node.settings().link();
        if (settings.member().map(Member::mayAcknowledge).orElse(true)) {
            long held = settings.acksDisk() ? Math.min(offset, node.durableTo().getAsLong()) : offset;
            node.primary().send(resp(ack(held)));
        }
    }

    /** Tells the primary our time, which it tells back behind all that it has sent: so we know how old our data can be. */
    void stamp() {
        if (state instanceof LinkState.Streaming now && now.course().eager()) {
            send(List.of("REPLCONF", "vireo-stamp", Long.toString(nowMs())));
        }
    }

    /** How old the data can be at the most, in milliseconds; {@link #NEVER} where that is not known. */
    long staleMs() {
        long echoedMs = applier.echoedMs();
        return state instanceof LinkState.Streaming && echoedMs >= 0 ? nowMs() - echoedMs : NEVER;
    }

    /** Up to where the group holds the stream, as the primary has told; -1 as long as it has not. */
    long commitOffset() {
        return applier.commitOffset();
    }

    private List<String> ack(long offset) {
        long durableTo = node.durableTo().getAsLong();
        return durableTo < 0
                ? List.of("REPLCONF", "ACK", Long.toString(offset))
                : List.of("REPLCONF", "ACK", Long.toString(offset), "FACK", Long.toString(durableTo));
    }

    /** Leaves nothing of the attempt before. */
    private void begin() {
        attempt = new Attempt();
        heldBack = false;
        payload = null;
        inbox.close();
        node.copy().abandon();
        log.rollBackFromPrimary();
    }

    // Reading what the primary sends.

    private void received(long address, int length) {
        heardAtMs = nowMs();
        Attempt current = attempt;
        if (inbox.isEmpty()) {
            int used = consume(address, length);
            if (current == attempt) {
                inbox.append(address + used, length - used);
            }
        } else {
            inbox.append(address, length);
            consumeInbox();
        }
    }

    private void consumeInbox() {
        Attempt current = attempt;
        int used = consume(inbox.address(), inbox.length());
        if (current == attempt) {
            inbox.drop(used);
        }
    }

    private int consume(long address, int length) {
        Attempt current = attempt;
        int used = 0;
        int part = -1;
        while (used < length && part != 0 && current == attempt) {
            long at = address + used;
            int left = length - used;
            part = switch (state.reading()) {
                case NOTHING -> 0;
                case LINES -> takeLine(at, left);
                case PAYLOAD -> takePayload(at, left);
                case COMMANDS -> takeCommands(at, left);
            };
            used += part;
        }
        return used;
    }

    private int takeLine(long address, int length) {
        int end = 0;
        while (end < length && RawMemory.getByte(address + end) != '\n') {
            end++;
        }
        if (end == length) {
            if (length > LONGEST_LINE) {
                tell(new LinkEvent.Lost("a line is too long"));
            }
            return 0;
        }
        byte[] line = new byte[end];
        RawMemory.copyOut(address, line, 0, end);
        tell(new LinkEvent.Line(new String(line, StandardCharsets.ISO_8859_1).stripTrailing()));
        return end + 1;
    }

    private int takePayload(long address, int length) {
        if (payload.isFound()) {
            return 0;
        }
        int used = payload.take(address, length);
        takenBytes += used;
        node.copy().accept(address, used);
        tell(new LinkEvent.PayloadProgress());
        endPayloadIfFound();
        return used;
    }

    private void endPayloadIfFound() {
        if (payload.isFound()) {
            node.primary().pause();
            node.copy().end(payload.trailingBytes());
        }
    }

    private int takeCommands(long address, int length) {
        if (!node.commands().mayRun()) {
            heldBack = true;
            node.primary().pause();
            return 0;
        }
        Attempt current = attempt;
        int used = applier.apply(address, length);
        if (current == attempt) {
            tell(new LinkEvent.Applied(log.endOffset()));
            applier.refused().ifPresent(this::tell);
        }
        return used;
    }

    /** Bytes of the stream that have come and are not applied: the beginning of a command, or all that is held back. */
    int waitingBytes() {
        return state.reading() == LinkState.Reading.COMMANDS ? inbox.length() : 0;
    }

    /** Goes on with a stream that was held back, if it may; else the primary is not called silent meanwhile. */
    void goOn() {
        if (!heldBack) {
            return;
        }
        if (!node.commands().mayRun()) {
            tell(new LinkEvent.Applied(log.endOffset()));
            return;
        }
        heldBack = false;
        node.primary().resume();
        consumeInbox();
    }

    private static byte[] resp(List<String> words) {
        StringBuilder text = new StringBuilder("*" + words.size() + "\r\n");
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            text.append('$').append(bytes.length).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Listens as long as it is the present one: what is told of an attempt that was given up is not heard. */
    private final class Attempt implements PrimaryConnection.Listener, IncomingCopy.Listener {
        private void hear(LinkEvent event) {
            if (this == attempt) {
                tell(event);
            }
        }

        @Override
        public void connected() {
            hear(new LinkEvent.Connected());
        }

        @Override
        public void received(long address, int length) {
            if (this == attempt) {
                Following.this.received(address, length);
            }
        }

        @Override
        public void lost(String why) {
            hear(new LinkEvent.Lost(why));
        }

        @Override
        public void congested(boolean isCongested) {
            if (this != attempt || payload == null || payload.isFound()) {
                return;
            }
            if (isCongested) {
                node.primary().pause();
            } else {
                node.primary().resume();
            }
        }

        @Override
        public void complete(boolean wipes) {
            hear(new LinkEvent.PayloadComplete(wipes));
        }

        @Override
        public void unusable(String why) {
            hear(new LinkEvent.PayloadUnusable(why));
        }

        @Override
        public void loaded(int database) {
            hear(new LinkEvent.Loaded(database));
            if (this == attempt) {
                payload = null;
                node.primary().resume();
                consumeInbox();
            }
        }

        @Override
        public void loadFailed(String why) {
            hear(new LinkEvent.LoadFailed(why));
        }
    }
}
