package io.vireo.persist;

import io.vireo.keyspace.CutSink;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Encodes what a cut gives as an RDB. */
final class RdbCut implements CutSink {
    private final ArraySink out = new ArraySink();
    private final RdbWriter writer = new RdbWriter(out, true, true);
    private final SnapshotEncoder encoder = new SnapshotEncoder(writer);
    private boolean finished;

    RdbCut() throws IOException {
        writer.begin(RdbWriterTest.PLAIN);
    }

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
    public void finished() {
        finished = true;
    }

    boolean isFinished() {
        return finished;
    }

    /** The whole, once the cut is finished. */
    byte[] rdb() throws IOException {
        writer.end();
        return out.toByteArray();
    }
}
