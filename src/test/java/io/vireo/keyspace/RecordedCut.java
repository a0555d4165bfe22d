package io.vireo.keyspace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** A sink that reads the records of a cut back, and may be full for a while. */
final class RecordedCut implements CutSink {
    /** {@code db/key} to {@code value@expireAtMs}. */
    final TreeMap<String, String> entries = new TreeMap<>();

    /** What was told of each database. */
    final TreeMap<Integer, String> counts = new TreeMap<>();

    /** Of how many entries the use was told. */
    int told;

    boolean full;
    boolean finished;
    private int db = -1;
    private String longKey;
    private long longExpire;
    private int longLeft;
    private final StringBuilder longValue = new StringBuilder();

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
            if (longLeft > 0 && op != SnapshotRecords.PIECE) {
                throw new AssertionError("a piece of " + longKey + " is due, not " + op);
            }
            switch (op) {
                case SnapshotRecords.END -> {}
                case SnapshotRecords.ACCESS -> {
                    in.get();
                    in.getInt();
                    told++;
                }
                case SnapshotRecords.SELECT -> {
                    db = in.getInt();
                    String told = in.getLong() + " keys, " + in.getLong() + " expire";
                    if (!counts.computeIfAbsent(db, any -> told).equals(told)) {
                        throw new AssertionError("database " + db + " was first told with other counts");
                    }
                }
                case SnapshotRecords.STRING -> {
                    byte kind = in.get();
                    long expireAtMs = in.getLong();
                    String key = text(in, in.getInt());
                    String value = kind == SnapshotRecords.RAW ? text(in, in.getInt()) : Long.toString(in.getLong());
                    add(key, value, expireAtMs);
                }
                case SnapshotRecords.LONG_STRING -> {
                    in.get();
                    longExpire = in.getLong();
                    longKey = text(in, in.getInt());
                    longLeft = in.getInt();
                    longValue.setLength(0);
                }
                case SnapshotRecords.PIECE -> {
                    int piece = in.getInt();
                    longValue.append(text(in, piece));
                    longLeft -= piece;
                    if (longLeft == 0) {
                        add(longKey, longValue.toString(), longExpire);
                    }
                }
                default -> throw new AssertionError("no such record: " + op);
            }
        }
    }

    private void add(String key, String value, long expireAtMs) {
        String old = entries.put(db + "/" + key, value + "@" + expireAtMs);
        if (old != null) {
            throw new AssertionError(db + "/" + key + " came twice");
        }
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
