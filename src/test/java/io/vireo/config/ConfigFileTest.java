package io.vireo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What redis-server 7.0.15 made of the same lines. */
class ConfigFileTest {
    private static final String HEAD = "\n*** FATAL CONFIG FILE ERROR (" + CommandLine.PRODUCT + ") ***\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bogus                        | Bad directive or wrong number of arguments",
                "port=7                       | Bad directive or wrong number of arguments",
                "\"port 1\"                   | Bad directive or wrong number of arguments",
                "include                      | Bad directive or wrong number of arguments",
                "include a b                  | Bad directive or wrong number of arguments",
                "rename-command get           | Bad directive or wrong number of arguments",
                "user                         | Bad directive or wrong number of arguments",
                "list-max-ziplist-entries     | Bad directive or wrong number of arguments",
                "sentinel monitor             | sentinel directive while not in sentinel mode",
                "port                         | wrong number of arguments",
                "port 1 2                     | wrong number of arguments",
                "port 1 # one                 | wrong number of arguments",
                "port abc                     | argument couldn't be parsed into an integer",
                "PORT abc                     | argument couldn't be parsed into an integer",
                "'port' \"x\"                 | argument couldn't be parsed into an integer",
                "port 007                     | argument couldn't be parsed into an integer",
                "port -0                      | argument couldn't be parsed into an integer",
                "port +1                      | argument couldn't be parsed into an integer",
                "port \" 1\"                  | argument couldn't be parsed into an integer",
                "port \"\"                    | argument couldn't be parsed into an integer",
                "hz 9223372036854775808       | argument couldn't be parsed into an integer",
                "port 65536                   | argument must be between 0 and 65535 inclusive",
                "port -1                      | argument must be between 0 and 65535 inclusive",
                "databases 0                  | argument must be between 1 and 2147483647 inclusive",
                "maxclients 4294967296        | argument must be between 1 and 4294967295 inclusive",
                "port \"6380                  | Unbalanced quotes in configuration line",
                "port '6380'x                 | Unbalanced quotes in configuration line",
                "appendonly maybe             | argument must be 'yes' or 'no'",
                "loglevel loud                | argument(s) must be one of the following: debug, verbose, notice,"
                        + " warning",
                "maxmemory 5x                 | argument must be a memory value",
                "maxmemory 1.5gb              | argument must be a memory value",
                "maxmemory -1                 | argument must be a memory value",
                "maxmemory 5 kb               | wrong number of arguments",
                "repl-backlog-size 0          | argument must be between 1 and 9223372036854775807 inclusive",
                "client-query-buffer-limit 1  | argument must be between 1048576 and 9223372036854775807 inclusive",
                "maxmemory-clients x          | argument must be a memory or percent value",
                "maxmemory-clients -1%        | argument must be a memory or percent value",
                "maxmemory-clients 101%       | percentage argument must be less or equal to 100",
                "unixsocketperm 999           | argument couldn't be parsed as an octal number",
                "unixsocketperm 1000          | argument must be between 0 and 777 inclusive",
                "dbfilename a/b               | dbfilename can't be a path, just a filename",
                "appendfilename \"\"          | appendfilename can't be empty",
                "appenddirname a/b            | appenddirname can't be a path, just a dirname",
                "dir /nonexistent             | No such file or directory",
                "dir /etc/passwd              | Not a directory",
                "dir \"\"                     | No such file or directory",
                "replicaof a                  | wrong number of arguments",
                "replicaof a b                | Invalid master port",
                "replicaof a 65536            | Invalid master port",
                "replicaof no two             | Invalid master port",
                "bind a b c d e f g h i j k l m n o p q | Too many bind addresses specified.",
                "save 3600 1 300              | Invalid save parameters",
                "save 0 1                     | Invalid save parameters",
                "save 1 -1                    | Invalid save parameters",
                "save x y                     | Invalid save parameters",
                "save \"\" 1                  | Invalid save parameters",
                "shutdown-on-sigint           | argument(s) must be one of the following: default, save, nosave, now,"
                        + " force",
                "shutdown-on-sigint save nosave | shutdown options SAVE and NOSAVE can't be used simultaneously",
                "notify-keyspace-events Kq    | Invalid event class character. Use 'Ag$lshzxeKEtmdn'.",
                "oom-score-adj-values 1 2     | wrong number of arguments",
                "oom-score-adj-values 0 2001 0 | Invalid oom-score-adj-values, elements must be between -2000 and"
                        + " 2000.",
                "proc-title-template {foo}    | template format is invalid or contains unknown variables",
                "cluster-announce-hostname a_b | Hostnames may only contain alphanumeric characters, hyphens or dots",
                "latency-tracking-info-percentiles x | Invalid latency-tracking-info-percentiles parameters",
                "latency-tracking-info-percentiles 101 | latency-tracking-info-percentiles parameters should sit"
                        + " between [0.0,100.0]",
                "client-output-buffer-limit normal 1 2 | Wrong number of arguments in buffer limit configuration.",
                "client-output-buffer-limit master 1 2 3 | Invalid client class specified in buffer limit"
                        + " configuration.",
                "client-output-buffer-limit normal x 2 3 | Error in hard, soft or soft_seconds setting in buffer limit"
                        + " configuration.",
                "client-output-buffer-limit normal 1 2 -3 | Error in hard, soft or soft_seconds setting in buffer"
                        + " limit configuration.",
            })
    void aBadLineEndsTheStartInRedissWords(String line, String reason) {
        assertEquals(
                HEAD + "Reading the configuration file, at line 3\n>>> '" + line + "'\n" + reason + "\n",
                refusal("# a comment", "hz 20", "  " + line + " \r"));
    }

    /** The value that CONFIG GET showed afterwards. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "maxmemory 1b                   | 1",
                "maxmemory 5K                   | 5000",
                "maxmemory 5kb                  | 5120",
                "maxmemory 5M                   | 5000000",
                "maxmemory 5mB                  | 5242880",
                "maxmemory 5g                   | 5000000000",
                "maxmemory 5GB                  | 5368709120",
                "maxmemory kb                   | 0",
                "maxmemory-clients 5%           | 5%",
                "maxmemory-clients 1mb          | 1048576",
                "repl-backlog-size 1            | 16384",
                "hz 0                           | 1",
                "hz 1000                        | 500",
                "unixsocketperm 0700            | 700",
                "loglevel Verbose               | verbose",
                "appendonly YES                 | yes",
                "replicaof a 1                  | a 1",
                "slaveof a 1                    | a 1",
                "replicaof \"a 1\"              | a 1",
                "replicaof NO ONE               | ``",
                "bind 127.0.0.1 -::1            | 127.0.0.1 -::1",
                "bind \"a  b\"                  | a b",
                "bind \"\"                      | ``",
                "bind                           | ``",
                "save 3600 1 300 100            | 3600 1 300 100",
                "save \"900 1\"                 | 900 1",
                "save +5 1                      | 5 1",
                "save \"\"                      | ``",
                "shutdown-on-sigint FORCE now   | now force",
                "shutdown-on-sigint \"save now\" | save now",
                "shutdown-on-sigint default save | save",
                "notify-keyspace-events xKEgl   | glxKE",
                "notify-keyspace-events Ag$lshzxeKEtmdn | AKEm",
                "latency-tracking-info-percentiles 50 99.90 1e1 | 50 99.9 10",
                "latency-tracking-info-percentiles \"\" | ``",
                "oom-score-adj-values \"1 2 3\" | 1 2 3",
                "requirepass 'a b'              | a b",
                "dbfilename \"\"                | ``",
                "client-output-buffer-limit pubsub 1kb 2mb 3"
                        + " | normal 0 0 0 slave 268435456 67108864 60 pubsub 1024 2097152 3",
                "client-output-buffer-limit REPLICA 1 1 1 normal 2 2 2"
                        + " | normal 2 2 2 slave 1 1 1 pubsub 33554432 8388608 60",
            })
    void aGoodLineGivesTheValueThatRedisShows(String line, String shown) throws Exception {
        Config config = read(line);
        assertEquals(shown, config.print(Options.find(Words.split(line).getFirst())));
    }

    @Test
    void laterLinesWinUnderAnyName() throws Exception {
        Config config = read("hash-max-listpack-entries 20", "hash-max-ziplist-entries 21", "port 1", "port 2");
        assertEquals("21", config.print(Options.find("hash-max-listpack-entries")));
        assertEquals(2, config.get(Options.PORT));
    }

    @Test
    void saveLinesAddUpAfterTheFirstHasReplacedTheDefault() throws Exception {
        assertEquals("900 1 100 100", read("save 900 1", "save 100 100").print(Options.SAVE));
        assertEquals("", read("save 900 1", "save \"\"").print(Options.SAVE));
        assertEquals("5 5", read("save 900 1", "save \"\"", "save 5 5").print(Options.SAVE));
        assertEquals("3600 1 300 100 60 10000", read("").print(Options.SAVE));
    }

    @Test
    void outputBufferLimitsAddUpByClass() throws Exception {
        OutputBufferLimits limits = read(
                        "client-output-buffer-limit normal 1 2 3", "client-output-buffer-limit slave 4 5 6")
                .get(Options.CLIENT_OUTPUT_BUFFER_LIMIT);
        assertEquals(new OutputBufferLimits.Limit(1, 2, 3), limits.normal());
        assertEquals(new OutputBufferLimits.Limit(4, 5, 6), limits.replica());
    }

    @Test
    void passwordsKeepTheirBytes() throws Exception {
        Config config = read("requirepass \"\\xff\\x00a\"");
        assertEquals("\u00ff\u0000a", config.print(Options.REQUIREPASS));
        assertEquals(3, config.get(Options.REQUIREPASS).length());
    }

    @Test
    void includedFilesStandInPlaceOfTheLine() throws Exception {
        write("one.conf", "hz 20\nport 1\n");
        write("d/b.conf", "port 3");
        write("d/a.conf", "port 2\ntimeout 7");

        assertEquals(4, read("include one.conf", "port 4").get(Options.PORT));
        assertEquals(20, read("include one.conf", "port 4").get(Options.HZ));
        assertEquals(3, read("include d/*.conf").get(Options.PORT));
        assertEquals(7, read("include d/?.con[f]").get(Options.TIMEOUT));
        assertEquals(5, read("port 5", "include d/z*.conf", "include nowhere/*").get(Options.PORT));
    }

    @Test
    void includeAndDirAreFoundFromTheDirBefore() throws Exception {
        write("d/e/in.conf", "port 9");
        Config config = read("dir d", "dir ./e", "include in.conf", "dbfilename x.rdb");
        assertEquals(9, config.get(Options.PORT));
        assertEquals(directory.resolve("d/e/x.rdb"), config.path(Options.DBFILENAME));
    }

    @Test
    void aBadLineOfAnIncludedFileIsNamedByItsOwnNumber() throws Exception {
        write("one.conf", "port 1\nbogus a b\n");
        assertEquals(
                HEAD + "Reading the configuration file, at line 2\n>>> 'bogus a b'\n"
                        + "Bad directive or wrong number of arguments\n",
                refusal("hz 20", "hz 20", "include one.conf"));
    }

    @Test
    void aFileThatIsMissingIsALogLine() {
        ConfigFile.Fatal fatal = assertThrows(ConfigFile.Fatal.class, () -> read("include nosuch.conf"));
        assertTrue(fatal.isLogLine());
        assertEquals("Fatal error, can't open config file 'nosuch.conf': No such file or directory", fatal.report());
    }

    @Test
    void aFileThatIncludesItselfIsRefused() throws Exception {
        write("self.conf", "include self.conf");
        assertTrue(refusal("include self.conf").endsWith("include goes deeper than 16 files\n"));
    }

    @Test
    void aLogFileThatCannotBeOpenedIsRefusedWithoutALine() {
        assertEquals(
                HEAD + "Can't open the log file: No such file or directory\n",
                refusal("logfile /nonexistent/x", "hz 1"));
    }

    @Test
    void renamedCommandsAreKeptWithTheirLines() throws Exception {
        List<RenamedCommand> renamed = read("hz 1", "rename-command FLUSHALL \"\"", "rename-command get fetch")
                .renamedCommands();

        assertEquals(new RenamedCommand("FLUSHALL", "", 2, "rename-command FLUSHALL \"\""), renamed.get(0));
        assertEquals(
                HEAD + "Reading the configuration file, at line 3\n>>> 'rename-command get fetch'\n"
                        + "No such command in rename-command\n",
                renamed.get(1).fatalReport("No such command in rename-command"));
    }

    @Test
    void retiredDirectivesAreTaken() throws Exception {
        read("list-max-ziplist-entries 5", "list-max-ziplist-value 5", "lua-replicate-commands no");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consistency journal     | needs a journal",
                "tls-port 6380           | has no TLS",
                "tls-replication yes     | has no TLS",
                "cluster-enabled yes     | has no cluster mode",
                "aclfile users.acl       | knows no users",
                "user default on nopass  | knows no users",
                "loadmodule /m.so        | runs no modules",
            })
    void whatWouldBeDangerousToIgnoreIsRefusedWithTheReason(String line, String reason) {
        assertTrue(refusal(line).contains(reason), () -> refusal(line));
    }

    @Test
    void whatHasNoEffectIsSaidOnce() throws Exception {
        assertEquals(List.of(), read("io-threads 1", "appendonly no", "port 7").remarks());
        assertEquals(
                List.of("Option 'io-threads' is accepted and has no effect: One loop reads, executes and writes."),
                read("io-threads 4", "io-threads 4").remarks());
    }

    /** All lines of the file that Debian installs but {@code dir} and {@code logfile}, whose places exist only there. */
    @Test
    void debiansFileIsTakenAsItIs() throws Exception {
        Config config = read("""
            bind 127.0.0.1 -::1
            protected-mode yes
            port 6379
            tcp-backlog 511
            timeout 0
            tcp-keepalive 300
            daemonize yes
            pidfile /run/redis/redis-server.pid
            loglevel notice
            databases 16
            always-show-logo no
            set-proc-title yes
            proc-title-template "{title} {listen-addr} {server-mode}"
            stop-writes-on-bgsave-error yes
            rdbcompression yes
            rdbchecksum yes
            dbfilename dump.rdb
            rdb-del-sync-files no
            replica-serve-stale-data yes
            replica-read-only yes
            repl-diskless-sync yes
            repl-diskless-sync-delay 5
            repl-diskless-sync-max-replicas 0
            repl-diskless-load disabled
            repl-disable-tcp-nodelay no
            replica-priority 100
            acllog-max-len 128
            lazyfree-lazy-eviction no
            lazyfree-lazy-expire no
            lazyfree-lazy-server-del no
            replica-lazy-flush no
            lazyfree-lazy-user-del no
            lazyfree-lazy-user-flush no
            oom-score-adj no
            oom-score-adj-values 0 200 800
            disable-thp yes
            appendonly no
            appendfilename "appendonly.aof"
            appenddirname "appendonlydir"
            appendfsync everysec
            no-appendfsync-on-rewrite no
            auto-aof-rewrite-percentage 100
            auto-aof-rewrite-min-size 64mb
            aof-load-truncated yes
            aof-use-rdb-preamble yes
            aof-timestamp-enabled no
            slowlog-log-slower-than 10000
            slowlog-max-len 128
            latency-monitor-threshold 0
            notify-keyspace-events ""
            hash-max-listpack-entries 512
            hash-max-listpack-value 64
            list-max-listpack-size -2
            list-compress-depth 0
            set-max-intset-entries 512
            zset-max-listpack-entries 128
            zset-max-listpack-value 64
            hll-sparse-max-bytes 3000
            stream-node-max-bytes 4096
            stream-node-max-entries 100
            activerehashing yes
            client-output-buffer-limit normal 0 0 0
            client-output-buffer-limit replica 256mb 64mb 60
            client-output-buffer-limit pubsub 32mb 8mb 60
            hz 10
            dynamic-hz yes
            aof-rewrite-incremental-fsync yes
            rdb-save-incremental-fsync yes
            jemalloc-bg-thread yes
            """);

        assertEquals(List.of(), config.remarks());
        assertEquals(List.of("127.0.0.1", "-::1"), config.get(Options.BIND));
        assertTrue(config.get(Options.DAEMONIZE));
        assertEquals(Config.defaults().get(Options.SAVE), config.get(Options.SAVE));
        assertEquals(OutputBufferLimits.DEFAULT, config.get(Options.CLIENT_OUTPUT_BUFFER_LIMIT));
    }

    private Config read(String... lines) throws ConfigFile.Fatal {
        Config config = Config.startingIn(directory);
        ConfigFile file = new ConfigFile(config);
        file.read(Words.of(String.join("\n", lines)));
        file.finish();
        return config;
    }

    private String refusal(String... lines) {
        return assertThrows(ConfigFile.Fatal.class, () -> read(lines)).report();
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
