package io.vireo.persist;

import static io.vireo.persist.RdbFormat.*;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.persist.RdbException.Fault;
import java.io.IOException;

/**
 * Reads strings in each of their encodings.
 *
 * <p>Values of any length pass in pieces, packed ones through a window, so memory does not grow with them. Keys, names
 * and library sources are had whole, in arrays that grow only as bytes really come.
 */
@RunsOn(Loop.WORKER)
final class RdbStrings {
    /** Unpacked strings up to here are had in one piece; longer values come in pieces. */
    static final int LONGEST_WHOLE = RdbInput.LONGEST_RANGE;

    /** No key or name may be longer: what one process can surely hold beside its other needs. */
    private static final long LONGEST_KEPT =
            Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8);

    private static final int WINDOW_SIZE = Lzf.WINDOW + (64 << 10);

    /** Takes the bytes of a string as they come. */
    private interface Pieces {
        void piece(byte[] bytes, int offset, int length) throws RdbException;
    }

    private final RdbInput in;
    private byte[] window;

    RdbStrings(RdbInput in) {
        this.in = in;
    }

    /** Reads a string whole into an array of its own. */
    void read(RdbString into) throws IOException, RdbException {
        if (!in.head()) {
            long length = checkedWhole(in.checkedByteCount(in.length()));
            if (length <= RdbInput.LONGEST_RANGE) {
                int from = in.take((int) length);
                System.arraycopy(in.array(), from, into.own((int) length, 0), 0, (int) length);
                into.viewOwn((int) length);
            } else {
                gather(into, pieces -> pass(length, pieces));
            }
        } else if (in.length() == STRING_LZF) {
            long packed = in.readByteCount();
            long length = checkedWhole(unpackedLength(packed));
            if (fits(packed, length)) {
                unpackWhole(into, (int) packed, (int) length);
            } else {
                gather(into, pieces -> unpack(packed, length, pieces));
            }
        } else {
            into.number(number());
        }
    }

    /** Reads a value and tells the visitor of it. */
    void value(RdbEntry entry, RdbString scratch, RdbVisitor visitor) throws IOException, RdbException {
        if (!in.head()) {
            long length = in.checkedByteCount(in.length());
            if (length <= LONGEST_WHOLE) {
                int from = in.take((int) length);
                scratch.view(in.array(), from, (int) length);
                visitor.string(entry, scratch);
            } else {
                visitor.longString(entry, length);
                pass(length, visitor::piece);
            }
        } else if (in.length() == STRING_LZF) {
            long packed = in.readByteCount();
            long length = unpackedLength(packed);
            if (fits(packed, length)) {
                unpackWhole(scratch, (int) packed, (int) length);
                visitor.string(entry, scratch);
            } else {
                visitor.longString(entry, length);
                unpack(packed, length, visitor::piece);
            }
        } else {
            visitor.number(entry, number());
        }
    }

    /** Passes over a string. */
    void skip() throws IOException, RdbException {
        if (!in.head()) {
            in.skip(in.length());
        } else if (in.length() == STRING_LZF) {
            long packed = in.readByteCount();
            unpackedLength(packed);
            in.skip(packed);
        } else {
            number();
        }
    }

    private long number() throws IOException, RdbException {
        return switch ((int) in.length()) {
            case STRING_INT8 -> (byte) in.readByte();
            case STRING_INT16 -> (short) (in.readByte() | in.readByte() << 8);
            case STRING_INT32 -> in.readInt();
            default -> throw in.corrupt("Unknown string encoding " + in.length());
        };
    }

    private long unpackedLength(long packed) throws IOException, RdbException {
        long length = in.readLength();
        if (length <= 0 || length > Lzf.mostFrom(packed)) {
            throw badLzf();
        }
        in.checkedByteCount(packed);
        return length;
    }

    private long checkedWhole(long length) throws RdbException {
        if (length > LONGEST_KEPT) {
            throw new RdbException(
                    Fault.UNSUPPORTED,
                    "The RDB cannot be loaded: a key or name of " + length + " bytes at offset " + in.offset()
                            + " is longer than this server can take (" + LONGEST_KEPT + " bytes)");
        }
        return length;
    }

    private static boolean fits(long packed, long length) {
        return packed <= RdbInput.LONGEST_RANGE && length <= LONGEST_WHOLE;
    }

    private void unpackWhole(RdbString into, int packed, int length) throws IOException, RdbException {
        int from = in.take(packed);
        if (!Lzf.decompress(in.array(), from, packed, into.own(length, 0), 0, length)) {
            throw badLzf();
        }
        into.viewOwn(length);
    }

    private interface Source {
        void into(Pieces pieces) throws IOException, RdbException;
    }

    private static void gather(RdbString into, Source source) throws IOException, RdbException {
        int[] filled = {0};
        source.into((bytes, offset, length) -> {
            int room = filled[0] + length;
            byte[] own = into.own(0, filled[0]);
            if (own.length < room) {
                own = into.own((int) Math.min(Integer.MAX_VALUE - 8, Math.max(room, 2L * own.length)), filled[0]);
            }
            System.arraycopy(bytes, offset, own, filled[0], length);
            filled[0] = room;
        });
        into.viewOwn(filled[0]);
    }

    private void pass(long length, Pieces to) throws IOException, RdbException {
        long left = length;
        while (left > 0) {
            int count = in.takeSome(left);
            to.piece(in.array(), in.index() - count, count);
            left -= count;
        }
    }

    /** Unpacks through a window of which only the last {@link Lzf#WINDOW} bytes are ever looked back at. */
    private void unpack(long packed, long length, Pieces to) throws IOException, RdbException {
        if (window == null) {
            window = new byte[WINDOW_SIZE];
        }
        long packedLeft = packed;
        long left = length;
        int fresh = 0;
        int end = 0;
        while (packedLeft > 0) {
            if (window.length - end < Lzf.LONGEST_COPY) {
                to.piece(window, fresh, end - fresh);
                System.arraycopy(window, end - Lzf.WINDOW, window, 0, Lzf.WINDOW);
                end = Lzf.WINDOW;
                fresh = end;
            }
            int control = in.readByte();
            packedLeft--;
            int count;
            if (control < 1 << 5) {
                count = control + 1;
                if (packedLeft < count || left < count) {
                    throw badLzf();
                }
                int from = in.take(count);
                System.arraycopy(in.array(), from, window, end, count);
                packedLeft -= count;
            } else {
                count = (control >>> 5) + 2;
                packedLeft -= count == 9 ? 2 : 1;
                if (packedLeft < 0) {
                    throw badLzf();
                }
                count += count == 9 ? in.readByte() : 0;
                int from = end - ((control & 0x1f) << 8 | in.readByte()) - 1;
                if (from < 0 || left < count) {
                    throw badLzf();
                }
                Lzf.repeat(window, from, end, count);
            }
            end += count;
            left -= count;
        }
        if (left != 0) {
            throw badLzf();
        }
        to.piece(window, fresh, end - fresh);
    }

    private RdbException badLzf() {
        return in.corrupt("Invalid LZF compressed string");
    }
}
