package io.vireo.persist;

import static io.vireo.persist.RdbFormat.*;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.persist.RdbException.Fault;
import java.io.IOException;

/**
 * Reads an RDB of any version from 1 to 11 and tells a visitor what it holds.
 *
 * <p>Whatever the bytes are, the answer is visits and an end, or an {@link RdbException}: lengths are checked against
 * what is left, memory grows only as bytes come, and each step takes at least a byte.
 */
@RunsOn(Loop.WORKER)
public final class RdbReader {
    private final RdbInput in;
    private final RdbStrings strings;
    private final RdbCollections collections;
    private final RdbStreams streams;
    private final RdbStructure structure;
    private final RdbVisitor visitor;
    private final boolean checksum;
    private final RdbEntry entry = new RdbEntry();
    private final RdbString scratch = new RdbString();

    /** @param checksum whether the checksum is computed and compared */
    public RdbReader(RdbSource source, boolean checksum, RdbVisitor visitor) {
        this.in = new RdbInput(source, checksum, visitor);
        this.strings = new RdbStrings(in);
        this.collections = new RdbCollections(in, strings, visitor);
        this.streams = new RdbStreams(in, strings, visitor);
        this.structure = new RdbStructure(in, strings);
        this.visitor = visitor;
        this.checksum = checksum;
    }

    /**
     * Reads to the end of the RDB; called once.
     *
     * @throws RdbException if it is not an RDB, is cut or corrupt, or a visit was refused
     * @throws IOException if bytes could not be had
     */
    public RdbEnd read() throws IOException, RdbException {
        int version = readVersion();
        while (true) {
            entry.offset = in.offset();
            int op = in.readByte();
            if (op == OP_EOF) {
                RdbEnd.Checksum sum = checkSum(version);
                return new RdbEnd(version, in.offset(), sum, in.hasMore());
            }
            readItem(op);
        }
    }

    /**
     * Reads a type and a value alone, as DUMP gives them, as if they stood at a key; called once, instead of {@link
     * #read}.
     *
     * @throws RdbException also for a type that is passed over in a file
     */
    void readValue(byte[] key) throws IOException, RdbException {
        RdbType type = RdbType.of(in.readByte());
        if (type == null) {
            throw in.corrupt("Unknown RDB encoding type");
        }
        entry.key.view(key, 0, key.length);
        readValue(type);
    }

    private int readVersion() throws IOException, RdbException {
        int version = 0;
        for (byte b : MAGIC) {
            if (in.readByte() != b) {
                throw new RdbException(Fault.FORMAT, "Wrong signature trying to load DB from file");
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            int digit = in.readByte();
            text.append(Character.isDigit(digit) ? (char) digit : '?');
            version = version < 0 || digit < '0' || digit > '9' ? -1 : version * 10 + digit - '0';
        }
        if (version < 1 || version > NEWEST_READ_VERSION) {
            throw new RdbException(
                    Fault.FORMAT, "Can't handle RDB format version " + (version < 0 ? text.toString() : version));
        }
        return version;
    }

    private void readItem(int op) throws IOException, RdbException {
        switch (op) {
            case OP_EXPIRE_MS -> entry.expireAtMs = in.readLong();
            case OP_EXPIRE_SECONDS -> entry.expireAtMs = in.readInt() * 1000L;
            case OP_IDLE -> entry.idleSeconds = in.readLength();
            case OP_FREQUENCY -> entry.frequency = in.readByte();
            case OP_SELECT_DB -> {
                long database = in.readLength();
                if (database < 0 || database > Integer.MAX_VALUE) {
                    throw in.corrupt("A database of number " + Long.toUnsignedString(database));
                }
                entry.database = (int) database;
                visitor.selectDb(entry.database);
            }
            case OP_RESIZE_DB -> visitor.resizeDb(entry.database, in.readLength(), in.readLength());
            case OP_AUX -> {
                strings.read(entry.key);
                strings.read(scratch);
                visitor.aux(entry.key.text(), scratch.text());
            }
            case OP_FUNCTION -> {
                strings.read(scratch);
                visitor.function(scratch);
            }
            case OP_FUNCTION_PRERELEASE ->
                throw new RdbException(Fault.UNSUPPORTED, "Pre-release function format not supported.");
            case OP_MODULE_AUX -> {
                visitor.moduleAux(structure.readModuleName(), entry.offset);
                structure.skipModuleAux();
            }
            default -> readKey(op);
        }
    }

    private void readKey(int typeCode) throws IOException, RdbException {
        RdbType type = RdbType.of(typeCode);
        if (type == null) {
            throw in.corrupt("Unknown RDB encoding type " + typeCode);
        }
        strings.read(entry.key);
        readValue(type);
        entry.forget();
    }

    private void readValue(RdbType type) throws IOException, RdbException {
        if (type == RdbType.STRING) {
            strings.value(entry, scratch, visitor);
        } else if (!collections.value(entry, type) && !streams.value(entry, type)) {
            visitor.other(entry, type);
            structure.skip(type);
        }
    }

    private RdbEnd.Checksum checkSum(int version) throws IOException, RdbException {
        if (version < FIRST_VERSION_WITH_CHECKSUM) {
            return RdbEnd.Checksum.NOT_ASKED;
        }
        long computed = checksum ? in.crc() : 0;
        long written = in.readLong();
        if (!checksum) {
            return RdbEnd.Checksum.NOT_ASKED;
        }
        if (written == 0) {
            return RdbEnd.Checksum.ABSENT;
        }
        if (written != computed) {
            throw new RdbException(
                    Fault.CORRUPT,
                    "Wrong RDB checksum expected: (" + Long.toHexString(computed) + ") but got ("
                            + Long.toHexString(written) + "): RDB CRC error");
        }
        return RdbEnd.Checksum.RIGHT;
    }
}
