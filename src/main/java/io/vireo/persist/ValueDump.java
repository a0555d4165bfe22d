package io.vireo.persist;

import static io.vireo.persist.RdbFormat.NEWEST_READ_VERSION;
import static io.vireo.persist.RdbFormat.WRITTEN_VERSION;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.keyspace.CutSink;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Workbench;
import io.vireo.resp.ErrorReply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;

/**
 * Values as DUMP gives them and RESTORE takes them:
 *
 * <pre>
 *   type and value as in an RDB | u16 version of the RDB | u64 CRC64 of all before it
 * </pre>
 *
 * <p>They may be as large as a reply can be, and lie outside the heap.
 */
final class ValueDump {
    private static final int FOOTER_BYTES = Short.BYTES + Long.BYTES;
    private static final int LARGEST = Integer.MAX_VALUE - FOOTER_BYTES;
    private static final int PIECE_BYTES = 64 << 10;

    private ValueDump() {}

    /**
     * The value of a key, or null where there is none.
     *
     * @param memory where it lies
     */
    static Bytes of(Database db, Bytes key, boolean compression, Arena memory) {
        Measured measured = new Measured();
        if (!write(db, key, compression, measured)) {
            return null;
        }
        if (measured.position > LARGEST) {
            throw ErrorReply.of("ERR The value is too large to be dumped: " + measured.position + " bytes")
                    .raise();
        }
        int length = (int) measured.position;
        long address = memory.allocate(length + FOOTER_BYTES).address();
        if (length <= PIECE_BYTES) {
            RawMemory.copyIn(measured.first, 0, address, length);
        } else {
            write(db, key, compression, new Placed(address));
        }
        RawMemory.putShort(address + length, (short) WRITTEN_VERSION);
        long crc = crc(address, length + Short.BYTES);
        RawMemory.putLong(address + length + Short.BYTES, crc);
        return new Bytes().set(address, length + FOOTER_BYTES);
    }

    private static boolean write(Database db, Bytes key, boolean compression, RdbSink sink) {
        RdbWriter writer = RdbWriter.ofValues(sink, compression);
        try {
            boolean isThere = db.record(key, new Chunks(new SnapshotEncoder(writer)));
            writer.flush();
            return isThere;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    private static long crc(long address, int length) {
        byte[] piece = new byte[Math.min(length, PIECE_BYTES)];
        long crc = 0;
        for (int at = 0; at < length; at += piece.length) {
            int count = Math.min(piece.length, length - at);
            RawMemory.copyOut(address + at, piece, 0, count);
            crc = Crc64.update(crc, piece, 0, count);
        }
        return crc;
    }

    /** Whether a dump is whole, and of a version that can be read. */
    static boolean isSound(Bytes dump, boolean checksum) {
        int body = dump.length() - FOOTER_BYTES;
        if (body < 0) {
            return false;
        }
        long footer = dump.address() + body;
        int version = RawMemory.getShort(footer) & 0xffff;
        return version <= NEWEST_READ_VERSION
                && (!checksum || RawMemory.getLong(footer + Short.BYTES) == crc(dump.address(), body + Short.BYTES));
    }

    /**
     * Makes the value of a sound dump on a workbench, or nothing.
     *
     * @throws RdbException if it is no value, or one without elements
     */
    static void restore(Bytes dump, Workbench workbench) throws RdbException {
        RdbFilling filling = new RdbFilling(new LoadingBatch(KeyspaceTarget.of(workbench.database()), 0)) {
            @Override
            boolean isLeftOut(RdbEntry entry) {
                return false;
            }
        };
        boolean done = false;
        try {
            Source source = new Source(dump.address(), dump.length() - FOOTER_BYTES);
            new RdbReader(source, false, filling).readValue(workbench.key().toArray());
            filling.batch().drain();
            if (filling.empty() > 0) {
                throw new RdbException(RdbException.Fault.CORRUPT, "A collection without elements");
            }
            done = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        } finally {
            if (!done) {
                workbench.drop();
            }
        }
    }

    /** Learns how long a dump is, and keeps it if it is short. */
    private static final class Measured implements RdbSink {
        private byte[] first = new byte[0];
        private long position;

        @Override
        public void write(byte[] bytes, int offset, int length) {
            long end = position + length;
            if (end <= PIECE_BYTES) {
                byte[] longer = new byte[(int) end];
                System.arraycopy(first, 0, longer, 0, (int) position);
                System.arraycopy(bytes, offset, longer, (int) position, length);
                first = longer;
            }
            position = end;
        }

        @Override
        public long position() {
            return position;
        }
    }

    /** Puts a dump where there is room for it. */
    private static final class Placed implements RdbSink {
        private final long address;
        private long position;

        private Placed(long address) {
            this.address = address;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            RawMemory.copyIn(bytes, offset, address + position, length);
            position += length;
        }

        @Override
        public long position() {
            return position;
        }
    }

    /** Encodes the chunks of one value as they come. */
    private record Chunks(SnapshotEncoder encoder) implements CutSink {
        @Override
        public byte[] fresh(int atLeast) {
            return new byte[atLeast];
        }

        @Override
        public void chunk(byte[] bytes, int length) {
            try {
                encoder.accept(bytes, 0, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public void finished() {}
    }

    private static final class Source implements RdbSource {
        private final long address;
        private final int end;
        private int at;

        Source(long address, int end) {
            this.address = address;
            this.end = end;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (at == end) {
                return -1;
            }
            int count = Math.min(length, end - at);
            RawMemory.copyOut(address + at, into, offset, count);
            at += count;
            return count;
        }

        @Override
        public long remaining() {
            return end - at;
        }
    }
}
