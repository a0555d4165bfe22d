package io.vireo.command;

/** The classes of clients that lists, kills and limits of output tell apart. */
public enum ClientClass {
    NORMAL,
    REPLICA,
    PUBSUB,
    PRIMARY
}
