package io.vireo.aof;

import static io.vireo.command.CommandFamily.plain;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.base.ServerLog;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandSpec;
import io.vireo.command.DataTypes;
import io.vireo.command.DatabaseCommands;
import io.vireo.command.Dispatcher;
import io.vireo.command.Gates;
import io.vireo.command.Handler;
import io.vireo.command.Session;
import io.vireo.command.SessionLimits;
import io.vireo.command.Sessions;
import io.vireo.command.SocketlessConnection;
import io.vireo.command.TransactionCommands;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.DiscardedOutput;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ProtocolException;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespDecoder;
import io.vireo.resp.RespWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Runs the commands of an append-only file on the data, by a dispatcher of its own: without gates, without a stream, and
 * without anybody who watches. To these commands a key exists until one of them deletes it, whatever its time.
 *
 * <p>One thread at a time, which holds the keyspace.
 */
final class AofReplay {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int SHOWN_BYTES = 128;

    /** Commands that say nothing about data, which other servers may have left in their files. */
    private static final List<String> WITHOUT_EFFECT = List.of("ping", "publish", "spublish", "replconf", "script");

    private final Keyspace keyspace;
    private final BooleanSupplier aborted;
    private final int keyDelayMicros;
    private final ServerLog log;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final DiscardedOutput pit = new DiscardedOutput();
    private final RespWriter replies = new RespWriter();

    /**
     * @param aborted whether to stop
     * @param keyDelayMicros time to lose per command, for tests of slow loading; 0 for none
     */
    AofReplay(Keyspace keyspace, BooleanSupplier aborted, int keyDelayMicros, ServerLog log) {
        this.keyspace = keyspace;
        this.aborted = aborted;
        this.keyDelayMicros = keyDelayMicros;
        this.log = log;
        TransactionCommands transactions = new TransactionCommands();
        List<CommandFamily> families = new ArrayList<>(DataTypes.families());
        families.add(transactions.rows());
        families.add(new DatabaseCommands(() -> {}).rows());
        families.add(others());
        ReplicationLog noStream = new ReplicationLog(ReplicationHistory.fresh(ReplicationId.NONE), 0);
        this.dispatcher = new Dispatcher(families, new Gates(), keyspace, noStream, () -> {});
        transactions.dispatcher(dispatcher);
        this.sessions = new Sessions(new NoLogin());
    }

    private static CommandFamily others() {
        Handler nothing = (ctx, args, out) -> out.ok();
        List<CommandSpec> rows = new ArrayList<>();
        for (String name : WITHOUT_EFFECT) {
            rows.add(plain(name, -1, nothing));
        }
        rows.add(plain("select", 2, AofReplay::select));
        rows.add(plain("function", -2, AofReplay::function));
        return new CommandFamily("server", rows);
    }

    private static void select(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.session().db(ctx.databaseIn(args, 1));
        out.ok();
    }

    /** FUNCTION LOAD [REPLACE] code, FLUSH: libraries are kept as they are. */
    private static void function(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.get(1).isWord("load")) {
            ctx.keyspace().functions().add(args.get(args.count() - 1).toArray());
        } else if (args.get(1).isWord("flush")) {
            ctx.keyspace().functions().clear();
        } else {
            throw ErrorReply.of("ERR only FUNCTION LOAD and FLUSH are known").raise();
        }
        out.ok();
    }

    /**
     * Runs the commands of a file.
     *
     * @param from where they begin
     * @param to where the whole ones end
     * @param progress told how many bytes of the file are done
     * @return the database selected in the end
     */
    int run(Path file, long from, long to, LongConsumer progress) throws IOException, AofException {
        Session session = sessions.openPrimary(new SocketlessConnection(), System.currentTimeMillis());
        keyspace.viewAsPrimaryStream(true);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.position(from);
            new Reading(file, channel, session, from, to, progress).run();
            return session.db();
        } finally {
            keyspace.viewAsPrimaryStream(false);
            sessions.close(session);
        }
    }

    private static final class NoLogin implements SessionLimits {
        @Override
        public boolean isPasswordRequired() {
            return false;
        }

        @Override
        public long maxBulkLength() {
            return Integer.MAX_VALUE;
        }
    }

    /** One file on its way through a buffer that grows with its commands. */
    private final class Reading {
        private final String name;
        private final FileChannel channel;
        private final Session session;
        private final long to;
        private final LongConsumer progress;
        private final Args args = new Args();
        private final RespDecoder decoder = new RespDecoder(args);
        private Arena arena = Arena.ofConfined();
        private MemorySegment buffer = arena.allocate(BUFFER_BYTES);
        private int start;
        private int end;
        private long position;

        private Reading(Path file, FileChannel channel, Session session, long from, long to, LongConsumer progress) {
            this.name = file.getFileName().toString();
            this.channel = channel;
            this.session = session;
            this.position = from;
            this.to = to;
            this.progress = progress;
        }

        private void run() throws IOException, AofException {
            try {
                while (position < to || start < end) {
                    int used = runSome();
                    start += used;
                    if (used == 0 && !fill()) {
                        throw new AofException("Unexpected end of file reading the append only file " + name);
                    }
                    progress.accept(position - (end - start));
                    if (aborted.getAsBoolean()) {
                        throw new AofException("Loading was called off");
                    }
                }
            } finally {
                arena.close();
            }
        }

        /** Brings more bytes behind those that are left; false where there are none. */
        private boolean fill() throws IOException {
            if (start > 0) {
                MemorySegment.copy(buffer, start, buffer, 0, end - start);
                end -= start;
                start = 0;
            }
            long wanted = Math.max(decoder.wanted(), end + 1L);
            if (buffer.byteSize() < wanted) {
                Arena larger = Arena.ofConfined();
                MemorySegment more =
                        larger.allocate(Math.max(wanted, Math.min(2 * buffer.byteSize(), Integer.MAX_VALUE)));
                MemorySegment.copy(buffer, 0, more, 0, end);
                arena.close();
                arena = larger;
                buffer = more;
            }
            long room = Math.min(buffer.byteSize() - end, to - position);
            if (room <= 0) {
                return false;
            }
            int count = channel.read(buffer.asSlice(end, room).asByteBuffer());
            if (count <= 0) {
                return false;
            }
            end += count;
            position += count;
            return true;
        }

        /** Runs the commands that are whole in the buffer. */
        private int runSome() throws AofException {
            dispatcher.beginBatch();
            int at = start;
            try {
                while (at < end) {
                    long address = buffer.address() + at;
                    if (RawMemory.getByte(address) == '#') {
                        int length = line(address, end - at);
                        if (length == 0) {
                            break;
                        }
                        at += length;
                        continue;
                    }
                    RespDecoder.Outcome found = decoder.next(address, end - at, RespDecoder.Limits.NONE);
                    if (found == RespDecoder.Outcome.MORE) {
                        break;
                    }
                    if (found == RespDecoder.Outcome.COMMAND) {
                        execute(decoder.args());
                    }
                    at += decoder.used();
                }
            } catch (ProtocolException e) {
                throw new AofException(
                        "Bad file format reading the append only file " + name + ": " + e.getMessage(), e);
            }
            return at - start;
        }

        private static int line(long address, int available) {
            for (int i = 0; i < available; i++) {
                if (RawMemory.getByte(address + i) == '\n') {
                    return i + 1;
                }
            }
            return 0;
        }

        private void execute(Args command) throws AofException {
            if (!dispatcher.isKnown(command)) {
                throw new AofException(
                        "Unknown command '" + shown(command.get(0)) + "' reading the append only file " + name);
            }
            long errors = replies.errors();
            dispatcher.execute(session, command, replies.to(pit.emptied(), 2));
            if (replies.errors() != errors) {
                refused(command);
            }
            if (keyDelayMicros > 0) {
                LockSupport.parkNanos(keyDelayMicros * 1000L);
            }
        }

        /** As in Redis the file is loaded all the same: it would have been refused when it was written, too. */
        private void refused(Args command) {
            log.warning("== CRITICAL == This server is loading AOF sending an error to itself: '" + replies.lastError()
                    + "' after processing the command '" + shown(command.get(0)) + "' of " + name);
        }

        private static String shown(Bytes word) {
            return new Bytes()
                    .set(word.address(), Math.min(SHOWN_BYTES, word.length()))
                    .toString();
        }
    }
}
