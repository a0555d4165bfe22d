package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.value.PackedList;
import io.vireo.value.StringValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A sink that reads the collections of a cut back, and may be full for a while. */
final class CollectionCut implements CutSink {
    /**
     * A collection as the cut gave it.
     *
     * @param form as in {@link SnapshotRecords}
     * @param bytes of a packed one its packed bytes, else the content in one sequence
     * @param size of a large one, its elements
     */
    record Content(int form, boolean packed, byte[] bytes, long size) {
        /** The elements of a packed list. */
        List<String> words() {
            List<String> words = new ArrayList<>();
            Bytes copy = Bytes.copyOf(bytes);
            PackedList list = new PackedList().pointAt(copy.address());
            StringValue word = new StringValue();
            for (int at = list.first(); at != PackedList.NONE; at = list.next(at)) {
                words.add(list.at(at, word).bytes().toString());
            }
            java.lang.ref.Reference.reachabilityFence(copy);
            return words;
        }
    }

    /** By {@code db/key}. */
    final TreeMap<String, Content> contents = new TreeMap<>();

    boolean full;
    boolean finished;
    private int db = -1;
    private String largeKey;
    private int largeType;
    private long largeSize;
    private final ByteArrayOutputStream large = new ByteArrayOutputStream();

    @Override
    public byte[] fresh(int atLeast) {
        return new byte[atLeast];
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void finished() {
        finished = true;
    }

    @Override
    public void chunk(byte[] bytes, int length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            byte op = in.get();
            if (largeKey != null && op != SnapshotRecords.PIECE) {
                throw new AssertionError("a piece of " + largeKey + " is due, not " + op);
            }
            switch (op) {
                case SnapshotRecords.END -> {}
                case SnapshotRecords.SELECT -> {
                    db = in.getInt();
                    in.getLong();
                    in.getLong();
                }
                case SnapshotRecords.PACKED -> {
                    int form = in.get() & 0xff;
                    in.getLong();
                    String key = text(in, in.getInt());
                    byte[] packed = new byte[in.getInt()];
                    in.get(packed);
                    add(key, new Content(form, true, packed, 0));
                }
                case SnapshotRecords.LARGE -> {
                    largeType = in.get();
                    in.getLong();
                    largeKey = text(in, in.getInt());
                    largeSize = in.getLong();
                    large.reset();
                }
                case SnapshotRecords.PIECE -> {
                    byte[] piece = new byte[in.getInt()];
                    in.get(piece);
                    large.writeBytes(piece);
                    if (piece.length == 0) {
                        add(largeKey, new Content(largeType, false, large.toByteArray(), largeSize));
                        largeKey = null;
                    }
                }
                default -> throw new AssertionError("no collection: " + op);
            }
        }
    }

    private void add(String key, Content content) {
        if (contents.put(db + "/" + key, content) != null) {
            throw new AssertionError(db + "/" + key + " came twice");
        }
    }

    static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
