package io.vireo.persist;

import io.vireo.base.Product;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** An RDB without data, for whoever asks for a copy and wants none of them. */
public final class EmptyRdb {
    private EmptyRdb() {}

    /** Its bytes, made now. */
    public static byte[] bytes(long nowSeconds) {
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
            writer.begin(new RdbFacts(Product.REDIS_VERSION, nowSeconds, 0, null, false));
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
