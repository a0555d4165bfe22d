package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/**
 * The options of SET and GETEX, packed into an int so that reading them allocates nothing.
 *
 * <p>The low bits say which options were given; the bits from {@link #INDEX_SHIFT} on say which word holds the time.
 */
final class StringOptions {
    static final int NX = 1;
    static final int XX = 1 << 1;
    static final int GET = 1 << 2;
    static final int KEEPTTL = 1 << 3;
    static final int PERSIST = 1 << 4;
    static final int EX = 1 << 5;
    static final int PX = 1 << 6;
    static final int EXAT = 1 << 7;
    static final int PXAT = 1 << 8;

    /** The options that say until when. */
    static final int TIMED = EX | PX | EXAT | PXAT;

    /** What may be given with SET. */
    static final int OF_SET = NX | XX | GET | KEEPTTL | TIMED;

    /** What may be given with GETEX. */
    static final int OF_GETEX = PERSIST | TIMED;

    private static final int LIFETIME = TIMED | KEEPTTL | PERSIST;
    private static final int INDEX_SHIFT = 16;

    private StringOptions() {}

    /**
     * Reads the options from a word on. An option may come twice, its last time counts; two different lifetimes, or NX
     * with XX, are a syntax error.
     *
     * @param allowed the options this command has
     */
    static int parse(Args args, int from, int allowed) {
        int given = 0;
        int timeAt = 0;
        for (int i = from; i < args.count(); i++) {
            int option = option(args.get(i)) & allowed;
            boolean timed = (option & TIMED) != 0;
            if (option == 0 || (given & excludedBy(option)) != 0 || timed && i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            }
            given |= option;
            if (timed) {
                i++;
                timeAt = i;
            }
        }
        return given | timeAt << INDEX_SHIFT;
    }

    private static int option(Bytes word) {
        return switch (word.length()) {
            case 2 ->
                word.isWord("ex") ? EX : word.isWord("px") ? PX : word.isWord("nx") ? NX : word.isWord("xx") ? XX : 0;
            case 3 -> word.isWord("get") ? GET : 0;
            case 4 -> word.isWord("exat") ? EXAT : word.isWord("pxat") ? PXAT : 0;
            default -> word.isWord("keepttl") ? KEEPTTL : word.isWord("persist") ? PERSIST : 0;
        };
    }

    private static int excludedBy(int option) {
        return switch (option) {
            case NX -> XX;
            case XX -> NX;
            case GET -> 0;
            default -> LIFETIME & ~option;
        };
    }

    /** Whether any of these options was given. */
    static boolean has(int options, int any) {
        return (options & any) != 0;
    }

    /**
     * When the value shall expire, in milliseconds since 1970, from the time given with a {@link #TIMED} option.
     *
     * @param command its name for the refusal of a time that is not positive or does not fit
     */
    static long expireAtMs(CommandContext ctx, Args args, int options, String command) {
        long time = args.integer(options >>> INDEX_SHIFT);
        boolean seconds = has(options, EX | EXAT);
        return expireAtMs(time, seconds, has(options, EX | PX) ? ctx.nowMs() : 0, command);
    }

    /** A time in either unit, counted from {@code baseMs}, in milliseconds since 1970. */
    static long expireAtMs(long time, boolean seconds, long baseMs, String command) {
        if (time <= 0 || seconds && time > Long.MAX_VALUE / 1000) {
            throw ErrorReply.invalidExpire(command).raise();
        }
        long expireAtMs = (seconds ? time * 1000 : time) + baseMs;
        if (expireAtMs <= 0) {
            throw ErrorReply.invalidExpire(command).raise();
        }
        return expireAtMs;
    }
}
