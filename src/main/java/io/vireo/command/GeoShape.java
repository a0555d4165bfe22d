package io.vireo.command;

import java.util.ArrayList;
import java.util.List;

/**
 * What is looked for on the map, around a place: a circle, or a box.
 *
 * @param radius of the circle, or -1 for a box
 * @param unitM metres in the unit of all lengths
 */
record GeoShape(GeoPoint center, double radius, double width, double height, double unitM) {
    private static final double MAP_M = 20037726.37;
    private static final double POLAR = 66;
    private static final double VERY_POLAR = 80;

    private boolean isCircle() {
        return radius >= 0;
    }

    /** The distance of a place, in metres, or -1 if it is outside. */
    double distanceOf(GeoPoint point) {
        if (isCircle()) {
            double distance = center.distanceTo(point);
            return distance > radius * unitM ? -1 : distance;
        }
        boolean within = point.latitudeDistanceTo(center) <= height * unitM / 2
                && point.distanceTo(new GeoPoint(center.longitude(), point.latitude())) <= width * unitM / 2;
        return within ? center.distanceTo(point) : -1;
    }

    /**
     * Squares that together have all places of this shape: the one around its center, and those of its neighbours that are
     * needed.
     */
    List<GeoHash> squares() {
        double halfHeight = unitM * (isCircle() ? radius : height / 2);
        double halfWidth = unitM * (isCircle() ? radius : width / 2);
        double latitude = Math.toDegrees(halfHeight / GeoPoint.EARTH_RADIUS_M);
        double nearerThePole = center.latitude() + (center.latitude() < 0 ? -latitude : latitude);
        double longitude =
                Math.toDegrees(halfWidth / GeoPoint.EARTH_RADIUS_M / Math.cos(Math.toRadians(nearerThePole)));
        double west = center.longitude() - longitude;
        double east = center.longitude() + longitude;
        double south = center.latitude() - latitude;
        double north = center.latitude() + latitude;

        double reachM =
                isCircle() ? radius * unitM : Math.sqrt(width / 2 * (width / 2) + height / 2 * (height / 2)) * unitM;
        int step = stepFor(reachM);
        GeoHash middle = GeoHash.of(center, step);
        boolean isTooSmall = middle.neighbour(0, 1).north() < north
                || middle.neighbour(0, -1).south() > south
                || middle.neighbour(1, 0).east() < east
                || middle.neighbour(-1, 0).west() > west;
        if (step > 1 && isTooSmall) {
            step--;
            middle = GeoHash.of(center, step);
        }
        boolean prunes = step >= 2;
        boolean noSouth = prunes && middle.south() < south;
        boolean noNorth = prunes && middle.north() > north;
        boolean noWest = prunes && middle.west() < west;
        boolean noEast = prunes && middle.east() > east;

        // The order is part of what clients see, where they ask for none.
        List<GeoHash> squares = new ArrayList<>(9);
        squares.add(middle);
        add(squares, noNorth, middle.neighbour(0, 1));
        add(squares, noSouth, middle.neighbour(0, -1));
        add(squares, noEast, middle.neighbour(1, 0));
        add(squares, noWest, middle.neighbour(-1, 0));
        add(squares, noNorth || noEast, middle.neighbour(1, 1));
        add(squares, noNorth || noWest, middle.neighbour(-1, 1));
        add(squares, noSouth || noEast, middle.neighbour(1, -1));
        add(squares, noSouth || noWest, middle.neighbour(-1, -1));
        return squares;
    }

    /** Adds a square, unless it is not needed, or there already: around a very large shape neighbours meet. */
    private static void add(List<GeoHash> squares, boolean isUseless, GeoHash square) {
        if (!isUseless && !squares.contains(square)) {
            squares.add(square);
        }
    }

    /** How often the map may be halved so that a square and its neighbours cover this distance around the center. */
    private int stepFor(double reachM) {
        if (reachM == 0) {
            return GeoHash.MOST_STEPS;
        }
        int step = 1;
        for (double reach = reachM; reach < MAP_M; reach *= 2) {
            step++;
        }
        step -= 2;
        double latitude = Math.abs(center.latitude());
        step -= latitude > VERY_POLAR ? 2 : latitude > POLAR ? 1 : 0;
        return Math.clamp(step, 1, GeoHash.MOST_STEPS);
    }
}
