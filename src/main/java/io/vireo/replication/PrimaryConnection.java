package io.vireo.replication;

/** The connection to a primary, one at a time. */
public interface PrimaryConnection {

    /** Hears of one attempt. It may be told more after the attempt was closed; it does not listen then. */
    interface Listener {
        void connected();

        /** Bytes have come. They are valid during the call. */
        void received(long address, int length);

        /** The connection could not be made, or has ended. */
        void lost(String why);
    }

    void open(Target primary, Listener listener);

    void send(byte[] bytes);

    /** Delivers no bytes until {@link #resume}. */
    void pause();

    void resume();

    void close();

    /** Ends the connection as if the primary had: the listener is told. */
    void drop();

    /** {@code host:port} of the primary's end, or empty. */
    String peerAddress();

    /** {@code host:port} of our end, or empty. */
    String localAddress();

    /** The file descriptor, or -1. */
    int descriptor();
}
