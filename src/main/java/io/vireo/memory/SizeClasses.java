package io.vireo.memory;

import java.util.Arrays;

/**
 * The sizes in which small blobs come.
 *
 * <p>Steps of 8 bytes to 128, then eight to each doubling up to 4,096, then the sizes that divide a slab evenly, up to
 * 16 KiB: on average 6 % is lost to rounding. Every multiple of 64 that is a class starts at a multiple of 64, and one
 * of 4,096 at a multiple of 4,096, since slabs are aligned to their length.
 *
 * <p>Class 0 means "no slab". In checking mode blobs lie further apart than they are long, so that a write past the end
 * of one hits nobody; capacities and accounting stay the same.
 */
final class SizeClasses {
    static final int SLAB_BYTES = 1 << 16;
    static final int LARGEST = 1 << 14;

    private static final int FINE_LIMIT = 128;
    private static final int COARSE_LIMIT = 4096;
    private static final int GRANULE = 8;
    private static final int LINE = 64;

    /** Usable bytes of a blob, by class. */
    static final int[] SIZE = sizes();

    /** Distance between two blobs in granules, by class. */
    static final int[] STRIDE_GRANULES = new int[SIZE.length];

    /** Blobs in a slab, by class. */
    static final int[] PER_SLAB = new int[SIZE.length];

    private static final byte[] OF_GRANULES = new byte[LARGEST / GRANULE + 1];

    static {
        for (int c = 1; c < SIZE.length; c++) {
            int guard = !Arena.CHECKING ? 0 : SIZE[c] % LINE == 0 ? LINE : GRANULE;
            STRIDE_GRANULES[c] = (SIZE[c] + guard) / GRANULE;
            PER_SLAB[c] = SLAB_BYTES / (SIZE[c] + guard);
        }
        int c = 1;
        for (int granules = 0; granules < OF_GRANULES.length; granules++) {
            if (granules * GRANULE > SIZE[c]) {
                c++;
            }
            OF_GRANULES[granules] = (byte) c;
        }
    }

    private SizeClasses() {}

    /** The smallest class that holds {@code size} bytes, from 0 to {@link #LARGEST}. */
    static int of(int size) {
        return OF_GRANULES[size + GRANULE - 1 >>> 3];
    }

    static int count() {
        return SIZE.length;
    }

    private static int[] sizes() {
        int[] sizes = new int[256];
        int count = 1;
        for (int size = GRANULE; size <= FINE_LIMIT; size += GRANULE) {
            sizes[count++] = size;
        }
        for (int low = FINE_LIMIT; low < COARSE_LIMIT; low *= 2) {
            for (int eighth = 1; eighth <= 8; eighth++) {
                sizes[count++] = low + low / 8 * eighth;
            }
        }
        for (int perSlab = SLAB_BYTES / COARSE_LIMIT - 1; perSlab >= SLAB_BYTES / LARGEST; perSlab--) {
            sizes[count++] = SLAB_BYTES / perSlab / GRANULE * GRANULE;
        }
        return Arrays.copyOf(sizes, count);
    }
}
