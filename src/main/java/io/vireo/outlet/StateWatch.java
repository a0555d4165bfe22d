package io.vireo.outlet;

import io.vertx.core.json.JsonObject;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.replication.Feed;
import io.vireo.replication.LinkState;
import io.vireo.replication.Replication;
import io.vireo.replication.SyncDecision.Reason;
import io.vireo.replication.Target;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Compares what replication says with what it said at the end of the turn before, and tells the differences. */
@RunsOn(Loop.KEYSPACE)
final class StateWatch {
    private final Replication replication;
    private final BiConsumer<String, JsonObject> events;
    private final Map<Reason, Long> fullSyncs = new EnumMap<>(Reason.class);
    private final IdentityHashMap<Feed, String> feeds = new IdentityHashMap<>();
    private Optional<Target> primary;
    private LinkState link = new LinkState.Unlinked();
    private long partialSyncs;

    /** @param events told the kind of each event, which is the end of its address */
    StateWatch(Replication replication, BiConsumer<String, JsonObject> events) {
        this.replication = replication;
        this.events = events;
    }

    /** Looks once; to be called at the end of a turn. */
    void look() {
        Optional<Target> now = replication.primary();
        if (!now.equals(primary)) {
            primary = now;
            tell("role", event().put("role", now.isPresent() ? "replica" : "primary"));
        }
        if (replication.link().getClass() != link.getClass()) {
            linkChanged(link, replication.link());
        }
        link = replication.link();
        if (!replication.feeds().isEmpty() || !feeds.isEmpty()) {
            lookAtReplicas();
        }
    }

    private void linkChanged(LinkState before, LinkState now) {
        String state = now.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        tell("link", event().put("state", state).put("up", now instanceof LinkState.Streaming));
        if (now instanceof LinkState.FullSync full && !(before instanceof LinkState.FullSync)) {
            tell(
                    "sync",
                    event().put("side", "replica")
                            .put("kind", "full")
                            .put("until", full.promised().offset()));
        } else if (now instanceof LinkState.Streaming) {
            String kind = before instanceof LinkState.FullSync ? "done" : "partial";
            tell("sync", event().put("side", "replica").put("kind", kind));
        }
    }

    private void lookAtReplicas() {
        replication.fullSyncs().forEach((reason, count) -> {
            if (!count.equals(fullSyncs.put(reason, count))) {
                tell("sync", event().put("side", "primary").put("kind", "full").put("reason", word(reason)));
            }
        });
        if (replication.partialSyncs() != partialSyncs) {
            partialSyncs = replication.partialSyncs();
            tell("sync", event().put("side", "primary").put("kind", "partial"));
        }
        List<Feed> present = replication.feeds();
        for (Feed feed : present) {
            String state = feed.state().word();
            if (!state.equals(feeds.put(feed, state))) {
                tellReplica(feed, state);
            }
        }
        feeds.keySet().removeIf(feed -> {
            boolean gone = !present.contains(feed);
            if (gone) {
                tellReplica(feed, "gone");
            }
            return gone;
        });
    }

    private void tellReplica(Feed feed, String state) {
        tell(
                "sync",
                event().put("side", "primary")
                        .put("kind", "replica")
                        .put("replica", feed.replica().name())
                        .put("state", state));
    }

    private static String word(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private JsonObject event() {
        JsonObject event = new JsonObject()
                .put("id", replication.log().history().id())
                .put("offset", replication.log().endOffset());
        replication.primary().ifPresent(target -> event.put("primary", target.toString()));
        return event;
    }

    private void tell(String kind, JsonObject event) {
        events.accept(kind, event);
    }
}
