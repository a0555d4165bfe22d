package io.vireo.backlog;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a node's segments lie and what they are called: beside its RDB file, whose name no other node has there.
 *
 * @param name of the RDB file; the segment of sequence 7 is called {@code dump.rdb.backlog.7}
 */
@RunsOn(Loop.ANY)
record BacklogPlace(Path folder, String name) {
    private static final String BETWEEN = ".backlog.";
    private static final int MOST_DIGITS = 18;

    Path file(long sequence) {
        return folder.resolve(name + BETWEEN + sequence);
    }

    /** The segments that are there, by their sequence, the oldest first. */
    SortedMap<Long, Path> files() throws IOException {
        SortedMap<Long, Path> found = new TreeMap<>();
        String prefix = name + BETWEEN;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                String text = file.getFileName().toString();
                if (text.startsWith(prefix)) {
                    String digits = text.substring(prefix.length());
                    if (digits.matches("[1-9][0-9]{0," + (MOST_DIGITS - 1) + "}")) {
                        found.put(Long.parseLong(digits), file);
                    }
                }
            }
        }
        return found;
    }
}
