package io.vireo.replication;

import io.vireo.base.Disk;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.persist.RdbException;
import io.vireo.persist.RdbSurvey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A full copy on its way to a file: the loop puts bytes in, a worker writes them, and in the end checks that the whole
 * could be loaded before it takes the place of the RDB file.
 */
@RunsOn(Loop.ANY)
final class IncomingFile implements Runnable {
    private static final long ENOUGH_WAITING = 8 << 20;
    private static final long LITTLE_WAITING = ENOUGH_WAITING / 2;
    private static final long SYNC_EVERY = 32 << 20;
    private static final byte[] NO_MORE = new byte[0];
    private static final byte[] GIVEN_UP = new byte[0];

    /** What has to be known of the node. */
    record Settings(Path temporary, Path destination, boolean checksum, int databases) {}

    private final Settings settings;
    private final Executor loop;
    private final IncomingCopy.Listener listener;
    private final LinkedBlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
    private final AtomicLong waiting = new AtomicLong();

    /** Whether the loop is to be told when little waits any more. */
    private final AtomicBoolean roomWanted = new AtomicBoolean();

    /** On the loop: whether the listener was told to stop. */
    private boolean congested;

    private final BooleanSupplier hasData;
    private volatile int trailing;

    /** The copy is whole and has no key: it takes the RDB file's place only when it is to be loaded. */
    private volatile boolean held;

    /**
     * @param loop runs things on the keyspace thread; the listener is told there
     * @param hasData whether there are keys that the copy would replace; asked there
     */
    IncomingFile(Settings settings, Executor loop, BooleanSupplier hasData, IncomingCopy.Listener listener) {
        this.settings = settings;
        this.loop = loop;
        this.hasData = hasData;
        this.listener = listener;
    }

    // On the loop.

    void put(byte[] bytes) {
        queue.add(bytes);
        if (waiting.addAndGet(bytes.length) > ENOUGH_WAITING && !congested) {
            loop.execute(this::lookWhatWaits);
        }
    }

    /** The worker may have taken everything before it knew that somebody wants to be told: so what waits is looked at again. */
    private void lookWhatWaits() {
        boolean full = waiting.get() > (congested ? LITTLE_WAITING : ENOUGH_WAITING);
        if (full) {
            roomWanted.set(true);
            full = waiting.get() > LITTLE_WAITING;
        }
        if (full != congested) {
            congested = full;
            listener.congested(full);
        }
    }

    void end(int trailingBytes) {
        trailing = trailingBytes;
        queue.add(NO_MORE);
    }

    void giveUp() {
        queue.clear();
        queue.add(GIVEN_UP);
        if (held) {
            remove(settings.temporary);
        }
    }

    /** Gives an empty copy the RDB file's name, which the worker has left to us. */
    void putInPlaceIfHeld() throws IOException {
        if (held) {
            putInPlace();
        }
    }

    // On the worker.

    @Override
    public void run() {
        try {
            if (write()) {
                held = check().keys() == 0;
                if (!held) {
                    putInPlace();
                }
                loop.execute(() -> listener.complete(held && hasData.getAsBoolean()));
            }
        } catch (IOException | RdbException e) {
            loop.execute(() -> listener.unusable(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!held) {
                remove(settings.temporary);
            }
        }
    }

    /** Writes until there is no more. Returns false if the copy was given up. */
    private boolean write() throws IOException, InterruptedException {
        try (FileChannel file = open()) {
            long written = 0;
            long synced = 0;
            for (byte[] bytes = queue.take(); bytes != NO_MORE; bytes = queue.take()) {
                if (bytes == GIVEN_UP) {
                    return false;
                }
                write(file, bytes);
                written += bytes.length;
                if (written - synced > SYNC_EVERY) {
                    file.force(false);
                    synced = written;
                }
                taken(bytes.length);
            }
            truncate(file, written - trailing);
            file.force(true);
            return true;
        }
    }

    private FileChannel open() throws IOException {
        try {
            return FileChannel.open(settings.temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new IOException(
                    "Opening the temp file needed for MASTER <-> REPLICA synchronization: " + e.getMessage(), e);
        }
    }

    private static void write(FileChannel file, byte[] bytes) throws IOException {
        try {
            for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
                file.write(left);
            }
        } catch (IOException e) {
            throw new IOException(
                    "Write error or short write writing to the DB dump file needed for MASTER <-> REPLICA"
                            + " synchronization: " + e.getMessage(),
                    e);
        }
    }

    private void taken(int bytes) {
        if (waiting.addAndGet(-bytes) <= LITTLE_WAITING && roomWanted.compareAndSet(true, false)) {
            loop.execute(this::lookWhatWaits);
        }
    }

    private static void truncate(FileChannel file, long size) throws IOException {
        try {
            file.truncate(size);
        } catch (IOException e) {
            throw new IOException(
                    "Error truncating the RDB file received from the master for SYNC: " + e.getMessage(), e);
        }
    }

    private RdbSurvey.Report check() throws IOException, RdbException {
        return RdbSurvey.of(settings.temporary, settings.checksum, settings.databases);
    }

    private void putInPlace() throws IOException {
        try {
            Files.move(
                    settings.temporary,
                    settings.destination,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException(
                    "Failed trying to rename the temp DB into " + settings.destination.getFileName()
                            + " in MASTER <-> REPLICA synchronization: " + e.getMessage(),
                    e);
        }
        Path directory = settings.destination.toAbsolutePath().getParent();
        try {
            Disk.syncDirectory(directory);
        } catch (IOException e) {
            throw new IOException(
                    "Failed trying to sync DB directory " + directory + " in MASTER <-> REPLICA synchronization: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It is looked for again at the next start.
        }
    }
}
