package io.vireo.command;

import io.vireo.resp.OutputBuffer;

/** What a session may ask of the socket behind it. Tests and the primary's stream have other ones. */
public interface Connection {
    /** {@code host:port} of the peer, or the path of a unix socket with {@code :0}. */
    String peerAddress();

    /** {@code host:port} of this end. */
    String localAddress();

    /** The file descriptor, or -1. */
    int descriptor();

    /** Where replies go. What is put there leaves at the end of the loop's turn. */
    OutputBuffer output();

    /** Makes sure that output put outside a command of this connection leaves at the end of the turn. */
    void outputChanged();

    /** Bytes received that are not yet words of a command. */
    long queryBytes();

    /** Room left in the buffer where they lie. */
    default long queryRoomBytes() {
        return 0;
    }

    /** Bytes of the words that have come of a command which is not complete. */
    default long argumentBytes() {
        return 0;
    }

    /** Bytes put into the output and not yet taken by the kernel. */
    long outputBytes();

    /** Of these, those that lie in the buffer where replies are put. */
    default long replyBytes() {
        return 0;
    }

    /** The size of that buffer, or 0 while there is none. */
    default long replyBufferBytes() {
        return 0;
    }

    /** How many buffers wait to be taken by the kernel, that one not counted. */
    default int outputBuffers() {
        return 0;
    }

    /** Whether it reads what the client sends: not while too much waits. */
    default boolean isReading() {
        return true;
    }

    /** Whether it waits for the kernel to take output. */
    default boolean isWriting() {
        return false;
    }

    /** All memory of this connection's buffers, in bytes. */
    default long bufferBytes() {
        return queryBytes() + queryRoomBytes() + argumentBytes() + outputBytes() - replyBytes() + replyBufferBytes();
    }

    /** Runs no further command of this client until {@link #resume}: its reply is still to come. */
    void suspend();

    /** Goes on with what the client has sent meanwhile. The reply that was owed has been put by now. */
    void resume();

    /** Whether what is put into the output leaves at once, or may be gathered by TCP for a while. */
    void noDelay(boolean on);

    /** Ends the connection when all output so far has left; reads nothing more. */
    void closeAfterOutput();

    /** Ends the connection now. */
    void closeNow();
}
