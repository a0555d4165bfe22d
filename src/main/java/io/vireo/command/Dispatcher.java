package io.vireo.command;

import io.vireo.base.ByteText;
import io.vireo.base.Bytes;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.RespWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs commands: finds the row, asks the gates, queues inside MULTI, calls the handler, counts, and puts the effects
 * into the stream.
 *
 * <p>Durations chain one clock reading per command: a command began when the one before it ended, or when its batch was
 * read.
 */
@RunsOn(Loop.KEYSPACE)
public final class Dispatcher {
    private static final int SHOWN_BYTES = 128;
    private static final long REFRESH_CLOCK_NANOS = 1_000_000;

    private final CommandTable table;
    private final Gates gates;
    private final Keyspace keyspace;
    private final ReplicationLog log;
    private final CommandContext context;
    private final ServerStats stats = new ServerStats();
    private final Slowness slowness = new Slowness();
    private final Blocking blocking;
    private final Pause pause;
    private final RespWriter servedOut = new RespWriter();
    private final Runnable clock;

    private long lastNanos = System.nanoTime();
    private long[] hashes = new long[16];
    private Consumer<Session> onWebPage = session -> session.connection().closeNow();
    private boolean inUnit;
    private final List<CommandObserver> observers = new ArrayList<>();
    private CommandObserver observer;
    private boolean tracksLatencies;
    private boolean leavesNoTrace;

    /**
     * @param gates all added; they are assigned to the commands here
     * @param clock sets the keyspace's time of this turn; called again after any command that took over a millisecond
     */
    public Dispatcher(
            List<CommandFamily> families, Gates gates, Keyspace keyspace, ReplicationLog log, Runnable clock) {
        this.table = new CommandTable(families);
        this.gates = gates;
        this.keyspace = keyspace;
        this.log = log;
        this.clock = clock;
        this.blocking = new Blocking(keyspace, stats);
        this.pause = blocking.pause();
        this.context = new CommandContext(keyspace, log, blocking, this::serve);
        gates.assign(table);
    }

    /**
     * Sets what is done with a client that speaks HTTP: a web page may have been made to send it here, and then what its
     * body says must not be run.
     */
    public void onWebPage(Consumer<Session> refusal) {
        onWebPage = refusal;
    }

    public CommandTable table() {
        return table;
    }

    public ServerStats stats() {
        return stats;
    }

    /** What is told of commands that take long. */
    public Slowness slowness() {
        return slowness;
    }

    /** Sets whether is counted how long each command takes. */
    public void trackLatencies(boolean on) {
        tracksLatencies = on;
    }

    public ReplicationLog log() {
        return log;
    }

    /** The clients that wait. */
    public Blocking blocking() {
        return blocking;
    }

    /** Shows somebody every command, or does so no more. */
    public void show(CommandObserver to, boolean on) {
        observers.remove(to);
        if (on) {
            observers.add(to);
        }
        observer = switch (observers.size()) {
            case 0 -> null;
            case 1 -> observers.getFirst();
            default -> this::showAll;
        };
    }

    private void showAll(Session session, int db, Command command, Args args) {
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).ran(session, db, command, args);
        }
    }

    /** The client whose command is being executed, or null. */
    public Session running() {
        Session session = context.session();
        return session != null && session.runs() ? session : null;
    }

    /** Sets who is told what happens to keys; null for nobody. */
    public void onKeyEvent(KeyEventListener listener) {
        context.onKeyEvent(listener);
    }

    /** Begins a batch of commands: sets the time they all see. */
    public void beginBatch() {
        clock.run();
        lastNanos = System.nanoTime();
    }

    /**
     * Reads ahead where the first keys of the next commands lie, so that their cache misses overlap: first all lines of
     * the table, then all entries.
     */
    public void prefetch(Session session, Args[] commands, int count) {
        if (!keyspace.owner().isHeldHere()) {
            return;
        }
        if (hashes.length < count) {
            hashes = new long[count];
        }
        Database db = keyspace.db(session.db());
        int keys = 0;
        for (int i = 0; i < count; i++) {
            Args args = commands[i];
            Command command = table.find(args.get(0));
            if (command != null && command.firstKey() > 0 && command.firstKey() < args.count()) {
                long hash = args.get(command.firstKey()).hash();
                hashes[keys++] = hash;
                db.prefetch(hash);
            }
        }
        for (int i = 0; i < keys; i++) {
            db.prefetchEntry(hashes[i]);
        }
    }

    /**
     * Runs one command of a client and writes its one reply.
     *
     * @return false if it has to wait: nothing was done, and it is to be given again once the client may go on
     */
    public boolean execute(Session session, Args args, RespWriter out) {
        boolean isDone = run(session, args, out);
        session.commandEnds();
        if (session.isFollowedUp() && isDone && !session.isBlocked()) {
            session.commandDone();
        }
        return isDone;
    }

    private boolean run(Session session, Args args, RespWriter out) {
        Command command = resolve(session, args, out);
        if (command == null) {
            return true;
        }
        ErrorReply refusal = gates.check(session, command, args);
        if (refusal == null && session.transaction().isOpen() && TransactionCommands.isExec(command)) {
            refusal = refusalOfQueued(session);
        }
        if (refusal != null) {
            reject(session, command, refusal, out);
            return true;
        }
        if (pause.isOn() && waits(session, command)) {
            blocking.postpone(session);
            return false;
        }
        Transaction transaction = session.transaction();
        if (transaction.isOpen() && !TransactionCommands.runsInsideMulti(command)) {
            if (command.isRefusedInMulti()) {
                reject(session, command, ErrorReply.NOT_IN_MULTI, out);
                return true;
            }
            transaction.add(command, args.copy());
            session.interacted(keyspace.nowMs(), command);
            out.simple("QUEUED");
            return true;
        }
        call(session, command, args, out);
        return true;
    }

    /** Why one of the commands that wait for EXEC may not run by now: then none of them does. */
    private ErrorReply refusalOfQueued(Session session) {
        for (Transaction.Queued queued : session.transaction().queue()) {
            ErrorReply refusal = gates.checkQueued(session, queued.command(), queued.args());
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** Whether a client's command has to wait for the end of the pause. The primary's stream is held back elsewhere. */
    private boolean waits(Session session, Command command) {
        if (session.kind() != Session.Kind.NORMAL) {
            return false;
        }
        return pause.scope() == Pause.Scope.ALL
                || command.mayReplicate()
                || TransactionCommands.isExec(command) && session.transaction().mayReplicate();
    }

    /**
     * Applies one command of the primary's stream. Nothing is propagated: the stream's bytes are passed on unchanged.
     *
     * @return false if there is no such command or it does not take so many words
     */
    public boolean isKnown(Args args) {
        Command command = table.find(args.get(0));
        return command != null && command.spec().takes(args.count());
    }

    /** Whether a command is running whose end will put all its effects into the stream as one. */
    public boolean isInUnit() {
        return inUnit;
    }

    private Command resolve(Session session, Args args, RespWriter out) {
        Command command = table.find(args.get(0));
        if (command == null) {
            if (args.get(0).isWord("post") || args.get(0).isWord("host:")) {
                onWebPage.accept(session);
            } else {
                reject(session, null, unknownCommand(args), out);
            }
            return null;
        }
        if (!command.subcommands().isEmpty() && args.count() > 1) {
            Command sub = command.subcommand(args.get(1));
            if (sub == null) {
                ErrorReply unknown = ErrorReply.unknownSubcommand(
                        clip(args.get(1), SHOWN_BYTES), command.fullName().toUpperCase(java.util.Locale.ROOT));
                reject(session, null, unknown, out);
                return null;
            }
            command = sub;
        }
        if (!command.spec().takes(args.count())) {
            reject(session, command, ErrorReply.wrongArity(command.fullName()), out);
            return null;
        }
        return command;
    }

    private void reject(Session session, Command command, ErrorReply refusal, RespWriter out) {
        session.transaction().refuse();
        if (command != null) {
            command.rejected++;
        }
        session.interacted(keyspace.nowMs(), command);
        ErrorReply answer = refusal;
        if (TransactionCommands.isExec(command)) {
            TransactionCommands.end(keyspace, session);
            answer = ErrorReply.execRefused(refusal);
        }
        stats.countError(answer.code());
        out.error(answer);
    }

    private void call(Session session, Command command, Args args, RespWriter out) {
        session.commandBegins();
        inUnit = !command.meetsAnyKey();
        session.interacted(keyspace.nowMs(), command);
        context.start(session, command);
        run(command, args, out);
        if (observer != null) {
            observer.ran(session, session.db(), command, args);
        }
        inUnit = false;
        context.writeEffect(args);
        log.commit();
        session.writtenUpTo(log.endOffset());
        stats.commands++;
        long nowNanos = System.nanoTime();
        long spent = nowNanos - lastNanos;
        lastNanos = nowNanos;
        command.spent(spent);
        if (spent > REFRESH_CLOCK_NANOS) {
            clock.run();
        }
        if (session.isBlocked()) {
            session.blocked().ran(spent, slowness.wordsOfWaiting(command, args));
        } else {
            took(session, command, args, spent);
        }
        if (keyspace.blockedClients().isReady() && session.kind() != Session.Kind.PRIMARY) {
            serveReady();
        }
    }

    private void took(Session session, Command command, Args args, long nanos) {
        if (tracksLatencies) {
            command.took(nanos);
        }
        if (nanos >= slowness.noteFromNanos()) {
            slowness.note(session, command, args, nanos);
        }
    }

    /**
     * Serves the clients whose keys are ready: after each command, after one of the primary's stream, and at the end of
     * a turn, since keys also change by themselves.
     */
    public void serveReady() {
        if (keyspace.blockedClients().isReady()) {
            keyspace.blockedClients().serve();
        }
    }

    /** Runs what a client does that has waited, as a command of its own with its own effects. */
    private void serve(Blocked wait, Blocked.Act act) {
        Session session = wait.session();
        Command command = wait.command();
        session.connection().outputChanged();
        RespWriter out = servedOut.to(session.output(), session.protocol());
        long began = System.nanoTime();
        inUnit = true;
        session.commandBegins();
        context.start(session, command);
        boolean served = serve(act, command, out);
        session.commandEnds();
        inUnit = false;
        Invariant.check(context.isSettled(), "what a served client has changed goes into the stream in a settled form");
        log.commit();
        long spent = System.nanoTime() - began;
        command.spentMore(spent);
        if (served) {
            session.writtenUpTo(log.endOffset());
            tookInAll(wait, wait.ranNanos() + spent);
            blocking.end(wait);
        }
    }

    private void tookInAll(Blocked wait, long nanos) {
        if (tracksLatencies) {
            wait.command().took(nanos);
        }
        slowness.noteServed(wait, nanos);
    }

    private boolean serve(Blocked.Act act, Command command, RespWriter out) {
        try {
            return act.run(context, out);
        } catch (ErrorReply.Refusal e) {
            command.failed++;
            stats.countError(e.error().code());
            out.error(e.error());
            return true;
        }
    }

    /** Runs one command of an EXEC, whose effects are staged: the EXEC ends the unit. */
    void callInside(Session session, Command command, Args args, RespWriter out) {
        Command outer = context.command();
        long began = System.nanoTime();
        context.start(session, command);
        run(command, args, out);
        if (observer != null) {
            observer.ran(session, session.db(), command, args);
        }
        context.writeEffect(args);
        stats.commands++;
        long spent = System.nanoTime() - began;
        command.spent(spent);
        took(session, command, args, spent);
        context.start(session, outer);
        context.keepLocal();
    }

    private void run(Command command, Args args, RespWriter out) {
        boolean noTrace = !context.session().isTouching() && !command.isTouch();
        if (noTrace != leavesNoTrace) {
            leavesNoTrace = noTrace;
            keyspace.leavesNoTrace(noTrace);
        }
        try {
            long errors = out.errors();
            command.spec().handler().run(context, args, out);
            if (out.errors() != errors && !context.isErrorCounted()) {
                command.failed++;
            }
        } catch (ErrorReply.Refusal e) {
            command.failed++;
            stats.countError(e.error().code());
            out.error(e.error());
        }
    }

    private static ErrorReply unknownCommand(Args args) {
        StringBuilder shown = new StringBuilder();
        int left = SHOWN_BYTES;
        for (int i = 1; i < args.count() && left > 0; i++) {
            String word = clip(args.get(i), left);
            shown.append('\'').append(word).append("' ");
            left -= ByteText.bytes(word).length + "'' ".length();
        }
        return ErrorReply.of(
                "ERR unknown command '" + clip(args.get(0), SHOWN_BYTES) + "', with args beginning with: " + shown);
    }

    /** The beginning of a word; Redis shows it up to a zero. */
    private static String clip(Bytes word, int most) {
        int length = 0;
        while (length < word.length() && length < most && word.at(length) != 0) {
            length++;
        }
        return new Bytes().set(word.address(), length).toString();
    }

    /** Visits every command, for INFO and COMMAND. */
    public void forEachCommand(Consumer<Command> visitor) {
        table.allWithSubcommands().forEach(visitor);
    }
}
