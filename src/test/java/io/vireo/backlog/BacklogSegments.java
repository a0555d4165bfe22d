package io.vireo.backlog;

import java.io.IOException;
import java.nio.file.Path;

/** What a node has on disk of its backlog while it runs, for tests. */
public final class BacklogSegments {
    private BacklogSegments() {}

    /** The last offset in the newest segment of a folder, or -1 while there is none. */
    public static long lastOffset(Path folder) {
        try {
            var files = new BacklogPlace(folder, "dump.rdb").files();
            return files.isEmpty()
                    ? -1
                    : Segment.scan(files.lastEntry().getValue(), files.lastKey())
                                    .nextOffset()
                            - 1;
        } catch (IOException e) {
            return -1; // just begun, or deleted
        }
    }
}
