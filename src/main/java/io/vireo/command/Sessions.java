package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** All clients of a node, in the order they came. */
@RunsOn(Loop.KEYSPACE)
public final class Sessions {
    private final Map<Long, Session> byId = new LinkedHashMap<>();
    private final SessionLimits limits;
    private long lastId;
    private long accepted;

    public Sessions(SessionLimits limits) {
        this.limits = limits;
    }

    /** A new client on a connection. */
    public Session open(Connection connection, long nowMs) {
        Session session = new Session(++lastId, connection, limits, nowMs);
        byId.put(session.id(), session);
        accepted++;
        return session;
    }

    /** A session that no client list shows, as for the stream of the primary. */
    public Session openInternal(Connection connection, long nowMs) {
        return new Session(++lastId, connection, limits, nowMs);
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

    public SessionLimits limits() {
        return limits;
    }
}
