package io.vireo.tracking;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Command;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandObserver;
import io.vireo.command.CommandSpec;
import io.vireo.command.Dispatcher;
import io.vireo.command.KeySpec;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.command.TrackingMode;
import io.vireo.keyspace.Keyspace;
import io.vireo.memory.Table;
import io.vireo.resp.Args;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Who tracks which keys, and who is told that one has changed. A client is told as soon as it happens, behind the reply
 * of the command that it runs; one that tracks prefixes, at the end of the turn.
 *
 * <p>Looks at commands and keys only while somebody tracks. What clients had read that track no more is forgotten little
 * by little, or at once when the last of them ends.
 */
@RunsOn(Loop.KEYSPACE)
public final class Tracking implements CommandObserver, AutoCloseable {
    /** Keys that are given up in one go where there are too many. */
    private static final int GIVEN_UP_AT_ONCE = 1000;

    /** Segments of the table that are looked over in one go, each of some hundred keys. */
    private static final int SWEPT_AT_ONCE = 16;

    private final Keyspace keyspace;
    private final Sessions sessions;
    private final Runnable wake;
    private final TrackedKeys keys = new TrackedKeys();
    private final Invalidations invalidations;
    private final Broadcasts broadcasts;
    private final Set<Session> clients = new LinkedHashSet<>();
    private final IntConsumer remember = this::remember;
    private final Bytes changedKey = new Bytes();
    private Dispatcher dispatcher;
    private long mostKeys;
    private boolean looks;
    private long sweptUpTo = Table.END;
    private Args args;
    private Session reader;

    /** @param wake makes sure that the end of this turn is seen */
    public Tracking(Keyspace keyspace, Sessions sessions, Runnable wake) {
        this.keyspace = keyspace;
        this.sessions = sessions;
        this.wake = wake;
        this.invalidations = new Invalidations(sessions);
        this.broadcasts = new Broadcasts(invalidations);
    }

    /** The subcommands of CLIENT that belong to this. {@link #start} comes before they run. */
    public List<CommandSpec> clientRows() {
        return new TrackingCommands(this, sessions).rows();
    }

    public void start(Dispatcher newDispatcher) {
        dispatcher = newDispatcher;
    }

    /** Sets how many keys are remembered at the most; 0 for any number. */
    public void mostKeys(long most) {
        mostKeys = most;
        wake.run();
    }

    // What is told of it.

    /** How many clients track. */
    public int clients() {
        return clients.size();
    }

    /** How many keys are remembered. */
    public long keys() {
        return keys.size();
    }

    /** How many pairs of a key and a client that has read it. */
    public long items() {
        return keys.items();
    }

    /** How many prefixes of keys are tracked. */
    public int prefixes() {
        return broadcasts.size();
    }

    /** Memory of what is remembered, in bytes. */
    public long memoryBytes() {
        return keys.memoryBytes();
    }

    Broadcasts broadcasts() {
        return broadcasts;
    }

    // Coming and going.

    /** Has a client track, or track in another way. */
    void begin(Session session, TrackingMode mode) {
        session.tracking(mode);
        clients.add(session);
        look();
    }

    /** A client is gone, or tracks no more. */
    public void forget(Session session) {
        if (!clients.remove(session)) {
            return;
        }
        if (session.tracking().isBroadcast()) {
            broadcasts.forget(session);
        } else {
            sweptUpTo = 0;
        }
        session.tracking(null);
        if (clients.isEmpty()) {
            wake.run(); // what there is may be in use just now: it goes at the end of the turn
        }
    }

    private void look() {
        boolean needed = !clients.isEmpty();
        if (needed != looks) {
            looks = needed;
            dispatcher.show(this, needed);
            keyspace.changes(needed ? this::changed : null);
        }
    }

    // Reading.

    /** What a client has read is remembered, whatever came of it. */
    @Override
    public void ran(Session session, int db, Command command, Args newArgs) {
        TrackingMode mode = session.tracking();
        if (mode == null || !mode.remembers(session.isCachingSaid()) || !reads(command.spec())) {
            return;
        }
        args = newArgs;
        reader = session;
        for (KeySpec spec : command.spec().keys()) {
            spec.positions(newArgs, remember);
        }
        args = null;
        reader = null;
        giveUpSome();
    }

    private static boolean reads(CommandSpec command) {
        return command.has(CommandFlag.READONLY) && !command.has(CommandFlag.PUBSUB);
    }

    private void remember(int position) {
        Bytes key = args.get(position);
        if (!keys.add(key, reader.id())) {
            invalidations.key(reader, key); // what cannot be remembered must not be kept
        }
    }

    private boolean hasTooMany() {
        return mostKeys != 0 && keys.size() > mostKeys;
    }

    /** Gives keys up by chance where there are too many, and says so to those who have copies. */
    private void giveUpSome() {
        for (int i = 0; i < GIVEN_UP_AT_ONCE && hasTooMany(); i++) {
            keys.takeAny(
                    keyspace.random(),
                    key -> changedKey.set(key.address(), key.length()),
                    client -> tell(client, changedKey, null));
        }
    }

    // Changing.

    /** A key has changed, or is deleted by a command. */
    private void changed(int db, Bytes key) {
        changed(key, dispatcher.running());
    }

    /** A key is about to be deleted though no command asks for it. */
    public void leaves(Bytes key) {
        if (looks) {
            changed(key, null);
        }
    }

    private void changed(Bytes key, Session by) {
        if (!broadcasts.isEmpty()) {
            if (!broadcasts.isPending()) {
                wake.run();
            }
            broadcasts.changed(key, by);
        }
        if (keys.size() > 0) {
            Session running = dispatcher.running();
            changedKey.set(key.address(), key.length());
            keys.take(key, client -> tell(client, changedKey, running));
        }
    }

    private void tell(long client, Bytes key, Session running) {
        Session session = sessions.byId(client);
        if (session == null) {
            return;
        }
        TrackingMode mode = session.tracking();
        if (mode == null || mode.isBroadcast() || mode.isNoLoop() && session == running) {
            return;
        }
        invalidations.key(session, key);
    }

    /** All keys go, or are replaced. */
    public void flushed() {
        if (!looks) {
            return;
        }
        for (Session session : List.copyOf(clients)) {
            invalidations.all(session);
        }
        keys.clear();
    }

    /** The end of a turn: what was gathered is told, and what is too much, or of no use any more, goes. */
    public void endOfTurn() {
        if (!looks) {
            return;
        }
        if (broadcasts.isPending()) {
            broadcasts.send();
        }
        if (hasTooMany()) {
            giveUpSome();
            if (hasTooMany()) {
                wake.run();
            }
        }
        if (clients.isEmpty()) {
            look();
            keys.clear();
        }
    }

    /** Goes on forgetting what clients had read that track no more. To be called now and then. */
    public void tick() {
        if (sweptUpTo < Table.END) {
            sweptUpTo = keys.sweep(sweptUpTo, SWEPT_AT_ONCE, this::isGone);
        }
    }

    private boolean isGone(long client) {
        Session session = sessions.byId(client);
        return session == null
                || session.tracking() == null
                || session.tracking().isBroadcast();
    }

    @Override
    public void close() {
        keys.close();
    }
}
