package io.vireo.command;

/** What a connection is told about the node it talks to. */
public interface NodeFacts {
    /** The version of Redis whose commands this node speaks. */
    String redisVersion();

    /** As HELLO says it: {@code standalone}, or {@code sentinel} on a voter's port. */
    default String mode() {
        return "standalone";
    }

    /** {@code master} or {@code replica}, as HELLO says it; empty where it says nothing, which is for a Sentinel. */
    String role();
}
