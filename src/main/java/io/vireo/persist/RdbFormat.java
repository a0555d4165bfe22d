package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of an RDB that writer and reader share.
 *
 * <pre>
 * "REDIS" version(4 digits)
 * { opcode … | [expiry] [idle | frequency] type key value }
 * EOF(0xff) crc64(8 bytes, little-endian; all zero when it was not computed)
 * </pre>
 *
 * <p>A length is 00xxxxxx, or 01xxxxxx and one more byte, or 0x80 and four bytes, or 0x81 and eight bytes, all
 * big-endian. A string is a length and its bytes, or 11xxxxxx: a number in 1, 2 or 4 little-endian bytes, or LZF:
 * compressed length, length, compressed bytes.
 */
@RunsOn(Loop.ANY)
final class RdbFormat {
    static final byte[] MAGIC = "REDIS".getBytes(StandardCharsets.US_ASCII);

    static final int WRITTEN_VERSION = 10;
    /** Version 11 adds types to 10, and its other parts read the same. */
    static final int NEWEST_READ_VERSION = 11;
    /** Older ones end without a checksum. */
    static final int FIRST_VERSION_WITH_CHECKSUM = 5;

    static final int OP_FUNCTION = 0xf5;
    static final int OP_FUNCTION_PRERELEASE = 0xf6;
    static final int OP_MODULE_AUX = 0xf7;
    static final int OP_IDLE = 0xf8;
    static final int OP_FREQUENCY = 0xf9;
    static final int OP_AUX = 0xfa;
    static final int OP_RESIZE_DB = 0xfb;
    static final int OP_EXPIRE_MS = 0xfc;
    static final int OP_EXPIRE_SECONDS = 0xfd;
    static final int OP_SELECT_DB = 0xfe;
    static final int OP_EOF = 0xff;

    static final int LENGTH_14_BITS = 0x40;
    static final int LENGTH_32_BITS = 0x80;
    static final int LENGTH_64_BITS = 0x81;

    static final int STRING_INT8 = 0xc0;
    static final int STRING_INT16 = 0xc1;
    static final int STRING_INT32 = 0xc2;
    static final int STRING_LZF = 0xc3;

    /** Strings up to here are not compressed. */
    static final int LONGEST_UNCOMPRESSED = 20;
    /** Strings longer than this are no 32-bit number: "-2147483648". */
    static final int LONGEST_NUMBER = 11;

    private RdbFormat() {}
}
