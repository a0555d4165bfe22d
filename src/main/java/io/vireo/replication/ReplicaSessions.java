package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Session;
import io.vireo.persist.Saving;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** The clients that are replicas, or are on the way to it. */
@RunsOn(Loop.KEYSPACE)
final class ReplicaSessions {
    private record Admitted(ReplicaSession connection, Feed feed) {}

    private final SavingCuts cuts;
    private final Saving saving;
    private final Supplier<List<byte[]>> functions;
    private final Executor loop;
    private final ServerLog log;
    private final Runnable changed;
    private final Map<Session, Introduction> introductions = new HashMap<>();
    private final Map<Session, Admitted> admitted = new HashMap<>();
    private final List<ReplicaSession> pumped = new ArrayList<>();

    /**
     * @param functions sources of the function libraries
     * @param changed is run when a client becomes a replica, or a replica is gone
     */
    ReplicaSessions(
            SavingCuts cuts,
            Saving saving,
            Supplier<List<byte[]>> functions,
            Executor loop,
            ServerLog log,
            Runnable changed) {
        this.cuts = cuts;
        this.saving = saving;
        this.functions = functions;
        this.loop = loop;
        this.log = log;
        this.changed = changed;
    }

    /** What this client has told about itself. */
    Introduction introduction(Session session) {
        return introductions.computeIfAbsent(session, s -> new Introduction());
    }

    /** The replica that this client is, if it is one. */
    Optional<Feed> of(Session session) {
        return Optional.ofNullable(admitted.get(session)).map(Admitted::feed);
    }

    /** Makes this client a replica. */
    void admit(Session session, Function<ReplicaConnection, Feed> begin) {
        session.kind(Session.Kind.REPLICA);
        ReplicaSession connection =
                new ReplicaSession(session, cuts, () -> saving.file().path(), functions, loop, log);
        Feed feed = begin.apply(connection);
        admitted.put(session, new Admitted(connection, feed));
        pumped.add(connection);
        session.onEmptyLine(feed::heard);
        changed.run();
    }

    /** A client is gone. */
    void closed(Session session) {
        introductions.remove(session);
        Admitted gone = admitted.remove(session);
        if (gone != null) {
            pumped.remove(gone.connection());
            gone.connection().lost();
            changed.run();
        }
    }

    /** The end of a turn: copies that are on their way go on. */
    void pump() {
        for (int i = 0; i < pumped.size(); i++) {
            pumped.get(i).pump();
        }
    }
}
