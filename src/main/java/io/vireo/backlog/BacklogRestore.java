package io.vireo.backlog;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.log.BacklogSeed;
import io.vireo.log.StreamPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds out which part of the segments leads to the data that were loaded.
 *
 * <p>Data of a stream id at an offset are reached by the segment of that id which stands there or passes; the bytes in
 * front of it are had from it and, without a gap, from those before it, whatever their ids: a stream whose id changes
 * goes on. What lies behind the offset is not in the data, and is never used.
 */
@RunsOn(Loop.WORKER)
final class BacklogRestore {
    private final ServerLog log;

    BacklogRestore(ServerLog log) {
        this.log = log;
    }

    /**
     * Reads what can be used, and says to the log why the rest cannot.
     *
     * @param data what was loaded, or null if it is a copy of no stream
     * @param backlogSizeBytes as many of the last bytes are read
     */
    Restored read(BacklogPlace place, StreamPosition data, long backlogSizeBytes) throws IOException {
        List<Segment> valid = valid(place.files());
        if (valid.isEmpty()) {
            return Restored.NOTHING;
        }
        int end = data == null ? -1 : endOf(valid, data);
        if (end < 0) {
            log.notice("The replication backlog on disk is not used: " + reason(valid, data));
            return Restored.NOTHING;
        }
        int begin = end;
        while (begin > 0
                && valid.get(begin - 1).nextOffset() == valid.get(begin).firstOffset()) {
            begin--;
        }
        List<Segment> used = new ArrayList<>(valid.subList(begin, end));
        used.add(valid.get(end).before(data.next()));
        long from = Math.max(used.getFirst().firstOffset(), data.next() - backlogSizeBytes);
        return new Restored(data, seed(used, from, backlogSizeBytes), List.copyOf(used));
    }

    /** Those that can be read, each without what a later one has taken the place of. */
    private List<Segment> valid(Map<Long, Path> files) {
        List<Segment> valid = new ArrayList<>();
        files.forEach((sequence, file) -> {
            try {
                Segment segment = Segment.scan(file, sequence);
                if (segment.damage() != null) {
                    log.notice("Of the replication backlog file " + file.getFileName() + " the rest is not used: "
                            + segment.damage());
                }
                add(valid, segment);
            } catch (IOException e) {
                log.warning("The replication backlog file " + file.getFileName() + " is not used: " + e.getMessage());
            }
        });
        return valid;
    }

    private static void add(List<Segment> valid, Segment later) {
        while (!valid.isEmpty() && valid.getLast().firstOffset() > later.firstOffset()) {
            valid.removeLast();
        }
        if (!valid.isEmpty()) {
            valid.set(valid.size() - 1, valid.getLast().before(later.firstOffset()));
        }
        valid.add(later);
    }

    private static int endOf(List<Segment> valid, StreamPosition data) {
        for (int i = valid.size() - 1; i >= 0; i--) {
            if (valid.get(i).passes(data.id(), data.offset())) {
                return i;
            }
        }
        return -1;
    }

    private static String reason(List<Segment> valid, StreamPosition data) {
        if (data == null) {
            return "the data are a copy of no stream.";
        }
        List<Segment> same =
                valid.stream().filter(segment -> segment.id().equals(data.id())).toList();
        if (same.isEmpty()) {
            return "it is not of the stream " + data.id() + ", which the data are of.";
        }
        return "it has offsets " + same.getFirst().firstOffset() + " to "
                + (same.getLast().nextOffset() - 1) + " of the stream, and the data stand at " + data.offset() + ".";
    }

    private static BacklogSeed seed(List<Segment> used, long from, long backlogSizeBytes) throws IOException {
        BacklogSeed seed = new BacklogSeed(from, backlogSizeBytes);
        boolean whole = false;
        try {
            for (Segment segment : used) {
                if (segment.nextOffset() > from) {
                    segment.forEach((offset, bytes, length) -> {
                        int skipped = Math.clamp(seed.nextOffset() - offset, 0, length);
                        int end = Math.clamp(segment.nextOffset() - offset, 0, length);
                        if (end > skipped) {
                            seed.add(bytes, skipped, end - skipped);
                        }
                    });
                }
            }
            if (seed.nextOffset() != Math.max(from, used.getLast().nextOffset())) {
                throw new IOException("the replication backlog on disk changed while it was read");
            }
            whole = true;
            return seed;
        } finally {
            if (!whole) {
                seed.free();
            }
        }
    }
}
