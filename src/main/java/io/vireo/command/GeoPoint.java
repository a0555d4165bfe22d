package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * A place on earth, in degrees.
 *
 * @param longitude -180 to 180
 * @param latitude as far as the Mercator projection goes
 */
record GeoPoint(double longitude, double latitude) {
    static final double MOST_LONGITUDE = 180;
    static final double MOST_LATITUDE = 85.05112878;
    static final double EARTH_RADIUS_M = 6372797.560856;

    private static final int SHOWN_DIGITS = 17;

    /** Reads a longitude and a latitude; a pair outside of the map is refused. */
    static GeoPoint of(Bytes longitude, Bytes latitude) {
        GeoPoint point = new GeoPoint(Scores.score(longitude), Scores.score(latitude));
        boolean onMap = Math.abs(point.longitude) <= MOST_LONGITUDE && Math.abs(point.latitude) <= MOST_LATITUDE;
        if (!onMap) {
            throw ErrorReply.of(String.format(
                            Locale.ROOT, "ERR invalid longitude,latitude pair %f,%f", point.longitude, point.latitude))
                    .raise();
        }
        return point;
    }

    /** The distance along the surface, in metres: the haversine formula. */
    double distanceTo(GeoPoint other) {
        double v = Math.sin((Math.toRadians(other.longitude) - Math.toRadians(longitude)) / 2);
        if (v == 0) {
            return latitudeDistanceTo(other);
        }
        double from = Math.toRadians(latitude);
        double to = Math.toRadians(other.latitude);
        double u = Math.sin((to - from) / 2);
        return 2.0 * EARTH_RADIUS_M * Math.asin(Math.sqrt(u * u + Math.cos(from) * Math.cos(to) * v * v));
    }

    /** The distance from north to south alone, in metres. */
    double latitudeDistanceTo(GeoPoint other) {
        return EARTH_RADIUS_M * Math.abs(Math.toRadians(other.latitude) - Math.toRadians(latitude));
    }

    void writeTo(ReplyWriter out) {
        out.array(2);
        out.real(shown(longitude));
        out.real(shown(latitude));
    }

    private static String shown(double degrees) {
        BigDecimal exact = new BigDecimal(degrees).setScale(SHOWN_DIGITS, RoundingMode.HALF_EVEN);
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }

    /** A distance as replies show it. */
    static String shownDistance(double distance) {
        return new BigDecimal(distance).setScale(4, RoundingMode.HALF_EVEN).toPlainString();
    }
}
