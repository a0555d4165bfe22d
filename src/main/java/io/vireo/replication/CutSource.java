package io.vireo.replication;

import io.vireo.log.StreamPosition;

/** Makes cuts of the data for replicas. */
public interface CutSource {

    /** What goes on now. */
    CutPlan.Running running();

    /**
     * Begins a cut of the data as they are now. Its end is told to {@link Replication#cutEnded}.
     *
     * @param position what the data are a copy of
     * @param database the one that the stream stands in there
     * @return whether it could be begun; why not is in the log
     */
    boolean begin(Medium medium, StreamPosition position, int database);

    /** Says that nobody waits for the cut to disk any more that was begun for replicas. */
    void abandonDisk();

    /** Gives up a cut that goes to sockets: nobody takes it any more. */
    void abandonSockets();
}
