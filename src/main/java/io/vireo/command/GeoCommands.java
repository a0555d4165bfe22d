package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.MOVABLEKEYS;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.OW;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.behind;
import static io.vireo.command.KeySpec.key;

import io.vireo.base.Bytes;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands that see the members of a sorted set as places, and their scores as where these are. */
public final class GeoCommands {
    public static final CommandFamily FAMILY = family(
            "geo",
            AclCategory.GEO,
            write("geoadd", -5, key(1, RW, UPDATE), GeoCommands::geoadd, DENYOOM),
            read("geodist", -4, key(1, RO, ACCESS), GeoCommands::geodist),
            read("geohash", -2, key(1, RO, ACCESS), GeoCommands::geohash),
            read("geopos", -2, key(1, RO, ACCESS), GeoCommands::geopos),
            write("georadius", -6, stored(6), GeoSearch::georadius, DENYOOM, MOVABLEKEYS),
            read("georadius_ro", -6, key(1, RO, ACCESS), GeoSearch::georadiusReadOnly),
            write("georadiusbymember", -5, stored(5), GeoSearch::georadiusbymember, DENYOOM, MOVABLEKEYS),
            read("georadiusbymember_ro", -5, key(1, RO, ACCESS), GeoSearch::georadiusbymemberReadOnly),
            read("geosearch", -7, key(1, RO, ACCESS), GeoSearch::geosearch),
            write(
                    "geosearchstore",
                    -8,
                    List.of(key(1, OW, UPDATE), key(2, RO, ACCESS)),
                    GeoSearch::geosearchstore,
                    DENYOOM));

    private static final byte[] ZADD = StringCommands.ascii("ZADD");
    private static final ErrorReply BAD_UNIT = ErrorReply.of("ERR unsupported unit provided. please use M, KM, FT, MI");

    private GeoCommands() {}

    private static List<KeySpec> stored(int from) {
        return List.of(key(1, RO, ACCESS), behind("STORE", from, OW, UPDATE), behind("STOREDIST", from, OW, UPDATE));
    }

    /** Metres in a unit of this name. */
    static double unit(Bytes word) {
        return word.isWord("m")
                ? 1
                : word.isWord("km") ? 1000 : word.isWord("ft") ? 0.3048 : word.isWord("mi") ? 1609.34 : badUnit();
    }

    private static double badUnit() {
        throw BAD_UNIT.raise();
    }

    /**
     * GEOADD key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]. It is a ZADD with scores made
     * from the places, and replicas receive that.
     */
    private static void geoadd(CommandContext ctx, Args args, ReplyWriter out) {
        int first = 2;
        boolean nx = false;
        boolean xx = false;
        while (first < args.count()) {
            Bytes word = args.get(first);
            if (word.isWord("nx")) {
                nx = true;
            } else if (word.isWord("xx")) {
                xx = true;
            } else if (!word.isWord("ch")) {
                break;
            }
            first++;
        }
        if ((args.count() - first) % 3 != 0 || nx && xx) {
            throw ErrorReply.SYNTAX.raise();
        }
        byte[][] words = new byte[first + (args.count() - first) / 3 * 2][];
        words[0] = ZADD;
        for (int i = 1; i < first; i++) {
            words[i] = args.get(i).toArray();
        }
        for (int i = first, to = first; i < args.count(); i += 3) {
            long score = GeoHash.of(GeoPoint.of(args.get(i), args.get(i + 1)), GeoHash.MOST_STEPS)
                    .bits();
            words[to++] = Long.toString(score).getBytes(StandardCharsets.US_ASCII);
            words[to++] = args.get(i + 2).toArray();
        }

        ZaddCommand.zadd(ctx, Args.of(words), out);
        if (ctx.hasChanged()) {
            ReplicationLog effect = ctx.propagate(words.length);
            for (byte[] word : words) {
                effect.word(word);
            }
        }
    }

    /** GEODIST key member1 member2 [M | KM | FT | MI]. */
    private static void geodist(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() > 5) {
            throw ErrorReply.SYNTAX.raise();
        }
        double unitM = args.count() == 5 ? unit(args.get(4)) : 1;
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        GeoPoint from = place(set, args.get(2));
        GeoPoint to = place(set, args.get(3));
        if (from == null || to == null) {
            out.nullBulk();
        } else {
            out.bulk(GeoPoint.shownDistance(from.distanceTo(to) / unitM));
        }
    }

    /** The place of a member; null where there is none. */
    static GeoPoint place(SortedSetValue set, Bytes member) {
        return set != null && set.find(member) ? GeoHash.pointOf(set.foundScore()) : null;
    }

    /** GEOHASH key [member ...]. */
    private static void geohash(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        out.array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            GeoPoint place = place(set, args.get(i));
            if (place == null) {
                out.nullBulk();
            } else {
                out.bulk(GeoHash.text(place));
            }
        }
    }

    /** GEOPOS key [member ...]. */
    private static void geopos(CommandContext ctx, Args args, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        out.array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            GeoPoint place = place(set, args.get(i));
            if (place == null) {
                out.nullArray();
            } else {
                place.writeTo(out);
            }
        }
    }
}
