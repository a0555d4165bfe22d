package io.vireo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONFIG GET and SET, compared with what redis-server 7.0.15 answered. */
class ConfigTest {
    private final Config config = Config.defaults();
    private final List<String> heard = new ArrayList<>();

    @Test
    void whatIsFixedOfVireosOwnMayBeSetToWhatItIs() throws ConfigRefusal {
        Config config = Config.of("hazelcast-members a:1 b:2");
        for (String name :
                List.of("set-name", "http-port", "eventbus-address", "hazelcast-port", "hazelcast-members")) {
            config.set(List.of(name, config.print(Options.find(name))), true, false);
        }

        assertEquals(List.of("a:1", "b:2"), config.get(Options.HAZELCAST_MEMBERS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nosuch,1           | ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'",
                "port,1,nosuch,2    | ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'",
                "maxmemory,a,nosuch,2 | ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'",
                "nosuch,2,daemonize,yes | ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'",
                "include,x          | ERR Unknown option or number of arguments for CONFIG SET - 'include'",
                "rename-command,x   | ERR Unknown option or number of arguments for CONFIG SET - 'rename-command'",
                "maxmemory,1,dir    | ERR syntax error",
                "maxmemory          | ERR syntax error",
                "daemonize,yes,nosuch,1 | ERR CONFIG SET failed (possibly related to argument 'daemonize')"
                        + " - can't set immutable config",
                "maxmemory,x,daemonize,yes | ERR CONFIG SET failed (possibly related to argument 'daemonize')"
                        + " - can't set immutable config",
                "replicaof,a 1      | ERR CONFIG SET failed (possibly related to argument 'replicaof')"
                        + " - can't set immutable config",
                "set-name,other     | ERR CONFIG SET failed (possibly related to argument 'set-name')"
                        + " - can't set immutable config",
                "DIR,/tmp           | ERR CONFIG SET failed (possibly related to argument 'DIR')"
                        + " - can't set protected config",
                "maxmemory,1,MAXMEMORY,2 | ERR CONFIG SET failed (possibly related to argument 'MAXMEMORY')"
                        + " - duplicate parameter",
                "Slave-Priority,-1  | ERR CONFIG SET failed (possibly related to argument 'slave-priority')"
                        + " - argument must be between 0 and 2147483647 inclusive",
                "save,7 8  9 10     | ERR CONFIG SET failed (possibly related to argument 'save')"
                        + " - Invalid save parameters",
                "save,` `           | ERR CONFIG SET failed (possibly related to argument 'save')"
                        + " - Invalid save parameters",
                "shutdown-on-sigint,`` | ERR CONFIG SET failed (possibly related to argument 'shutdown-on-sigint')"
                        + " - argument(s) must be one of the following: default, save, nosave, now, force",
            })
    void aBadSetChangesNothingAndSaysWhy(String pairs, String error) {
        List<String> words = List.of(pairs.replace("`", "").split(",", -1));
        assertEquals(error, refusal(words));
        assertEquals(Config.defaults().match(List.of("*")), config.match(List.of("*")));
    }

    @Test
    void severalPairsAreSetTogether() throws Exception {
        listen(Options.MAXMEMORY);
        listen(Options.SAVE);

        set("maxmemory", "10000001", "repl-backlog-size", "10mb", "save", "3000 5");

        assertEquals(10_000_001, config.get(Options.MAXMEMORY));
        assertEquals("3000 5", config.print(Options.SAVE));
        assertEquals(List.of("maxmemory=10000001", "save=3000 5"), heard);
    }

    @Test
    void aValueThatIsRefusedTakesThoseBeforeBack() {
        listen(Options.MAXMEMORY);

        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'maxmemory-clients')"
                        + " - percentage argument must be less or equal to 100",
                refusal(List.of(
                        "maxmemory", "1", "maxmemory-clients", "200%", "client-query-buffer-limit", "invalid")));

        assertEquals(0, config.get(Options.MAXMEMORY));
        assertEquals(List.of(), heard);
    }

    @Test
    void anApplierThatRefusesTakesEverythingBack() {
        listen(Options.MAXMEMORY);
        config.onApply(() -> heard.add("apply timeout " + config.get(Options.TIMEOUT)), Options.TIMEOUT);
        config.onApply(
                () -> {
                    throw new ConfigRefusal("Unable to listen on this port. Check server logs.");
                },
                Options.PORT);

        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'port')"
                        + " - Unable to listen on this port. Check server logs.",
                refusal(List.of("maxmemory", "1", "timeout", "5", "port", "9", "hz", "20")));

        assertEquals(Config.defaults().match(List.of("*")), config.match(List.of("*")));
        assertEquals(List.of("apply timeout 5", "apply timeout 0"), heard);
    }

    @Test
    void anApplierOfSeveralOptionsRunsOnce() throws Exception {
        config.onApply(
                () -> heard.add(config.get(Options.PORT) + " " + config.get(Options.BIND)), Options.PORT, Options.BIND);

        set("port", "7", "bind", "127.0.0.1");
        set("port", "7");

        assertEquals(List.of("7 [127.0.0.1]"), heard);
    }

    @Test
    void aValueThatStaysTheSameIsNoChange() throws Exception {
        listen(Options.PORT);
        set("port", "6379");
        config.put(Options.PORT, 6379);
        assertEquals(List.of(), heard);

        config.put(Options.PORT, 7);
        assertEquals(List.of("port=7"), heard);
    }

    @Test
    void anAliasBesideItsNameIsSetInTurn() throws Exception {
        set("slave-priority", "1", "replica-priority", "2");
        assertEquals(2, config.get(Options.REPLICA_PRIORITY));

        refusal(List.of("slave-priority", "7", "replica-priority", "8", "port", "x"));
        assertEquals(2, config.get(Options.REPLICA_PRIORITY));
    }

    @Test
    void protectedOptionsFollowTheirGuard() throws Exception {
        Config guarded = Config.of("enable-protected-configs local");
        assertThrows(ConfigRefusal.class, () -> guarded.set(List.of("dbfilename", "x"), false, false));
        guarded.set(List.of("dbfilename", "x"), true, false);
        assertEquals("x", guarded.get(Options.DBFILENAME));

        Config open = Config.of("enable-protected-configs yes");
        open.set(List.of("dbfilename", "y"), false, false);
        assertEquals("y", open.get(Options.DBFILENAME));
    }

    @Test
    void someOptionsWaitForLoading() throws Exception {
        Config open = Config.of("enable-protected-configs yes");
        for (String name : List.of("dir", "appendonly", "repl-diskless-load")) {
            List<String> pair = List.of(name, open.print(Options.find(name)));
            ConfigRefusal refusal = assertThrows(ConfigRefusal.class, () -> open.set(pair, true, true));
            assertEquals("LOADING Redis is loading the dataset in memory", refusal.reason());
        }

        open.set(List.of("loglevel", "debug"), true, true);
        assertEquals("debug", open.print(Options.LOGLEVEL));
    }

    @Test
    void getTakesNamesAndPatternsAndShowsEachOnce() {
        assertEquals(Map.of("maxmemory", "0"), config.match(List.of("maxmemory")));
        assertEquals(Map.of("PORT", "6379"), config.match(List.of("PORT", "port", "por*")));
        assertEquals(Map.of("port", "6379"), config.match(List.of("PO[R]T", "POrT")));
        assertEquals(Map.of(), config.match(List.of("nosuch", "\\port")));

        Map<String, String> found = config.match(List.of("maxmemory", "maxmemory*", "bind", "*of"));
        assertTrue(
                found.keySet().containsAll(List.of("slaveof", "replicaof", "maxmemory", "maxmemory-samples", "bind")));
        assertEquals("* -::*", found.get("bind"));
    }

    @Test
    void hiddenOptionsAreShownOnlyWhenNamed() {
        assertFalse(config.match(List.of("*")).containsKey("key-load-delay"));
        assertEquals(Map.of(), config.match(List.of("key-load*")));
        assertEquals(Map.of("KEY-load-delay", "0"), config.match(List.of("KEY-load-delay")));
    }

    /** What CONFIG GET shows is what CONFIG SET takes. */
    @Test
    void everySettableOptionTakesTheValueItShows() throws Exception {
        Config open = Config.of("enable-protected-configs yes");
        Map<String, String> before = open.match(List.of("*"));
        for (Option<?> option : Options.ALL) {
            if (!option.access().isFixed()) {
                for (String name : option.names()) {
                    open.set(List.of(name, open.print(option)), false, false);
                }
            }
        }
        assertEquals(before, open.match(List.of("*")));
    }

    private <T> void listen(Option<T> option) {
        config.onChange(option, value -> heard.add(option + "=" + option.type().print(value)));
    }

    private void set(String... pairs) throws ConfigRefusal {
        config.set(List.of(pairs), false, false);
    }

    private String refusal(List<String> pairs) {
        return assertThrows(ConfigRefusal.class, () -> config.set(pairs, false, false))
                .reason();
    }
}
