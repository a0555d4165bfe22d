package io.vireo.it;

import io.vireo.testkit.NeedsRedis;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages of channels, events of keys and what MONITOR shows: the same said to redis-server and to Vireo, and everything
 * compared that any of the clients gets, in its order.
 */
@NeedsRedis
class PushesIT {
    private static final List<String> CHANNELS = lines("""
        a: PUBLISH ch nobody
        a: SUBSCRIBE
        a: PUBLISH ch
        a: PUBSUB
        a: PUBSUB nonsense
        a: PUBSUB CHANNELS a b
        a: UNSUBSCRIBE
        a: UNSUBSCRIBE x y
        a: PUNSUBSCRIBE
        a: SUNSUBSCRIBE
        r: SUBSCRIBE ch1 ch2 ch1
        r: SUBSCRIBE ch2
        r: PSUBSCRIBE ?h1 nothing none*
        r: SSUBSCRIBE sh1 sh2
        b: PUBLISH ch1 hello
        b: PUBLISH ch3 hello
        b: PUBLISH sh1 hello
        b: SPUBLISH sh1 hello
        b: SPUBLISH ch1 hello
        b: PUBSUB CHANNELS n*
        b: PUBSUB CHANNELS *1
        b: PUBSUB NUMSUB
        b: PUBSUB NUMSUB ch1 ch1 none
        b: PUBSUB NUMPAT
        b: PUBSUB SHARDCHANNELS sh2
        b: PUBSUB SHARDNUMSUB sh1 ch1
        r: GET k
        r: PING
        r: PING words
        r: nonsense
        r: GET
        r: MULTI
        r: DISCARD
        r: CLIENT GETNAME
        r: UNSUBSCRIBE ch2 ch4
        r: SUNSUBSCRIBE sh2
        r: PUNSUBSCRIBE nothing ch1
        b: PUBLISH ch2 hello
        b: MULTI
        b: PUBLISH ch1 1
        b: SPUBLISH sh1 2
        b: PUBLISH ch1 3
        b: EXEC
        c: SUBSCRIBE ch1
        b: PUBLISH ch1 both
        c: leave
        b: PUBLISH ch1 one
        r: PUNSUBSCRIBE
        r: SUNSUBSCRIBE
        r: SSUBSCRIBE sh3
        r: SUNSUBSCRIBE sh3
        r: UNSUBSCRIBE
        r: GET k
        b: PUBLISH ch1 nobody
        r: PSUBSCRIBE *
        b: PUBLISH ch1 some
        r: RESET
        b: PUBLISH ch1 nobody
        r: GET k
        a: MULTI
        a: SUBSCRIBE in
        a: GET k
        a: UNSUBSCRIBE in
        a: EXEC
        a: GET k
        """);

    private static final List<String> EVENTS = lines("""
        b: SET s 1
        b: SET s 2 EX 100
        b: SETEX s 100 v
        b: SETNX s v
        b: SETNX s2 v
        b: GETSET s w
        b: GETEX s PERSIST
        b: GETEX s EX 100
        b: GETEX s
        b: GETDEL s
        b: GET s
        b: MSET a 1 b 2
        b: MSETNX c 1 d 2
        b: APPEND a x
        b: SETRANGE a 1 y
        b: SETRANGE a 1
        b: INCR n
        b: INCRBYFLOAT n 1.5
        b: DECRBY m 3
        b: SETBIT bits 1 1
        b: BITOP NOT bits2 bits
        b: BITOP NOT bits2 none
        b: BITFIELD bits SET u8 0 1
        b: PFADD pf 1
        b: PFADD pf 1
        b: PFMERGE pf2 pf
        b: EXPIRE a 100
        b: EXPIRE a 200 LT
        b: PERSIST a
        b: EXPIRE a -1
        b: EXPIREAT none 1
        b: RENAME b b2
        b: RENAMENX b2 c
        b: RENAMENX b2 b3
        b: COPY b3 b4
        b: COPY b3 b4
        b: COPY b3 b4 REPLACE
        b: MOVE b3 1
        b: SWAPDB 0 1
        b: SWAPDB 0 1
        b: DEL b4 c none
        b: UNLINK d
        b: TOUCH n
        b: LPUSH l 1 2 3
        b: RPUSH l 4
        b: LPUSHX none 1
        b: RPUSHX l 5
        b: LINSERT l BEFORE 1 0
        b: LINSERT l BEFORE none 0
        b: LSET l 0 x
        b: LREM l 0 x
        b: LREM l 0 none
        b: LTRIM l 0 2
        b: LTRIM l 0 -1
        b: LPOP l
        b: RPOP l
        b: LMOVE l l2 LEFT RIGHT
        b: RPOPLPUSH l2 l2
        b: LMPOP 1 l2 LEFT
        b: BLPOP l2 0.01
        b: RPUSH l 1 2
        b: LTRIM l 5 6
        b: SADD st 1 2 3
        b: SADD st 1
        b: SREM st 1
        b: SREM st 1
        b: SMOVE st st2 2
        b: SMOVE st st2 3
        b: SREM st2 3
        b: SPOP st2
        b: SADD st2 2
        b: SPOP st2 5
        b: SADD st 1
        b: SUNIONSTORE st3 st
        b: SINTERSTORE st3 st none
        b: SDIFFSTORE st3 none
        b: SDIFFSTORE st3 st
        b: HSET h f 1 g 2
        b: HSETNX h f 1
        b: HSETNX h i 1
        b: HINCRBY h f 1
        b: HINCRBYFLOAT h f 1.5
        b: HDEL h none
        b: HDEL h f
        b: HDEL h g i
        b: ZADD z 1 a 2 b 3 c
        b: ZADD z 1 a
        b: ZADD z XX CH 5 a
        b: ZADD z INCR 1 a
        b: ZINCRBY z 1 a
        b: ZREM z none
        b: ZREM z a
        b: ZPOPMIN z
        b: ZPOPMAX z
        b: ZPOPMAX z
        b: ZADD z 1 a 2 b 3 c 4 d
        b: ZREMRANGEBYSCORE z 1 1
        b: ZREMRANGEBYRANK z 0 0
        b: ZREMRANGEBYLEX z - [c
        b: ZRANGESTORE z2 z 0 -1
        b: ZRANGESTORE z2 z 10 11
        b: ZUNIONSTORE z3 2 z z2
        b: ZINTERSTORE z3 2 z none
        b: ZDIFFSTORE z3 1 z
        b: ZMPOP 1 z3 MIN
        b: BZPOPMIN z3 0.01
        b: GEOADD g 1 1 m
        b: GEOSEARCHSTORE g2 g FROMMEMBER m BYRADIUS 1 m
        b: GEORADIUS g 1 1 1 km STORE g3
        b: GEORADIUS g 9 9 1 km STORE g3
        b: SORT l STORE l9
        b: SORT st STORE l9
        b: SORT none STORE l9
        b: XADD x 1-1 f v
        b: XADD x MAXLEN 1 2-1 f v
        b: XADD x NOMKSTREAM 3-1 f v
        b: XTRIM x MAXLEN 1
        b: XTRIM x MAXLEN 1
        b: XSETID x 9-9
        b: XGROUP CREATE x gr 0
        b: XGROUP CREATE y gr 0 MKSTREAM
        b: XGROUP SETID x gr 0
        b: XGROUP CREATECONSUMER x gr co
        b: XGROUP CREATECONSUMER x gr co
        b: XREADGROUP GROUP gr co STREAMS x >
        b: XREADGROUP GROUP gr new STREAMS x >
        b: XACK x gr 3-1
        b: XAUTOCLAIM x gr third 0 0
        b: XGROUP DELCONSUMER x gr co
        b: XGROUP DESTROY x gr
        b: XDEL x 3-1
        b: XDEL x 3-1
        b: HGET none f
        b: LRANGE none 0 -1
        b: EXISTS none
        b: TTL none
        b: TYPE none
        b: STRLEN none
        b: MGET none none2
        b: SISMEMBER none x
        b: OBJECT ENCODING none
        b: MULTI
        b: SET t 1
        b: INCR t
        b: DEL t
        b: EXEC
        b: SET t 1 EX 100
        b: SET t 2 KEEPTTL
        b: SELECT 3
        b: SET t 3
        b: SELECT 0
        b: FLUSHDB
        b: FLUSHALL
        """);

    private static final List<String> ONE_OF_EACH = lines("""
        b: GET k
        b: SET k 1
        b: EXPIRE k 100
        b: LPUSH l 1
        b: SADD s 1
        b: HSET h f 1
        b: ZADD z 1 m
        b: XADD x 1-1 f v
        b: DEL l
        """);

    private static final List<String> SHOWN = lines("""
        r: MONITOR
        b: SET k v
        b: GET k more
        b: nonsense
        b: GET "quoted\\and\u0007\u00e9\u0000odd
        b: MULTI
        b: SET k 1
        b: INCR k
        b: EXEC
        b: MULTI
        b: DISCARD
        b: SELECT 2
        b: GET k
        b: CONFIG GET databases
        b: AUTH secret
        b: HELLO 3 AUTH nobody secret
        b: CLIENT SETNAME n
        b: BLPOP l 0.01
        b: RPUSH l x
        b: BLPOP l 0
        b: OBJECT HELP more
        r: GET k
        r: RESET
        b: GET k
        """);

    @RegisterExtension
    final Servers servers = new Servers();

    private static List<String> lines(String text) {
        return text.lines().toList();
    }

    private ServerProcess redis;
    private ServerProcess other;

    private void compare(List<String> lines, int protocol, List<String> before) {
        if (redis == null) {
            redis = servers.start(Program.REDIS);
            other = servers.start(Pair.programs().findFirst().orElseThrow());
        }
        SoftAssertions all = new SoftAssertions();
        try (NamedClients expecting = new NamedClients(redis, protocol, "a", "b", "c", "r");
                NamedClients answering = new NamedClients(other, protocol, "a", "b", "c", "r")) {
            for (String line : Stream.of(before, lines).flatMap(List::stream).toList()) {
                String expected = expecting.say(line);
                all.assertThat(answering.say(line)).describedAs(line).isEqualTo(expected);
            }
        }
        all.assertAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void messagesComeTheSame(int protocol) {
        compare(CHANNELS, protocol, List.of());
    }

    private static List<String> publishing(String classes) {
        return List.of("a: CONFIG SET notify-keyspace-events " + classes, "r: PSUBSCRIBE __key*", "b: FLUSHALL");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void eventsOfKeysComeTheSame(int protocol) {
        compare(EVENTS, protocol, publishing("KEAmn"));
    }

    /** Each class alone, on one of both kinds of channels. */
    @Test
    void onlyTheClassesOfEventsComeThatAreWanted() {
        for (String classes : List.of("Kg", "E$", "Kl", "Es", "Kh", "Ez", "Kt", "Em", "Kn", "KA", "EA", "A", "K")) {
            compare(ONE_OF_EACH, 3, publishing(classes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void commandsAreShownTheSame(int protocol) {
        compare(SHOWN, protocol, List.of());
    }
}
