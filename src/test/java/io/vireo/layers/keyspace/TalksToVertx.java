package io.vireo.layers.keyspace;

import io.vertx.core.Vertx;

/** Uses Vert.x far from the edge. */
interface TalksToVertx {
    Vertx vertx();
}
