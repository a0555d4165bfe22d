package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Searches on the map; their rows are in {@link GeoCommands}. */
final class GeoSearch {
    /** A place that was found. */
    private record Found(byte[] member, GeoPoint place, double distanceM, double score) {}

    private GeoSearch() {}

    /**
     * GEORADIUS key longitude latitude radius M|KM|FT|MI [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC |
     * DESC] [STORE key | STOREDIST key].
     */
    static void georadius(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        run(ctx, args, set, GeoRequest.radius(args, set, false, true), "georadiusstore", out);
    }

    /** GEORADIUS_RO, as GEORADIUS without storing. */
    static void georadiusReadOnly(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        run(ctx, args, set, GeoRequest.radius(args, set, false, false), null, out);
    }

    /** GEORADIUSBYMEMBER key member radius M|KM|FT|MI, and as GEORADIUS. */
    static void georadiusbymember(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        run(ctx, args, set, GeoRequest.radius(args, set, true, true), "georadiusstore", out);
    }

    /** GEORADIUSBYMEMBER_RO, as GEORADIUSBYMEMBER without storing. */
    static void georadiusbymemberReadOnly(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        run(ctx, args, set, GeoRequest.radius(args, set, true, false), null, out);
    }

    /**
     * GEOSEARCH key FROMMEMBER member | FROMLONLAT longitude latitude BYRADIUS radius M|KM|FT|MI | BYBOX width height
     * M|KM|FT|MI [ASC | DESC] [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH].
     */
    static void geosearch(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        run(ctx, args, set, GeoRequest.search(args, 2, set, false), null, out);
    }

    /** GEOSEARCHSTORE destination source, and as GEOSEARCH, [STOREDIST]. */
    static void geosearchstore(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(2), SortedSetValue.TYPE);
        run(ctx, args, set, GeoRequest.search(args, 3, set, true), "geosearchstore", out);
    }

    private static void run(
            CommandContext ctx, Args args, SortedSetValue set, GeoRequest request, String event, ReplyWriter out) {
        List<Found> found = set == null ? List.of() : find(set, request);
        if (request.store >= 0) {
            store(ctx, args.get(request.store), found, request, event, out);
        } else {
            reply(found, request, out);
        }
    }

    private static List<Found> find(SortedSetValue set, GeoRequest request) {
        GeoShape shape = request.shape();
        List<Found> found = new ArrayList<>();
        long most = request.any ? request.count : Long.MAX_VALUE;
        for (GeoHash square : shape.squares()) {
            if (found.size() >= most) {
                break;
            }
            set.walk(set.countBelow((double) square.firstScore(), false), true, (member, score) -> {
                if (score >= (double) square.endScore()) {
                    return false;
                }
                GeoPoint place = GeoHash.pointOf(score);
                double distanceM = shape.distanceOf(place);
                if (distanceM >= 0) {
                    found.add(new Found(member.bytes().toArray(), place, distanceM, score));
                }
                return found.size() < most;
            });
        }
        if (request.order != GeoRequest.Order.NONE) {
            Comparator<Found> nearest = Comparator.comparingDouble(Found::distanceM);
            boolean reversed = request.order == GeoRequest.Order.FARTHEST_FIRST;
            found.sort(reversed ? Collections.reverseOrder(nearest) : nearest);
        }
        return request.count > 0 && request.count < found.size() ? found.subList(0, (int) request.count) : found;
    }

    private static void reply(List<Found> found, GeoRequest request, ReplyWriter out) {
        int facts = (request.withDistances ? 1 : 0) + (request.withHashes ? 1 : 0) + (request.withPlaces ? 1 : 0);
        out.array(found.size());
        for (Found each : found) {
            if (facts > 0) {
                out.array(1 + facts);
            }
            out.bulk(each.member);
            if (request.withDistances) {
                out.bulk(GeoPoint.shownDistance(each.distanceM / request.unitM()));
            }
            if (request.withHashes) {
                out.integer((long) each.score);
            }
            if (request.withPlaces) {
                each.place.writeTo(out);
            }
        }
    }

    private static void store(
            CommandContext ctx, Bytes target, List<Found> found, GeoRequest request, String event, ReplyWriter out) {
        SortedSetValue result = ctx.keyspace().workbench().begin(SortedSetValue.TYPE, 1);
        for (Found each : found) {
            double score = request.storesDistances ? each.distanceM / request.unitM() : each.score;
            result.put(ctx.bytes(each.member), score);
        }
        SortedSetRanges.store(ctx, target, result, event, out);
    }
}
