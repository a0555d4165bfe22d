package io.vireo.outlet;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.replication.Replication;
import java.util.concurrent.Executor;

/** A node's end of the event bus: reads on the keyspace's loop, and hands what it read to a verticle that publishes. */
@RunsOn(Loop.KEYSPACE)
public final class EventBusOutlet {
    private final StreamTap tap;
    private final StateWatch states;

    private EventBusOutlet(StreamTap tap, StateWatch states) {
        this.tap = tap;
        this.states = states;
    }

    /**
     * Begins to publish what comes from now on.
     *
     * @param vertx where the publishing verticle is deployed, as a child of the calling one
     * @param bus where events go; its Vert.x may be another, clustered one
     * @param prefix the beginning of every address
     * @param keyspaceLoop the loop this is called on
     */
    public static Future<EventBusOutlet> start(
            Vertx vertx,
            EventBus bus,
            String prefix,
            int port,
            Replication replication,
            CommandKeys keys,
            Executor keyspaceLoop) {
        EventBusOutlet[] made = new EventBusOutlet[1];
        EventBusVerticle verticle =
                new EventBusVerticle(bus, prefix, port, keys, keyspaceLoop, bytes -> made[0].published(bytes));
        return vertx.deployVerticle(verticle).map(id -> {
            StreamTap tap = new StreamTap(replication.log(), replication::isPrimary, verticle::take);
            made[0] = new EventBusOutlet(tap, new StateWatch(replication, verticle::tell));
            return made[0];
        });
    }

    /** The end of a turn of the loop, between commands. */
    public void endOfTurn() {
        tap.pump();
        states.look();
    }

    public void close() {
        tap.close();
    }

    private void published(int bytes) {
        try {
            tap.published(bytes);
            tap.pump();
        } catch (Throwable e) { // Netty would swallow it
            Fatal.stop(e);
        }
    }
}
