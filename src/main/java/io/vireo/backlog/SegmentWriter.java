package io.vireo.backlog;

import io.vireo.backlog.SegmentFormat.Head;
import io.vireo.base.Disk;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes segments, and deletes the oldest once the others have as many bytes as the backlog should.
 *
 * <p>After an {@link IOException} nothing more is written until {@link #begin}.
 */
@RunsOn(Loop.WORKER)
final class SegmentWriter {
    private static final int SEGMENTS_PER_BACKLOG = 4;
    private static final long SMALLEST_SEGMENT = 64 << 10;

    /** A segment that is complete. */
    private record Complete(Path file, long bytes) {}

    private BacklogPlace place;
    private final ArrayDeque<Complete> complete = new ArrayDeque<>();
    private long completeBytes;
    private long lastSequence;
    private String id;
    private Path file;
    private FileChannel channel;
    private long bytes;

    SegmentWriter(BacklogPlace place) {
        this.place = place;
    }

    /** Goes on behind these segments, the oldest first, and deletes all others. Called before anything is written. */
    void keepOnly(List<Segment> kept) throws IOException {
        Set<Path> files = new HashSet<>();
        for (Segment segment : kept) {
            files.add(segment.file());
            add(new Complete(segment.file(), segment.length()));
        }
        for (var found : place.files().entrySet()) {
            lastSequence = Math.max(lastSequence, found.getKey());
            if (!files.contains(found.getValue())) {
                Files.deleteIfExists(found.getValue());
            }
        }
    }

    private void add(Complete segment) {
        complete.add(segment);
        completeBytes += segment.bytes;
    }

    /** Deletes all segments; what is written next is another stream. */
    void clear() throws IOException {
        finish();
        complete.clear();
        completeBytes = 0;
        for (var found : place.files().entrySet()) {
            lastSequence = Math.max(lastSequence, found.getKey());
            Files.deleteIfExists(found.getValue());
        }
    }

    /** Deletes all segments; what is written next lies there. */
    void moveTo(BacklogPlace newPlace) throws IOException {
        try {
            clear();
        } finally {
            place = newPlace;
        }
    }

    /** Begins a segment with the byte at this offset, in whose place nothing that was written before counts any more. */
    void begin(String newId, long firstOffset) throws IOException {
        finish();
        lastSequence++;
        id = newId;
        file = place.file(lastSequence);
        bytes = 0;
        channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        write(new Head(lastSequence, firstOffset, id).bytes());
    }

    /** Writes the next bytes of the stream. */
    void append(long offset, byte[] piece, long backlogSizeBytes) throws IOException {
        if (channel == null) {
            return;
        }
        if (bytes >= Math.max(SMALLEST_SEGMENT, backlogSizeBytes / SEGMENTS_PER_BACKLOG)) {
            begin(id, offset);
        }
        write(SegmentFormat.pieceHead(offset, piece, piece.length), ByteBuffer.wrap(piece));
        bytes += piece.length;
        while (!complete.isEmpty() && completeBytes + bytes - complete.getFirst().bytes >= backlogSizeBytes) {
            Complete oldest = complete.removeFirst();
            completeBytes -= oldest.bytes;
            Files.deleteIfExists(oldest.file);
        }
    }

    private void write(ByteBuffer... buffers) throws IOException {
        try {
            while (buffers[buffers.length - 1].hasRemaining()) {
                channel.write(buffers);
            }
        } catch (IOException e) {
            finish();
            throw e;
        }
    }

    /** Returns when all that was written will be there after a loss of power too. */
    void sync() throws IOException {
        for (Complete segment : complete) {
            sync(segment.file);
        }
        if (channel != null) {
            channel.force(false);
        }
        Disk.syncDirectory(place.folder());
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel opened = FileChannel.open(file, StandardOpenOption.WRITE)) {
            opened.force(true);
        }
    }

    /** Completes the present segment, if there is one. */
    void finish() throws IOException {
        if (channel != null) {
            FileChannel done = channel;
            channel = null;
            add(new Complete(file, bytes));
            done.close();
        }
    }
}
