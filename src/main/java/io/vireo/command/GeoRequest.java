package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.value.SortedSetValue;

/** What a search on the map is asked for, read word by word. */
final class GeoRequest {
    private static final ErrorReply NO_MEMBER = ErrorReply.of("ERR could not decode requested zset member");
    private static final ErrorReply BAD_RADIUS = ErrorReply.of("ERR need numeric radius");
    private static final ErrorReply NEGATIVE_RADIUS = ErrorReply.of("ERR radius cannot be negative");
    private static final ErrorReply BAD_WIDTH = ErrorReply.of("ERR need numeric width");
    private static final ErrorReply BAD_HEIGHT = ErrorReply.of("ERR need numeric height");
    private static final ErrorReply NEGATIVE_BOX = ErrorReply.of("ERR height or width cannot be negative");
    private static final ErrorReply BAD_COUNT = ErrorReply.of("ERR COUNT must be > 0");
    private static final ErrorReply ANY_WITHOUT_COUNT = ErrorReply.of("ERR the ANY argument requires COUNT argument");

    /** In which order the results come. */
    enum Order {
        NONE,
        NEAREST_FIRST,
        FARTHEST_FIRST
    }

    private final Args args;
    private final SortedSetValue set;

    private GeoPoint center;
    private boolean hasCenter;
    private boolean hasShape;
    private double radius = -1;
    private double width;
    private double height;
    private double unitM = 1;

    Order order = Order.NONE;
    long count;
    boolean any;
    boolean withDistances;
    boolean withHashes;
    boolean withPlaces;
    boolean storesDistances;
    /** The word that is the key for the result, or -1. */
    int store = -1;

    private GeoRequest(Args args, SortedSetValue set) {
        this.args = args;
        this.set = set;
    }

    /** Reads GEORADIUS, or with {@code byMember} its sister, whose shape is said by place. */
    static GeoRequest radius(Args args, SortedSetValue set, boolean byMember, boolean mayStore) {
        GeoRequest request = new GeoRequest(args, set);
        int at = byMember ? 3 : 4;
        if (!byMember) {
            request.center = GeoPoint.of(args.get(2), args.get(3));
        } else if (set != null) {
            request.fromMember(args.get(2));
        }
        if (!byMember || set != null) {
            request.circle(at);
        }
        for (int i = at + 2; i < args.count(); i++) {
            Bytes option = args.get(i);
            boolean stores = mayStore && i + 1 < args.count();
            if (stores && option.isWord("store")) {
                request.store = ++i;
                request.storesDistances = false;
            } else if (stores && option.isWord("storedist")) {
                request.store = ++i;
                request.storesDistances = true;
            } else {
                i = request.commonOption(i);
            }
        }
        request.check("STORE option in GEORADIUS");
        return request;
    }

    /** Reads GEOSEARCH, or with {@code stores} its sister, from a word on. */
    static GeoRequest search(Args args, int from, SortedSetValue set, boolean stores) {
        GeoRequest request = new GeoRequest(args, set);
        request.store = stores ? 1 : -1;
        for (int i = from; i < args.count(); i++) {
            Bytes option = args.get(i);
            int left = args.count() - i - 1;
            if (option.isWord("frommember") && left >= 1 && !request.hasCenter) {
                request.hasCenter = true;
                if (set != null) {
                    request.fromMember(args.get(i + 1));
                }
                i++;
            } else if (option.isWord("fromlonlat") && left >= 2 && !request.hasCenter) {
                request.hasCenter = true;
                request.center = GeoPoint.of(args.get(i + 1), args.get(i + 2));
                i += 2;
            } else if (option.isWord("byradius") && left >= 2 && !request.hasShape) {
                request.hasShape = true;
                request.circle(i + 1);
                i += 2;
            } else if (option.isWord("bybox") && left >= 3 && !request.hasShape) {
                request.hasShape = true;
                request.box(i + 1);
                i += 3;
            } else if (stores && option.isWord("storedist")) {
                request.storesDistances = true;
            } else {
                i = request.commonOption(i);
            }
        }
        request.check("GEOSEARCHSTORE");
        if (!request.hasCenter) {
            throw exactlyOne("FROMMEMBER or FROMLONLAT", args).raise();
        }
        if (!request.hasShape) {
            throw exactlyOne("BYRADIUS and BYBOX", args).raise();
        }
        return request;
    }

    private static ErrorReply exactlyOne(String which, Args args) {
        return ErrorReply.of("ERR exactly one of " + which + " can be specified for " + args.get(0));
    }

    private void fromMember(Bytes member) {
        center = GeoCommands.place(set, member);
        if (center == null) {
            throw NO_MEMBER.raise();
        }
    }

    private void circle(int at) {
        radius = Scores.score(args.get(at), BAD_RADIUS);
        if (radius < 0) {
            throw NEGATIVE_RADIUS.raise();
        }
        unitM = GeoCommands.unit(args.get(at + 1));
    }

    private void box(int at) {
        width = Scores.score(args.get(at), BAD_WIDTH);
        height = Scores.score(args.get(at + 1), BAD_HEIGHT);
        if (width < 0 || height < 0) {
            throw NEGATIVE_BOX.raise();
        }
        unitM = GeoCommands.unit(args.get(at + 2));
    }

    /** Reads an option that all have. Returns its last word. */
    private int commonOption(int at) {
        Bytes option = args.get(at);
        if (option.isWord("withdist")) {
            withDistances = true;
        } else if (option.isWord("withhash")) {
            withHashes = true;
        } else if (option.isWord("withcoord")) {
            withPlaces = true;
        } else if (option.isWord("any")) {
            any = true;
        } else if (option.isWord("asc")) {
            order = Order.NEAREST_FIRST;
        } else if (option.isWord("desc")) {
            order = Order.FARTHEST_FIRST;
        } else if (option.isWord("count") && at + 1 < args.count()) {
            count = args.integer(at + 1);
            if (count <= 0) {
                throw BAD_COUNT.raise();
            }
            return at + 1;
        } else {
            throw ErrorReply.SYNTAX.raise();
        }
        return at;
    }

    private void check(String storing) {
        if (store >= 0 && (withDistances || withHashes || withPlaces)) {
            throw ErrorReply.of("ERR " + storing + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
                    .raise();
        }
        if (any && count == 0) {
            throw ANY_WITHOUT_COUNT.raise();
        }
        if (count > 0 && order == Order.NONE && !any) {
            order = Order.NEAREST_FIRST; // so many of the nearest
        }
    }

    GeoShape shape() {
        return new GeoShape(center, radius, width, height, unitM);
    }

    /** Metres in the unit of lengths. */
    double unitM() {
        return unitM;
    }
}
