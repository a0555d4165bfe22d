package io.vireo.persist;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Builds an RDB byte by byte, also one that no writer would write. */
final class RdbBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static RdbBytes version(int version) {
        return new RdbBytes().text(String.format("REDIS%04d", version));
    }

    RdbBytes hex(String hex) {
        out.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
        return this;
    }

    RdbBytes text(String latin) {
        out.writeBytes(latin.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** A string of at most 63 bytes. */
    RdbBytes string(String latin) {
        out.write(latin.length());
        return text(latin);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** The end and its checksum. */
    byte[] end() {
        out.write(RdbFormat.OP_EOF);
        byte[] before = out.toByteArray();
        long crc = Long.reverseBytes(Crc64.update(0, before, 0, before.length));
        return hex(String.format("%016x", crc)).bytes();
    }
}
