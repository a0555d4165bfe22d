package io.vireo.node;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.util.function.Supplier;

/**
 * What a node's surroundings ask of it.
 *
 * @param anyPort whether {@code port 0} means any free port; Redis means none by it
 * @param releasesMemory whether the process goes on when the node has ended, and wants its memory back
 * @param opened told when the ports are open
 * @param bus where events are published: once it is there, which may be long after the node serves
 * @param last what is done once the node has ended and is taken down
 */
record Hosting(
        boolean anyPort,
        boolean releasesMemory,
        Runnable opened,
        Supplier<Future<EventBus>> bus,
        Supplier<Future<Void>> last) {
    /** A process that ends with its nodes. */
    static Hosting process(Runnable opened, Supplier<Future<EventBus>> bus) {
        return new Hosting(false, false, opened, bus, Future::succeededFuture);
    }

    /** A program that goes on without the node. */
    static Hosting program(Supplier<Future<EventBus>> bus, Supplier<Future<Void>> last) {
        return new Hosting(true, true, () -> {}, bus, last);
    }
}
