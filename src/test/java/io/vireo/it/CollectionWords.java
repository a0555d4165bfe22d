package io.vireo.it;

import io.vireo.resp.InlineWords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * Random commands on lists, sets, hashes, sorted sets and streams, on few keys so that they meet each other, and now and then
 * values of the wrong type. Only commands without chance. The same seed gives the same commands.
 */
final class CollectionWords {
    private static final String[] TYPES = {"l", "s", "h", "z"};

    private final Random random;
    private int lastStreamId;

    CollectionWords(long seed) {
        this.random = new Random(seed);
    }

    /** A command as at the prompt of redis-cli. */
    String command() {
        return switch (random.nextInt(13)) {
            case 0, 1, 2 -> list();
            case 3, 4 -> set();
            case 5, 6 -> hash();
            case 7, 8, 9 -> sortedSet();
            case 10 -> ranges();
            default -> random.nextInt(3) > 0 ? stream() : key();
        };
    }

    /** The words of a command. */
    String[] words() {
        byte[][] words = InlineWords.split(command().getBytes(StandardCharsets.ISO_8859_1));
        return Arrays.stream(words)
                .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                .toArray(String[]::new);
    }

    private String pick(String... words) {
        return words[random.nextInt(words.length)];
    }

    /** A key that mostly is of this type. */
    private String of(String type) {
        return random.nextInt(60) == 0 ? pick(TYPES) + random.nextInt(4) : type + random.nextInt(4);
    }

    private String word() {
        return switch (random.nextInt(12)) {
            case 0 -> "" + random.nextLong();
            case 1 -> "" + (random.nextInt(1 << 17) - (1 << 16));
            case 2 -> "w".repeat(60 + random.nextInt(10));
            case 3 -> "w".repeat(250 + random.nextInt(10));
            case 4 -> "\"\"";
            case 5, 6 -> "" + random.nextInt(10);
            case 7 -> "w" + random.nextInt(1000);
            default -> "w" + random.nextInt(30);
        };
    }

    private String words(int most) {
        StringBuilder words = new StringBuilder();
        for (int left = 1 + random.nextInt(random.nextInt(12) == 0 ? 20 * most : most); left > 0; left--) {
            words.append(' ').append(word());
        }
        return words.toString();
    }

    private int index() {
        return random.nextInt(24) - 12;
    }

    private String list() {
        String key = of("l");
        return switch (random.nextInt(18)) {
            case 0, 1, 2 -> "rpush " + key + words(6);
            case 3, 4 -> "lpush " + key + words(6);
            case 5 -> pick("lpushx ", "rpushx ") + key + words(3);
            case 6 -> pick("lpop ", "rpop ") + key;
            case 7 -> pick("lpop ", "rpop ") + key + " " + random.nextInt(5);
            case 8 -> "lrange " + key + " " + index() + " " + index();
            case 9 -> "lrange " + key + " 0 -1";
            case 10 -> "lindex " + key + " " + index();
            case 11 -> "lset " + key + " " + index() + " " + word();
            case 12 -> "linsert " + key + pick(" before ", " AFTER ") + word() + " " + word();
            case 13 -> "lrem " + key + " " + (random.nextInt(7) - 3) + " " + word();
            case 14 ->
                random.nextInt(8) == 0
                        ? "ltrim " + key + " " + random.nextInt(3) + " -" + (1 + random.nextInt(3))
                        : "llen " + key;
            case 15 -> "lpos " + key + " " + word() + pick("", " rank -1", " count 0", " rank 2 count 2", " maxlen 5");
            case 16 -> "lmove " + key + " " + of("l") + pick(" left", " right") + pick(" left", " right");
            default -> pick("rpoplpush " + key + " " + of("l"), "lmpop 2 " + key + " " + of("l") + " left count 2");
        };
    }

    private String set() {
        String key = of("s");
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> "sadd " + key + words(8);
            case 3 -> "srem " + key + words(5);
            case 4 -> "smove " + key + " " + of("s") + " " + word();
            case 5 -> "sismember " + key + " " + word();
            case 6 -> "smismember " + key + words(3);
            case 7 -> "scard " + key;
            case 8 -> "smembers " + key;
            case 9 -> pick("sinter ", "sunion ", "sdiff ") + key + " " + of("s") + pick("", " " + of("s"));
            case 10, 11 -> pick("sinterstore ", "sunionstore ", "sdiffstore ") + of("s") + " " + key + " " + of("s");
            case 12 -> "sintercard 2 " + key + " " + of("s") + pick("", " limit 2");
            default -> random.nextInt(6) == 0 ? "spop " + key + " 100000" : "sadd " + key + " " + random.nextInt(2000);
        };
    }

    private String hash() {
        String key = of("h");
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> "hset " + key + " " + word() + " " + word() + " " + word() + " " + word();
            case 3 -> "hsetnx " + key + " " + word() + " " + word();
            case 4 -> "hget " + key + " " + word();
            case 5 -> "hmget " + key + words(3);
            case 6 -> "hdel " + key + words(4);
            case 7 -> pick("hgetall ", "hkeys ", "hvals ") + key;
            case 8 -> pick("hexists ", "hstrlen ") + key + " " + word();
            case 9 -> "hincrby " + key + " " + random.nextInt(10) + " " + (random.nextInt(20) - 10);
            case 10 -> "hincrbyfloat " + key + " " + random.nextInt(10) + " " + pick("0.5", "-1.25", "3");
            default -> "hlen " + key;
        };
    }

    private String score() {
        return switch (random.nextInt(10)) {
            case 0 -> pick("inf", "-inf", "+inf");
            case 1 -> "" + random.nextGaussian() * 1e10;
            case 2 -> "" + random.nextGaussian();
            case 3 -> "" + random.nextLong();
            default -> "" + (random.nextInt(20) - 10);
        };
    }

    private String sortedSet() {
        String key = of("z");
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> {
                StringBuilder command = new StringBuilder("zadd ").append(key);
                command.append(pick("", "", "", " nx", " xx", " gt", " lt", " ch", " xx gt ch"));
                for (int left = 1 + random.nextInt(random.nextInt(12) == 0 ? 100 : 5); left > 0; left--) {
                    command.append(' ').append(score()).append(' ').append(word());
                }
                yield command.toString();
            }
            case 3 -> "zadd " + key + pick("", " nx", " xx", " gt") + " incr " + score() + " " + word();
            case 4 -> "zincrby " + key + " " + score() + " " + word();
            case 5 -> "zrem " + key + words(3);
            case 6 -> pick("zscore ", "zrank ", "zrevrank ") + key + " " + word();
            case 7 -> "zmscore " + key + words(3);
            case 8 -> "zcard " + key;
            case 9 -> pick("zpopmin ", "zpopmax ") + key + pick("", " 3");
            case 10 -> "zmpop 2 " + key + " " + of("z") + pick(" min", " max") + pick("", " count 3");
            case 11 -> pick("zunion", "zinter", "zdiff") + " 2 " + key + " " + pick(of("z"), of("s")) + " withscores";
            case 12 ->
                pick("zunion", "zinter") + " 2 " + key + " " + of("z") + " weights 2 -1"
                        + pick("", " aggregate min", " aggregate max");
            case 13, 14 -> pick("zunionstore ", "zinterstore ", "zdiffstore ") + of("z") + " 2 " + key + " " + of("z");
            default -> "zintercard 2 " + key + " " + of("z");
        };
    }

    private String end() {
        return pick("", "(") + score();
    }

    private String wordEnd() {
        return pick("-", "+", "[w1", "(w2", "[", "[" + word());
    }

    private String ranges() {
        String key = of("z");
        String limit = pick("", "", " limit 1 2", " limit 0 -1", " limit -1 2", " limit 2 100");
        return switch (random.nextInt(14)) {
            case 0 ->
                "zrange " + key + " " + index() + " " + index() + pick("", " withscores", " rev", " REV WITHSCORES");
            case 1 -> "zrange " + key + " 0 -1 withscores";
            case 2 -> "zrevrange " + key + " " + index() + " " + index() + pick("", " withscores");
            case 3 -> "zrangebyscore " + key + " " + end() + " " + end() + limit + pick("", " withscores");
            case 4 -> "zrevrangebyscore " + key + " " + end() + " " + end() + limit + pick("", " withscores");
            case 5 -> "zrange " + key + " " + end() + " " + end() + " byscore" + limit + pick("", " rev");
            case 6 -> "zcount " + key + " " + end() + " " + end();
            case 7 -> "zrangestore " + of("z") + " " + key + " " + index() + " " + index() + pick("", " rev");
            case 8 -> "zrangestore " + of("z") + " " + key + " " + end() + " " + end() + " byscore" + limit;
            case 9 -> "zremrangebyrank " + key + " " + random.nextInt(6) + " " + random.nextInt(6);
            case 10 -> "zremrangebyscore " + key + " " + end() + " " + end();
            // Sets for these have one score alone: of others Redis leaves open what they answer.
            case 11 -> "zadd lex 0 " + word() + " 0 " + word();
            case 12 -> pick("zrangebylex lex ", "zlexcount lex ", "zrevrangebylex lex ") + wordEnd() + " " + wordEnd();
            default -> "zremrangebylex lex " + wordEnd() + " " + wordEnd();
        };
    }

    private String streamId() {
        return random.nextInt(40) + "-" + random.nextInt(3);
    }

    /** Ids are given, so that they do not depend on the clock. */
    private String stream() {
        String key = "x" + random.nextInt(3);
        String group = " g" + random.nextInt(2);
        String consumer = " c" + random.nextInt(3);
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3 ->
                "xadd " + key + " " + ++lastStreamId + "-" + random.nextInt(2) + " f " + word() + " g " + word();
            case 4 -> "xadd " + key + " " + ++lastStreamId + "-* " + word() + " " + word();
            case 5 -> "xadd " + key + pick(" maxlen 40 ", " maxlen ~ 10 ", " minid ~ 5 ") + ++lastStreamId + "-1 f v";
            case 6 -> "xadd " + key + " " + streamId() + " f v";
            case 7 -> "xlen " + key;
            case 8 -> "xrange " + key + " " + pick("-", streamId(), "(" + streamId()) + " + count 5";
            case 9 -> "xrevrange " + key + " + " + streamId();
            case 10 -> "xdel " + key + " " + streamId() + " " + random.nextInt(1 + lastStreamId) + "-0";
            case 11 -> random.nextInt(4) == 0 ? "xtrim " + key + " maxlen " + random.nextInt(30) : "xlen " + key;
            case 12, 13 -> "xgroup create " + key + group + pick(" 0", " $", " " + streamId()) + pick("", " mkstream");
            case 14 -> "xgroup " + pick("createconsumer ", "delconsumer ") + key + group + consumer;
            case 15 ->
                random.nextInt(6) == 0
                        ? "xgroup destroy " + key + group
                        : "xgroup setid " + key + group + " " + streamId();
            case 16, 17, 18 ->
                "xreadgroup group" + group + consumer + " count 3" + pick("", " noack") + " streams " + key
                        + pick(" >", " >", " 0");
            case 19 -> "xack " + key + group + " " + streamId() + " " + random.nextInt(1 + lastStreamId) + "-0";
            case 20 -> "xread count 2 streams " + key + " x1 " + streamId() + " 0";
            case 21 ->
                "xclaim " + key + group + consumer + " 0 " + random.nextInt(1 + lastStreamId) + "-0 " + streamId()
                        + pick("", " force", " justid");
            case 22 -> "xautoclaim " + key + group + consumer + " 0 " + streamId() + " count 2" + pick("", " justid");
            default ->
                pick(
                        "xpending " + key + group,
                        "xpending " + key + group + " - + 0",
                        "xinfo groups " + key,
                        "xinfo stream " + key);
        };
    }

    private String key() {
        String type = pick(TYPES);
        String key = of(type);
        return switch (random.nextInt(12)) {
            case 0 -> "type " + key;
            case 1, 2, 3 -> "object encoding " + key;
            case 4 -> random.nextInt(3) == 0 ? "del " + key : "exists " + key;
            case 5 -> "rename " + key + " " + type + random.nextInt(4);
            case 6 -> "copy " + key + " " + type + random.nextInt(4) + pick("", " replace");
            case 7 -> "expire " + key + " 100000";
            case 8 -> "persist " + key;
            case 9 -> "set " + key + " " + word();
            default -> random.nextInt(3) == 0 ? "unlink " + key : "ttl " + key;
        };
    }
}
