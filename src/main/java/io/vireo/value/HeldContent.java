package io.vireo.value;

/** The content of a {@link LargeValue} as it was at one moment, written out in parts while the value goes on changing. */
public interface HeldContent {
    /** How many elements there were. */
    long size();

    /**
     * Writes the next part: some tens of kilobytes at a time.
     *
     * @return whether there is more
     */
    boolean writeNext(ContentSink to);

    /** Forgets the content, written or not: the value need not tell its changes any more. */
    void end();
}
