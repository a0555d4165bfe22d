package io.vireo.layers.keyspace;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** Innocent: its name says that it stands between Vert.x and the rest. */
interface InnocentVerticle {
    /** Innocent as well: a part of the above. */
    record Started(Vertx vertx, JsonObject settings) {}
}
