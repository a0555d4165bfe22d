package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.value.HyperLogLog;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Tries a HyperLogLog out: registers hold what was put in, and estimates stay near the truth. */
final class HyperLogLogTrial {
    private static final int WORDS = 1_000_000;
    private static final long SPARSE_MAX_BYTES = 3_000;
    /** Several times the standard error, which is 1.04 over the root of the number of registers. */
    private static final double TOLERATED = 6 * 1.04 / Math.sqrt(HyperLogLog.REGISTERS);

    private HyperLogLogTrial() {}

    /** What went wrong, or null. */
    static String run() {
        String registers = registers(new SplittableRandom(1));
        return registers != null ? registers : estimates();
    }

    private static String registers(SplittableRandom random) {
        byte[] wanted = new byte[HyperLogLog.REGISTERS];
        HyperLogLog sketch = new HyperLogLog().begin();
        for (int i = 0; i < wanted.length / 2; i++) {
            int index = random.nextInt(wanted.length);
            int value = 1 + random.nextInt(51);
            wanted[index] = (byte) Math.max(wanted[index], value);
            sketch.raise(index, value, i % 2 == 0 ? SPARSE_MAX_BYTES : Long.MAX_VALUE);
        }
        byte[] found = new byte[HyperLogLog.REGISTERS];
        boolean sound = sketch.mergeInto(found);
        return sound && Arrays.equals(wanted, found) ? null : "registers do not hold what was put in";
    }

    private static String estimates() {
        HyperLogLog sketch = new HyperLogLog().begin();
        Bytes word = Bytes.copyOf(new byte[Decimal.MAX_LENGTH]);
        long from = word.address();
        Bytes view = new Bytes();
        for (int i = 1; i <= WORDS; i++) {
            sketch.add(view.set(from, Decimal.write(from, i * 0x9e37_79b9_7f4a_7c15L)), SPARSE_MAX_BYTES);
            if (Integer.bitCount(i) == 1 || i == WORDS) {
                byte[] values = new byte[HyperLogLog.REGISTERS];
                sketch.mergeInto(values);
                double error = Math.abs(HyperLogLog.estimate(values) - i) - Math.max(1, i * TOLERATED);
                if (error > 0) {
                    return "Too big error. card:" + i;
                }
            }
        }
        java.lang.ref.Reference.reachabilityFence(word);
        return null;
    }
}
