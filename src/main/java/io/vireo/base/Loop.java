package io.vireo.base;

/** The threads a type may belong to. */
public enum Loop {
    /** The event loop that owns a node's keyspace, its log and its clients' sockets. */
    KEYSPACE,
    /** The event loop of voters, leases and HTTP. */
    CONTROL,
    /** A worker that may block: files, checksums, compression. */
    WORKER,
    /** Any thread: immutable, or safe by itself. */
    ANY
}
