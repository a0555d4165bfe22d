package io.vireo.persist;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Turns the content of streams into values of an RDB of version 10, which know no time of activity of a consumer. */
@RunsOn(Loop.WORKER)
final class StreamEncoder extends ContentEncoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int ID = 16;
    private static final int PACKED_HEAD = 48;

    /** What comes next in the content. */
    private enum Part {
        NODES,
        NODE_HEAD,
        NODE,
        HEAD,
        GROUPS,
        GROUP_NAME_LENGTH,
        GROUP_NAME,
        GROUP_HEAD,
        PENDING,
        CONSUMERS,
        CONSUMER_NAME_LENGTH,
        CONSUMER_NAME,
        CONSUMER_HEAD,
        CONSUMER_PENDING,
        NOTHING
    }

    private final RdbWriter out;
    private final byte[] id = new byte[ID];
    private Part part = Part.NOTHING;
    private int nodesLeft;
    private int groupsLeft;
    private long pendingLeft;
    private int consumersLeft;

    StreamEncoder(RdbWriter out) {
        this.out = out;
    }

    /** Writes a packed stream: what is known of it, and perhaps one node. */
    void packed(byte[] bytes, int keyAt, int keyLength, int from, int length) throws IOException {
        out.key(RdbType.STREAM_LISTPACKS_2, bytes, keyAt, keyLength);
        boolean hasNode = length > PACKED_HEAD;
        out.count(hasNode ? 1 : 0);
        int node = from + PACKED_HEAD;
        if (hasNode) {
            writeId(bytes, node);
            out.word(id, 0, ID);
            out.word(bytes, node + ID, length - PACKED_HEAD - ID);
        }
        out.count(longAt(bytes, from));
        counts(bytes, from + 8, 2);
        firstId(bytes, from, node, length - PACKED_HEAD);
        counts(bytes, from + 24, 2);
        out.count(longAt(bytes, from + 40));
        out.count(0);
    }

    /** Writes the id of the first entry that is not deleted. */
    private void firstId(byte[] bytes, int from, int node, int nodeBytes) throws IOException {
        StreamListpack list = new StreamListpack();
        boolean found = longAt(bytes, from) > 0
                && list.check(bytes, node + ID, nodeBytes - ID, longAt(bytes, node), longAt(bytes, node + 8));
        out.count(found ? list.firstMs() : 0);
        out.count(found ? list.firstSeq() : 0);
    }

    private static long longAt(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    private void counts(byte[] bytes, int from, int howMany) throws IOException {
        for (int i = 0; i < howMany; i++) {
            out.count(longAt(bytes, from + i * Long.BYTES));
        }
    }

    private void writeId(byte[] bytes, int from) {
        LONG_BE.set(id, 0, longAt(bytes, from));
        LONG_BE.set(id, Long.BYTES, longAt(bytes, from + Long.BYTES));
    }

    /** Begins a large stream. */
    void begin(byte[] bytes, int keyAt, int keyLength) throws IOException {
        out.key(RdbType.STREAM_LISTPACKS_2, bytes, keyAt, keyLength);
        want(Part.NODES, Integer.BYTES);
    }

    private void want(Part newPart, int bytes) {
        part = newPart;
        want(bytes);
    }

    @Override
    void longPiece(byte[] bytes, int from, int length) throws IOException {
        throw new IllegalStateException("invariant broken: no part of a stream comes in pieces");
    }

    @Override
    void came(byte[] bytes, int from, int length) throws IOException {
        switch (part) {
            case NODES -> {
                nodesLeft = (int) INT.get(bytes, from);
                out.count(nodesLeft);
                nextNode();
            }
            case NODE_HEAD -> {
                writeId(bytes, from);
                out.word(id, 0, ID);
                want(Part.NODE, (int) INT.get(bytes, from + ID));
            }
            case NODE -> {
                out.word(bytes, from, length);
                nodesLeft--;
                nextNode();
            }
            case HEAD -> {
                counts(bytes, from, 8);
                want(Part.GROUPS, Integer.BYTES);
            }
            case GROUPS -> {
                groupsLeft = (int) INT.get(bytes, from);
                out.count(groupsLeft);
                nextGroup();
            }
            case GROUP_NAME_LENGTH -> want(Part.GROUP_NAME, (int) INT.get(bytes, from));
            case GROUP_NAME -> {
                out.word(bytes, from, length);
                want(Part.GROUP_HEAD, ID + 2 * Long.BYTES);
            }
            case GROUP_HEAD -> {
                counts(bytes, from, 4);
                pendingLeft = longAt(bytes, from + ID + Long.BYTES);
                nextPending();
            }
            case PENDING -> {
                fixedId(bytes, from);
                out.fixed(longAt(bytes, from + ID));
                out.count(longAt(bytes, from + ID + Long.BYTES));
                pendingLeft--;
                nextPending();
            }
            case CONSUMERS -> {
                consumersLeft = (int) INT.get(bytes, from);
                out.count(consumersLeft);
                nextConsumer();
            }
            case CONSUMER_NAME_LENGTH -> want(Part.CONSUMER_NAME, (int) INT.get(bytes, from));
            case CONSUMER_NAME -> {
                out.word(bytes, from, length);
                want(Part.CONSUMER_HEAD, 3 * Long.BYTES);
            }
            case CONSUMER_HEAD -> {
                out.fixed(longAt(bytes, from));
                pendingLeft = longAt(bytes, from + 2 * Long.BYTES);
                out.count(pendingLeft);
                nextConsumerPending();
            }
            case CONSUMER_PENDING -> {
                fixedId(bytes, from);
                pendingLeft--;
                nextConsumerPending();
            }
            case NOTHING -> throw new IllegalStateException("invariant broken: nothing follows the end of a stream");
        }
    }

    private void fixedId(byte[] bytes, int from) throws IOException {
        writeId(bytes, from);
        out.fixed((long) LONG.get(id, 0));
        out.fixed((long) LONG.get(id, Long.BYTES));
    }

    private void nextNode() {
        if (nodesLeft > 0) {
            want(Part.NODE_HEAD, ID + Integer.BYTES);
        } else {
            want(Part.HEAD, 8 * Long.BYTES);
        }
    }

    private void nextGroup() {
        if (groupsLeft > 0) {
            groupsLeft--;
            want(Part.GROUP_NAME_LENGTH, Integer.BYTES);
        } else {
            want(Part.NOTHING, 0);
        }
    }

    private void nextPending() {
        if (pendingLeft > 0) {
            want(Part.PENDING, ID + 2 * Long.BYTES);
        } else {
            want(Part.CONSUMERS, Integer.BYTES);
        }
    }

    private void nextConsumer() {
        if (consumersLeft > 0) {
            consumersLeft--;
            want(Part.CONSUMER_NAME_LENGTH, Integer.BYTES);
        } else {
            nextGroup();
        }
    }

    private void nextConsumerPending() {
        if (pendingLeft > 0) {
            want(Part.CONSUMER_PENDING, ID);
        } else {
            nextConsumer();
        }
    }

    @Override
    boolean isDone() {
        return part == Part.NOTHING;
    }

    @Override
    void end() {
        Invariant.check(part == Part.NOTHING, "a stream has all the parts that were said");
    }
}
