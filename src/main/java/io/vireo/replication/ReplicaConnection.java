package io.vireo.replication;

/** The connection to one replica. What is sent leaves in the order of the calls. */
public interface ReplicaConnection {

    /** Whom to tell how sending goes, and that the connection is gone. Called once, before anything else. */
    void serves(Feed feed);

    void send(byte[] bytes);

    /** Sends the first bytes of an array, which are copied or sent during the call. */
    void send(byte[] bytes, int length);

    /** Sends bytes of the stream, which are copied or sent during the call. */
    void send(long address, int length);

    /** Whether more of the stream should be sent now; {@link Feed#pump} is called when it should again. */
    boolean isWritable();

    /** Bytes that were sent here, and have not left yet. */
    long pendingBytes();

    /** Takes part in the cut to sockets that has just begun. {@link Feed#progressed} is called as it goes. */
    void joinCut();

    /** Sends the length and the bytes of the file of the cut that has just ended; {@link Feed#fileSent} is called then. */
    void sendFile();

    /**
     * Sends the length and the bytes of an RDB without keys, with the function libraries or not; {@link Feed#fileSent}
     * is called in a later turn.
     */
    void sendWithoutKeys(boolean withFunctions);

    /** Closes the connection once all has left. */
    void close();

    /** The connection as CLIENT LIST shows it. */
    String describe();
}
