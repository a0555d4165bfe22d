package io.vireo.command;

/**
 * A square of the map, halved {@code step} times in both directions: the bits of longitude and latitude by turns, the
 * longitude's above. With 26 steps it is the score of a place.
 */
record GeoHash(int step, long bits) {
    static final int MOST_STEPS = 26;

    private static final String LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz";
    private static final int LETTER_BITS = 5;
    private static final int LETTER_COUNT = 11;

    /** The square around a place. */
    static GeoHash of(GeoPoint point, int step) {
        return of(point, step, GeoPoint.MOST_LATITUDE);
    }

    private static GeoHash of(GeoPoint point, int step, double mostLatitude) {
        double x = (point.longitude() + GeoPoint.MOST_LONGITUDE) / (2 * GeoPoint.MOST_LONGITUDE);
        double y = (point.latitude() + mostLatitude) / (2 * mostLatitude);
        return of(step, (long) (x * (1L << step)), (long) (y * (1L << step)));
    }

    private static GeoHash of(int step, long x, long y) {
        return new GeoHash(step, spread(x) << 1 | spread(y));
    }

    /** Moves bit n to bit 2n. */
    private static long spread(long bits) {
        return Long.expand(bits, 0x5555_5555_5555_5555L);
    }

    private long x() {
        return Long.compress(bits >>> 1, 0x5555_5555_5555_5555L);
    }

    private long y() {
        return Long.compress(bits, 0x5555_5555_5555_5555L);
    }

    double west() {
        return edge(x(), GeoPoint.MOST_LONGITUDE);
    }

    double east() {
        return edge(x() + 1, GeoPoint.MOST_LONGITUDE);
    }

    double south() {
        return edge(y(), GeoPoint.MOST_LATITUDE);
    }

    double north() {
        return edge(y() + 1, GeoPoint.MOST_LATITUDE);
    }

    private double edge(long number, double most) {
        return -most + number * 1.0 / (1L << step) * (2 * most);
    }

    /** The place in its middle. */
    GeoPoint center() {
        double longitude = Math.clamp((west() + east()) / 2, -GeoPoint.MOST_LONGITUDE, GeoPoint.MOST_LONGITUDE);
        double latitude = Math.clamp((south() + north()) / 2, -GeoPoint.MOST_LATITUDE, GeoPoint.MOST_LATITUDE);
        return new GeoPoint(longitude, latitude);
    }

    /** A square of the same size, so many to the east and to the north, around the edges of the map. */
    GeoHash neighbour(int east, int north) {
        long mask = (1L << step) - 1;
        return of(step, x() + east & mask, y() + north & mask);
    }

    /** The score of a place in it from which on it has all that are there. */
    long firstScore() {
        return bits << 2 * (MOST_STEPS - step);
    }

    /** The score before which they end. */
    long endScore() {
        return bits + 1 << 2 * (MOST_STEPS - step);
    }

    /** The place that a score stands for. */
    static GeoPoint pointOf(double score) {
        return new GeoHash(MOST_STEPS, (long) score).center();
    }

    /** The usual text for a place, which reaches to the poles. */
    static String text(GeoPoint point) {
        long bits = of(point, MOST_STEPS, 90).bits;
        StringBuilder text = new StringBuilder(LETTER_COUNT);
        for (int i = 1; i <= LETTER_COUNT; i++) {
            int shift = 2 * MOST_STEPS - i * LETTER_BITS;
            text.append(LETTERS.charAt(shift < 0 ? 0 : (int) (bits >>> shift) & 31));
        }
        return text.toString();
    }
}
