package io.vireo.it;

import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Random commands on a few keys, right ones and wrong ones, all of one seed. */
final class RandomWords {
    private static final String LONG = "a_text_that_is_longer_than_what_redis_keeps_within_its_object";
    private static final String MAX = "9223372036854775807";
    private static final String MIN = "-9223372036854775808";

    private final RandomGenerator random;

    RandomWords(long seed) {
        random = new Random(seed);
    }

    /** A command as at the prompt of redis-cli. */
    String command() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> stringCommand();
            case 2 -> countCommand();
            case 3 -> expireCommand();
            default -> keyCommand();
        };
    }

    private String stringCommand() {
        return switch (random.nextInt(15)) {
            case 0 -> inAnyCase("get") + " " + key();
            case 1, 2, 3, 4 -> inAnyCase("set") + " " + key() + " " + value() + setOptions();
            case 5 -> "setnx " + key() + " " + value();
            case 6 -> any("setex ", "psetex ") + key() + " " + time() + " " + value();
            case 7 -> any("getset ", "append ") + key() + " " + value();
            case 8 -> any("getdel ", "strlen ") + key();
            case 9 -> "mget " + key() + " " + key() + " " + key();
            case 10 -> "mset " + key() + " " + value() + " " + key() + any(" ", " 1", " two");
            case 11 -> "msetnx " + key() + " " + value() + " " + key() + any("", " 1", " two");
            case 12 ->
                "setrange " + key() + " " + any("0", "1", "5", "50", "-1", "x", "600000000", MAX) + " " + value();
            case 13 -> any("getrange ", "substr ") + key() + " " + index() + " " + index();
            default -> "lcs " + key() + " " + key() + lcsOptions();
        };
    }

    private String countCommand() {
        return switch (random.nextInt(4)) {
            case 0 -> inAnyCase(any("incr", "decr")) + " " + key();
            case 1 -> any("incrby ", "decrby ") + key() + " " + number();
            case 2 -> "incrbyfloat " + key() + " " + any("1.5", "-0.1", "3", "x", "1e10", "inf", "1e-5", "0x10");
            default -> "get " + key();
        };
    }

    private String expireCommand() {
        return switch (random.nextInt(6)) {
            case 0 ->
                inAnyCase(any("expire", "pexpire")) + " " + key() + " " + time() + any("", " nx", " xx", " XX foo");
            case 1 -> "expireat " + key() + " " + moment() + conditions();
            case 2 -> inAnyCase("pexpireat") + " " + key() + " " + moment() + "000" + conditions();
            case 3 -> any("ttl ", "pttl ", "expiretime ", "pexpiretime ") + key();
            case 4 -> "persist " + key();
            default -> inAnyCase("getex") + " " + key() + getexOptions();
        };
    }

    private String keyCommand() {
        return switch (random.nextInt(12)) {
            case 0 -> any("del ", "unlink ", "exists ", "touch ") + key() + " " + key() + " " + key();
            case 1 -> any("type ", "object encoding ", "object freq ", "object foo ") + key();
            case 2 -> any("rename ", "renamenx ") + key() + " " + key();
            case 3 -> "move " + key() + " " + any("0", "1", "2", "x", "16", "-1", "99999999999");
            case 4, 5 -> "copy " + key() + " " + key() + copyOptions();
            case 6 -> "select " + any("0", "1", "2", "16", "x");
            case 7 -> any("multi", "exec", "exec", "discard", "watch " + key(), "unwatch");
            case 8 -> any("dbsize", "keys " + key(), "keys none*", "scan x", "scan 0 count 0", "scan 0 foo bar");
            case 9 -> any("get", "type", "randomkey x", "object encoding", "scan 0 match", "del");
            case 10 -> random.nextInt(4) == 0 ? databaseCommand() : "dbsize";
            default -> "command getkeysandflags " + stringCommand();
        };
    }

    private String databaseCommand() {
        return any(
                "flushdb",
                "flushall",
                "flushall async",
                "flushdb foo",
                "swapdb 0 1",
                "swapdb 1 2",
                "swapdb x 1",
                "swapdb 0 99");
    }

    private String setOptions() {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            out.append(' ')
                    .append(
                            switch (random.nextInt(8)) {
                                case 0 -> inAnyCase(any("ex ", "px ")) + time();
                                case 1 -> inAnyCase(any("exat ", "pxat ")) + moment();
                                case 2 -> any("persist", "foo", "ex", "pxat");
                                default -> inAnyCase(any("nx", "xx", "get", "get", "keepttl"));
                            });
        }
        return out.toString();
    }

    private String getexOptions() {
        return switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> " " + inAnyCase("persist");
            case 2 -> any(" ex ", " px ") + time();
            case 3 -> any(" exat ", " pxat ") + moment();
            case 4 -> " ex " + time() + " persist";
            default -> any(" foo", " ex", " keepttl", " px 1000000 px 2000000");
        };
    }

    private String conditions() {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            out.append(' ').append(inAnyCase(any("nx", "xx", "gt", "lt", "gt", "foo")));
        }
        return out.toString();
    }

    private String copyOptions() {
        return any("", " replace", " db 1", " db 1 replace", " db x", " db 99", " foo", " db", " REPLACE DB 2");
    }

    private String lcsOptions() {
        return any("", " len", " idx", " idx minmatchlen 2", " idx withmatchlen", " idx len", " foo", " minmatchlen");
    }

    private String key() {
        return any("a", "b", "c", "d");
    }

    private String value() {
        return any(
                "1", "-5", "10", "abc", "\"\"", MAX, MIN, "3.5", "01", "+1", LONG, "1e3", "0", "ohmytext", "mynewtext");
    }

    private String number() {
        return any("1", "-1", "0", "5", "100", "-100", "x", MAX, MIN, "1.5", "\"\"", "99999999999999999999", "007");
    }

    private String index() {
        return any("0", "1", "-1", "-3", "5", "100", "-100", "x", MAX, MIN);
    }

    /** How long from now, in either unit: for ever, as far as the test goes, or not at all. */
    private String time() {
        return any("100000", "999999", "0", "-1", "x", MAX, "9223372036854775", "100000000", MIN);
    }

    /** A time in seconds since 1970: long ago, or long from now. */
    private String moment() {
        return any("2000000000", "2000000001", "1", "0", "-5", "9223372036854775", "x", "2000000000000");
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String inAnyCase(String word) {
        return random.nextBoolean() ? word : word.toUpperCase(Locale.ROOT);
    }
}
