package io.vireo.command;

/** What a connection is told about the node it talks to. */
public interface NodeFacts {
    /** The version of Redis whose commands this node speaks. */
    String redisVersion();

    /** {@code master} or {@code replica}, as HELLO says it. */
    String role();
}
