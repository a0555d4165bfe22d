package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Connection;
import io.vireo.command.Dispatcher;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.keyspace.Keyspace;
import io.vireo.resp.Args;
import io.vireo.resp.DiscardedOutput;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.RespWriter;
import java.util.Optional;

/**
 * Runs a primary's commands by the node's dispatcher, in a session of their own that no gate refuses. To them a key exists
 * until the primary deletes it, whatever its time.
 */
@RunsOn(Loop.KEYSPACE)
final class PrimaryCommands implements StreamCommands {
    private final Keyspace keyspace;
    private final Sessions sessions;
    private final Connection connection;
    private final DiscardedOutput pit = new DiscardedOutput();
    private final RespWriter replies = new RespWriter();
    private Dispatcher dispatcher;
    private Session session;

    /** @param connection the one to the primary, as far as a session has to do with it */
    PrimaryCommands(Keyspace keyspace, Sessions sessions, Connection connection) {
        this.keyspace = keyspace;
        this.sessions = sessions;
        this.connection = connection;
    }

    void dispatcher(Dispatcher newDispatcher) {
        dispatcher = newDispatcher;
    }

    @Override
    public boolean mayRun() {
        return keyspace.owner().isHeldHere() && !keyspace.isPaused();
    }

    @Override
    public void beginBatch() {
        dispatcher.beginBatch();
    }

    @Override
    public Optional<Refusal> run(Args command) {
        boolean ends = command.get(0).isWord("exec");
        long errors = replies.errors();
        keyspace.viewAsPrimaryStream(true);
        try {
            dispatcher.execute(session, command, replies.to(pit.emptied(), 2));
        } finally {
            keyspace.viewAsPrimaryStream(false);
        }
        dispatcher.serveReady();
        if (replies.errors() == errors) {
            return Optional.empty();
        }
        ErrorReply error = replies.lastError();
        boolean halfDone = ends && error != ErrorReply.EXEC_ABORTED && error != ErrorReply.EXEC_WITHOUT_MULTI;
        return Optional.of(new Refusal(error.toString(), halfDone));
    }

    @Override
    public boolean isInTransaction() {
        return session.transaction().isOpen();
    }

    @Override
    public int database() {
        return session.db();
    }

    @Override
    public void begin(int database) {
        session = sessions.openPrimary(connection, System.currentTimeMillis());
        session.db(database);
    }

    @Override
    public void end() {
        sessions.close(session);
        session = null;
    }
}
