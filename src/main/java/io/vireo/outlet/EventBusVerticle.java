package io.vireo.outlet;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/** Decodes what a {@link StreamTap} read, and publishes it. Its loop is not the keyspace's. */
@RunsOn(Loop.CONTROL)
final class EventBusVerticle extends VerticleBase {
    private final EventBus bus;
    private final String prefix;
    private final int port;
    private final Executor keyspaceLoop;
    private final IntConsumer published;
    private final ChangeDecoder decoder;

    /**
     * @param port told in each event, so that the nodes of a set can be told apart
     * @param published told on {@code keyspaceLoop} how many bytes of the stream are done with
     */
    EventBusVerticle(
            EventBus bus, String prefix, int port, CommandKeys keys, Executor keyspaceLoop, IntConsumer published) {
        this.bus = bus;
        this.prefix = prefix;
        this.port = port;
        this.keyspaceLoop = keyspaceLoop;
        this.published = published;
        this.decoder = new ChangeDecoder(keys, event -> publish("replication", event));
    }

    @Override
    public Future<?> start() {
        return Future.succeededFuture();
    }

    /** Publishes the changes among these bytes. Any thread. */
    void take(StreamChunk chunk) {
        context.runOnContext(hop -> {
            try {
                decoder.accept(chunk);
            } catch (RuntimeException e) { // a stream that the node itself wrote or applied cannot be read
                Fatal.stop(e);
            }
            int bytes = chunk.bytes().length;
            keyspaceLoop.execute(() -> published.accept(bytes));
        });
    }

    /** Publishes a change of state. Any thread. */
    void tell(String kind, JsonObject event) {
        context.runOnContext(hop -> publish(kind, event));
    }

    private void publish(String kind, JsonObject event) {
        bus.publish(prefix + "." + kind, event.put("port", port));
    }
}
