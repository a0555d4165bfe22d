package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.DiscardedOutput;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** All clients of a node, in the order they came. */
@RunsOn(Loop.KEYSPACE)
public final class Sessions {
    private final Map<Long, Session> byId = new LinkedHashMap<>();
    private final SessionLimits limits;
    private final DiscardedOutput discarded = new DiscardedOutput();
    private long lastId;
    private long accepted;

    public Sessions(SessionLimits limits) {
        this.limits = limits;
    }

    /** A new client on a connection. */
    public Session open(Connection connection, long nowMs) {
        Session session = new Session(++lastId, connection, limits, discarded, nowMs);
        byId.put(session.id(), session);
        accepted++;
        return session;
    }

    /** The primary whose stream this node applies: it came from no client, and is listed as one. */
    public Session openPrimary(Connection connection, long nowMs) {
        Session session = new Session(++lastId, connection, limits, discarded, nowMs);
        session.kind(Session.Kind.PRIMARY);
        session.logIn("(superuser)");
        byId.put(session.id(), session);
        return session;
    }

    public void close(Session session) {
        byId.remove(session.id());
    }

    /** The client of this id, or null. */
    public Session byId(long id) {
        return byId.get(id);
    }

    public Collection<Session> all() {
        return byId.values();
    }

    public int size() {
        return byId.size();
    }

    /** How many clients there were since the start. */
    public long accepted() {
        return accepted;
    }

    /** Counts from zero again. */
    public void resetStats() {
        accepted = 0;
    }

    public SessionLimits limits() {
        return limits;
    }
}
