package io.vireo.persist;

import static io.vireo.keyspace.SnapshotRecords.*;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.ValueType;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * Turns the records of a snapshot cut into the entries of an RDB, chunk by chunk.
 *
 * <p>A string that comes in pieces is gathered, so that it can be compressed, up to {@value #GATHERED_AT_MOST} bytes;
 * a longer one goes through piece by piece and uncompressed, which keeps memory small whatever the values are.
 *
 * @see io.vireo.keyspace.SnapshotRecords
 */
@RunsOn(Loop.WORKER)
final class SnapshotEncoder {
    static final int GATHERED_AT_MOST = 4 << 20;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final RdbWriter out;
    private final CollectionEncoder collections;
    private final StreamEncoder streams;
    private ContentEncoder content;
    private final BitSet sized = new BitSet();
    private int selected = -1;
    private long keys;
    private boolean ended;

    /** A long string that is being gathered: its key, then what has come of its value. */
    private byte[] gathered = new byte[0];

    private int gatheredKeyLength;
    private int gatheredLength;
    private int gatheredWanted;

    /** Bytes of the current long string that have not come yet, gathered or not. */
    private long missing;

    private boolean gathering;
    /** Whether pieces of a large collection are to come. */
    private boolean isLarge;

    private byte[] copied = new byte[0];

    /** What was told of the use of the next entry, if anything was. */
    private boolean accessTold;

    private byte accessKind;
    private int accessNumber;

    SnapshotEncoder(RdbWriter out) {
        this.out = out;
        this.collections = new CollectionEncoder(out);
        this.streams = new StreamEncoder(out);
    }

    /** Keys written so far. */
    long keys() {
        return keys;
    }

    /** Whether the end of the cut has come. */
    boolean ended() {
        return ended;
    }

    /** Writes the records from a buffer's position to its limit, and leaves the buffer as it is. */
    void accept(ByteBuffer chunk) throws IOException {
        if (chunk.hasArray()) {
            accept(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
            return;
        }
        if (copied.length < chunk.remaining()) {
            copied = new byte[chunk.remaining()];
        }
        chunk.get(chunk.position(), copied, 0, chunk.remaining());
        accept(copied, 0, chunk.remaining());
    }

    /** Writes the records of a chunk. A malformed one is a fault of ours and breaks an invariant. */
    void accept(byte[] chunk, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            Invariant.check(!ended, "nothing follows the end of a cut");
            byte op = chunk[at];
            Invariant.check((op == PIECE) == (missing > 0 || isLarge), "pieces follow what is long, and nothing else");
            switch (op) {
                case STRING -> at = string(chunk, at);
                case SELECT -> at = select(chunk, at);
                case LONG_STRING -> at = longString(chunk, at);
                case PIECE -> at = isLarge ? largePiece(chunk, at) : piece(chunk, at);
                case PACKED -> at = packed(chunk, at);
                case LARGE -> at = large(chunk, at);
                case ACCESS -> at = access(chunk, at);
                case END -> {
                    ended = true;
                    at++;
                }
                default -> throw new IllegalStateException("invariant broken: a record of the cut is of a known kind");
            }
        }
        Invariant.check(at == end, "a chunk holds whole records");
    }

    private int select(byte[] chunk, int at) throws IOException {
        int database = (int) INT.get(chunk, at + 1);
        if (database != selected) {
            out.selectDb(database);
            selected = database;
        }
        if (!sized.get(database)) {
            out.resizeDb((long) LONG.get(chunk, at + 5), (long) LONG.get(chunk, at + 13));
            sized.set(database);
        }
        return at + SELECT_SIZE;
    }

    private int string(byte[] chunk, int at) throws IOException {
        about(chunk, at);
        int keyLength = (int) INT.get(chunk, at + 10);
        int keyAt = at + HEAD_SIZE;
        int valueAt = keyAt + keyLength;
        keys++;
        if (chunk[at + 1] == INT64) {
            out.number(chunk, keyAt, keyLength, (long) LONG.get(chunk, valueAt));
            return valueAt + Long.BYTES;
        }
        int valueLength = (int) INT.get(chunk, valueAt);
        valueAt += Integer.BYTES;
        out.string(chunk, keyAt, keyLength, valueAt, valueLength);
        return valueAt + valueLength;
    }

    private int longString(byte[] chunk, int at) throws IOException {
        about(chunk, at);
        int keyLength = (int) INT.get(chunk, at + 10);
        int keyAt = at + HEAD_SIZE;
        int valueLength = (int) INT.get(chunk, keyAt + keyLength);
        keys++;
        missing = valueLength;
        gathering = valueLength <= GATHERED_AT_MOST;
        if (gathering) {
            if (gathered.length < keyLength + valueLength) {
                gathered = new byte[keyLength + valueLength];
            }
            System.arraycopy(chunk, keyAt, gathered, 0, keyLength);
            gatheredKeyLength = keyLength;
            gatheredLength = keyLength;
            gatheredWanted = valueLength;
            finishIfGathered();
        } else {
            out.longString(chunk, keyAt, keyLength, valueLength);
        }
        return keyAt + keyLength + Integer.BYTES;
    }

    private int piece(byte[] chunk, int at) throws IOException {
        int length = (int) INT.get(chunk, at + 1);
        int from = at + PIECE_HEAD_SIZE;
        Invariant.check(length <= missing, "the pieces of a string are as long as was said");
        missing -= length;
        if (gathering) {
            System.arraycopy(chunk, from, gathered, gatheredLength, length);
            gatheredLength += length;
            finishIfGathered();
        } else {
            out.piece(chunk, from, length);
        }
        return from + length;
    }

    private int packed(byte[] chunk, int at) throws IOException {
        about(chunk, at);
        int keyLength = (int) INT.get(chunk, at + 10);
        int keyAt = at + HEAD_SIZE;
        int length = (int) INT.get(chunk, keyAt + keyLength);
        int from = keyAt + keyLength + Integer.BYTES;
        keys++;
        if (chunk[at + 1] == ValueType.STREAM.code()) {
            streams.packed(chunk, keyAt, keyLength, from, length);
        } else {
            collections.packed(chunk[at + 1] & 0xff, chunk, keyAt, keyLength, from, length);
        }
        return from + length;
    }

    private int large(byte[] chunk, int at) throws IOException {
        about(chunk, at);
        int keyLength = (int) INT.get(chunk, at + 10);
        int keyAt = at + HEAD_SIZE;
        long elements = (long) LONG.get(chunk, keyAt + keyLength);
        keys++;
        ValueType type = ValueType.ofCode(chunk[at + 1]);
        if (type == ValueType.STREAM) {
            streams.begin(chunk, keyAt, keyLength);
            content = streams;
        } else {
            collections.begin(type, chunk, keyAt, keyLength, elements);
            content = collections;
        }
        isLarge = true;
        return keyAt + keyLength + Long.BYTES;
    }

    private int largePiece(byte[] chunk, int at) throws IOException {
        int length = (int) INT.get(chunk, at + 1);
        int from = at + PIECE_HEAD_SIZE;
        if (length == 0) {
            content.end();
            isLarge = false;
        } else {
            content.content(chunk, from, length);
        }
        return from + length;
    }

    private void finishIfGathered() throws IOException {
        if (missing == 0) {
            out.string(gathered, 0, gatheredKeyLength, gatheredKeyLength, gatheredWanted);
        }
    }

    private int access(byte[] chunk, int at) {
        accessTold = true;
        accessKind = chunk[at + 1];
        accessNumber = (int) INT.get(chunk, at + 2);
        return at + ACCESS_SIZE;
    }

    /** Writes what comes before an entry: when it expires, and how it was used. */
    private void about(byte[] chunk, int at) throws IOException {
        long expireAtMs = (long) LONG.get(chunk, at + 2);
        if (expireAtMs != NO_EXPIRY) {
            out.expiresAt(expireAtMs);
        }
        if (accessTold) {
            accessTold = false;
            if (accessKind == FREQUENCY) {
                out.frequency(accessNumber);
            } else {
                out.idle(accessNumber);
            }
        }
    }
}
