package io.vireo.persist;

import static io.vireo.persist.RdbFormat.NEWEST_READ_VERSION;
import static io.vireo.persist.RdbFormat.WRITTEN_VERSION;

import io.vireo.base.Bytes;
import io.vireo.keyspace.CutSink;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Workbench;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Values as DUMP gives them and RESTORE takes them:
 *
 * <pre>
 *   type and value as in an RDB | u16 version of the RDB | u64 CRC64 of all before it
 * </pre>
 */
final class ValueDump {
    private static final int FOOTER_BYTES = Short.BYTES + Long.BYTES;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private ValueDump() {}

    /** The value of a key, or null where there is none. */
    static byte[] of(Database db, Bytes key, boolean compression) {
        Collected out = new Collected();
        RdbWriter writer = RdbWriter.ofValues(out, compression);
        SnapshotEncoder encoder = new SnapshotEncoder(writer);
        try {
            if (!db.record(key, new Chunks(encoder))) {
                return null;
            }
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return out.withFooter();
    }

    /** Whether a dump is whole, and of a version that can be read. */
    static boolean isSound(byte[] dump, boolean checksum) {
        int body = dump.length - FOOTER_BYTES;
        if (body < 0) {
            return false;
        }
        int version = dump[body] & 0xff | (dump[body + 1] & 0xff) << 8;
        long crc = (long) LONG.get(dump, dump.length - Long.BYTES);
        boolean whole = !checksum || crc == Crc64.update(0, dump, 0, dump.length - Long.BYTES);
        return version <= NEWEST_READ_VERSION && whole;
    }

    /**
     * Makes the value of a sound dump on a workbench, or nothing.
     *
     * @throws RdbException if it is no value, or one without elements
     */
    static void restore(byte[] dump, Workbench workbench) throws RdbException {
        RdbFilling filling = new RdbFilling(new LoadingBatch(KeyspaceTarget.of(workbench.database()), 0)) {
            @Override
            boolean isLeftOut(RdbEntry entry) {
                return false;
            }
        };
        boolean done = false;
        try {
            Source source = new Source(dump, dump.length - FOOTER_BYTES);
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

    private static final class Collected extends ByteArrayOutputStream implements RdbSink {
        @Override
        public long position() {
            return count;
        }

        byte[] withFooter() {
            write(WRITTEN_VERSION);
            write(WRITTEN_VERSION >>> Byte.SIZE);
            long crc = Crc64.update(0, buf, 0, count);
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                write((int) (crc >>> shift));
            }
            return toByteArray();
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
        private final byte[] bytes;
        private final int end;
        private int at;

        Source(byte[] bytes, int end) {
            this.bytes = bytes;
            this.end = end;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (at == end) {
                return -1;
            }
            int count = Math.min(length, end - at);
            System.arraycopy(bytes, at, into, offset, count);
            at += count;
            return count;
        }

        @Override
        public long remaining() {
            return end - at;
        }
    }
}
