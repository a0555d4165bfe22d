package io.vireo.persist;

import io.vireo.base.Product;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** An RDB without keys, for whoever asks for a copy and wants none of them. */
public final class EmptyRdb {
    private EmptyRdb() {}

    /**
     * Its bytes, made now.
     *
     * @param functions sources of the function libraries that it holds
     */
    public static byte[] bytes(long nowSeconds, List<byte[]> functions) {
        return bytes(nowSeconds, functions, false);
    }

    /** The bytes of one that is the base of an append-only file without data. */
    public static byte[] aofBase(long nowSeconds) {
        return bytes(nowSeconds, List.of(), true);
    }

    private static byte[] bytes(long nowSeconds, List<byte[]> functions, boolean aofBase) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RdbWriter writer = new RdbWriter(
                new RdbSink() {
                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        out.write(bytes, offset, length);
                    }

                    @Override
                    public long position() {
                        return out.size();
                    }
                },
                false,
                true);
        try {
            writer.begin(new RdbFacts(Product.REDIS_VERSION, nowSeconds, 0, null, aofBase));
            for (byte[] function : functions) {
                writer.function(function);
            }
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
