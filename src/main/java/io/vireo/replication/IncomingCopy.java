package io.vireo.replication;

/** The primary's full copy on its way into our data: first kept aside and checked, then loaded. */
public interface IncomingCopy {

    /** Hears of one copy, never during a call of ours. It does not listen any more once the copy was abandoned. */
    interface Listener {
        /** More bytes have come than could be put away; none shall come until this is told again. */
        void congested(boolean isCongested);

        /** The copy is whole and sound. {@code wipes} if it has no key, and our data have. */
        void complete(boolean wipes);

        /** The copy cannot be used, for this reason; our data are as they were. */
        void unusable(String why);

        /** The copy is in the place of our data; its stream stands in this database. */
        void loaded(int database);

        /** The old data are gone, and the copy did not take their place. */
        void loadFailed(String why);
    }

    /**
     * Begins to take a copy.
     *
     * @param sameHistory whether it is of the stream that our data are a copy of, so that they are old but not wrong
     */
    void begin(PayloadShape shape, boolean sameHistory, Listener listener);

    /** Takes bytes of the copy. They are valid during the call. */
    void accept(long address, int length);

    /** All has come. The last {@code trailingBytes} were not part of it. Told: complete, or unusable. */
    void end(int trailingBytes);

    /** Puts a complete copy in the place of our data. Told: loaded, or loadFailed. */
    void load();

    /** Gives the copy up, whatever is being done with it. Does nothing where there is none. */
    void abandon();
}
