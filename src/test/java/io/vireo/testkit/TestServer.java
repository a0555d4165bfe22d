package io.vireo.testkit;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.command.ClientCommands;
import io.vireo.command.Command;
import io.vireo.command.CommandCommands;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandSpec;
import io.vireo.command.ConnectionCommands;
import io.vireo.command.Credentials;
import io.vireo.command.DataTypes;
import io.vireo.command.DatabaseCommands;
import io.vireo.command.Dispatcher;
import io.vireo.command.Gate;
import io.vireo.command.Gates;
import io.vireo.command.MemoryGate;
import io.vireo.command.NodeFacts;
import io.vireo.command.Session;
import io.vireo.command.SessionLimits;
import io.vireo.command.Sessions;
import io.vireo.command.TransactionCommands;
import io.vireo.config.MaxmemoryPolicy;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.LogReader;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.RespDecoder;
import io.vireo.tracking.Tracking;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A server with no sockets: data, commands and stream, on the test's own thread, under a clock that is set by hand.
 *
 * <p>{@link #run} runs a command as the first client; {@link #client()} adds others. {@link #propagated()} tells what
 * replicas would receive.
 */
public final class TestServer implements AutoCloseable {
    /** What the clock shows at first, in milliseconds since 1970. */
    public static final long START_MS = 1_700_000_000_000L;

    private static final int DATABASES = 16;
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final int BACKLOG_BYTES = 1 << 20;

    private final Keyspace keyspace;
    private final ReplicationLog stream;
    private final LogReader reader;
    private final Dispatcher dispatcher;
    private final Tracking tracking;
    private final Limits limits = new Limits();
    private final Sessions sessions = new Sessions(limits);
    private final TestClient first;
    private long nowMs = START_MS;
    private final Gates gates;
    private final Gate readOnly = new ReadOnly();
    private final MemoryGate memory;
    private int flushes;
    private long maxBulkLength = 512L << 20;

    /** A server with the commands of this package; a server's own and those of replication are not among them. */
    public TestServer() {
        this(List.of());
    }

    /** A server with more families than those. */
    public TestServer(List<CommandFamily> more) {
        this(log -> more);
    }

    /** A server with more families, which work on its stream. */
    public TestServer(Function<ReplicationLog, List<CommandFamily>> more) {
        this(more, new Gates());
    }

    /** A server with more families, and with gates to which they may have added some. */
    public TestServer(Function<ReplicationLog, List<CommandFamily>> more, Gates gates) {
        this(more, gates, true);
    }

    /** A server with no other families than these. */
    public static TestServer only(List<CommandFamily> families, Gates gates) {
        return new TestServer(log -> families, gates, false);
    }

    private TestServer(Function<ReplicationLog, List<CommandFamily>> more, Gates gates, boolean hasUsual) {
        this.gates = gates;
        keyspace = new Keyspace(DATABASES);
        keyspace.owner().claim();
        tracking = new Tracking(keyspace, sessions, () -> {});
        TransactionCommands transactions = new TransactionCommands();
        CommandCommands commands = new CommandCommands();
        List<CommandFamily> own = List.of(
                new DatabaseCommands(() -> flushes++).rows(),
                new ConnectionCommands(new NoPassword(), new Facts(), this::forgetTracking).rows(),
                new ClientCommands(sessions, tracking.clientRows()).rows(),
                transactions.rows(),
                commands.rows());
        stream = new ReplicationLog(ReplicationHistory.fresh("0".repeat(40)), BACKLOG_BYTES);
        reader = stream.readFromEnd();
        stream.database(0);
        List<CommandFamily> usual =
                Stream.concat(DataTypes.families().stream(), own.stream()).toList();
        List<CommandFamily> families = Stream.of(hasUsual ? usual : List.<CommandFamily>of(), more.apply(stream))
                .flatMap(List::stream)
                .toList();
        memory = new MemoryGate(keyspace.eviction(), () -> true, () -> {});
        keyspace.eviction().tenacity(100);
        keyspace.eviction().listener(this::evicted);
        gates.add(memory);
        gates.add(readOnly);
        dispatcher = new Dispatcher(families, gates, keyspace, stream, () -> keyspace.newTurn(nowMs));
        transactions.dispatcher(dispatcher);
        dispatcher.blocking().clock(() -> nowMs);
        commands.table(dispatcher.table());
        keyspace.expiryListener(this::expired);
        keyspace.flushes(tracking::flushed);
        tracking.start(dispatcher);
        first = client();
    }

    private void expired(int db, Bytes key) {
        tracking.leaves(key);
        stream.effect(db);
        stream.begin(2).word(DEL).word(key);
        if (!dispatcher.isInUnit()) {
            stream.commit();
        }
    }

    private void evicted(int db, Bytes key) {
        tracking.leaves(key);
        stream.effect(db);
        stream.begin(2).word(DEL).word(key);
        stream.commit();
    }

    /** Sets the options {@code maxmemory} and {@code maxmemory-policy}; keys are evicted for as long as it takes. */
    public void maxmemory(long bytes, MaxmemoryPolicy policy) {
        keyspace.eviction().limit(bytes);
        keyspace.eviction().choosing(policy, 5);
        keyspace.noteAccesses(policy.isLfu(), 10, 1);
        gates.arm(memory, bytes != 0);
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /** One more client. */
    public TestClient client() {
        return new TestClient(dispatcher, sessions, nowMs, this::closed);
    }

    private void closed(Session session) {
        sessions.close(session);
        tracking.forget(session);
        keyspace.unwatchAll(session);
        dispatcher.blocking().forget(session);
    }

    /** The client that {@link #run} speaks for. */
    public TestClient firstClient() {
        return first;
    }

    /**
     * Runs a command as the first client and answers the reply's exact bytes, each as one character.
     *
     * @param line words as at the prompt of redis-cli: quotes and escapes work
     */
    public String run(String line) {
        return first.run(line);
    }

    /** What the clock shows, in milliseconds since 1970. */
    public long nowMs() {
        return nowMs;
    }

    /** Moves the clock on. Keys are deleted only as they are looked at, or by {@link #expire}. */
    public void advanceMs(long ms) {
        nowMs += ms;
        keyspace.newTurn(nowMs);
    }

    /** Answers the clients whose time to wait is over, as the alarm does that they have set. */
    public void answerLate() {
        dispatcher.blocking().expire();
    }

    /** The end of a turn of the loop. */
    public void endTurn() {
        dispatcher.serveReady();
        tracking.endOfTurn();
        tracking.tick();
    }

    /** Who tracks keys. */
    public Tracking tracking() {
        return tracking;
    }

    private void forgetTracking(Session session) {
        tracking.forget(session);
    }

    /** Runs the cycle that deletes keys whose time is over. */
    public void expire() {
        keyspace.expireCycle(nowMs, Long.MAX_VALUE / 2);
    }

    /** Refuses writes, as a replica does. */
    public void readOnly(boolean on) {
        gates.arm(readOnly, on);
    }

    private static final class ReadOnly implements Gate {
        @Override
        public boolean concerns(CommandSpec command) {
            return command.has(CommandFlag.WRITE);
        }

        @Override
        public ErrorReply check(Session session, Command command, Args args) {
            return ErrorReply.READ_ONLY;
        }
    }

    /** How often all data were flushed. */
    public int flushes() {
        return flushes;
    }

    /** Sets the option {@code proto-max-bulk-len}. */
    public void maxBulkLength(long bytes) {
        maxBulkLength = bytes;
    }

    /** The commands put into the stream since the last call, each with its words separated by blanks. */
    public List<String> propagated() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int length = reader.spanLength(); length > 0; length = reader.spanLength()) {
            byte[] span = new byte[length];
            RawMemory.copyOut(reader.spanAddress(), span, 0, length);
            bytes.writeBytes(span);
            reader.advance(length);
        }
        return commands(Bytes.copyOf(bytes.toByteArray()));
    }

    private List<String> commands(Bytes frames) {
        List<String> commands = new ArrayList<>();
        RespDecoder decoder = new RespDecoder(new Args());
        int at = 0;
        while (at < frames.length()) {
            try {
                decoder.next(frames.address() + at, frames.length() - at, first.session());
            } catch (ProtocolException e) {
                throw new IllegalStateException(e);
            }
            List<String> words = new ArrayList<>();
            for (int i = 0; i < decoder.args().count(); i++) {
                words.add(new String(decoder.args().get(i).toArray(), StandardCharsets.ISO_8859_1));
            }
            commands.add(String.join(" ", words));
            at += decoder.used();
        }
        return commands;
    }

    @Override
    public void close() {
        tracking.close();
        reader.close();
    }

    private static final class NoPassword implements Credentials {
        @Override
        public boolean isPasswordRequired() {
            return false;
        }

        @Override
        public boolean matches(Bytes user, Bytes password) {
            return true;
        }
    }

    private static final class Facts implements NodeFacts {
        @Override
        public String redisVersion() {
            return "7.2.4";
        }

        @Override
        public String role() {
            return "master";
        }
    }

    private final class Limits implements SessionLimits {
        @Override
        public boolean isPasswordRequired() {
            return false;
        }

        @Override
        public long maxBulkLength() {
            return maxBulkLength;
        }
    }
}
