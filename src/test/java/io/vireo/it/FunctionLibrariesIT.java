package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Libraries of functions that a redis-server has are kept and passed on, though nothing here reads them. */
@NeedsRedis
class FunctionLibrariesIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    @TempDir
    private Path folder;

    @Test
    void theyPassThroughCopiesFilesAndFlushesUnread() {
        ServerProcess redis = servers.start(Program.REDIS);
        for (String name : new String[] {"one", "two"}) {
            String source = "#!lua name=" + name + "\nredis.register_function('f" + name + "', function() return '"
                    + name.repeat(100) + "' end)";
            assertEquals(name, redis.ask("FUNCTION", "LOAD", source).text());
        }
        redis.run("SET key value");
        List<String> libraries = libraries(redis);

        ServerProcess vireo = servers.startReplica(Program.VIREO, redis);
        InStep.awaitEqualData(redis, vireo);
        assertEquals("2", vireo.info("memory", "number_of_libraries"));
        ServerProcess last = servers.startReplica(Program.REDIS, vireo);
        InStep.awaitEqualData(vireo, last);
        assertEquals(libraries, libraries(last));

        vireo.run("REPLICAOF NO ONE");
        vireo.run("FLUSHALL");
        assertEquals("2", vireo.info("memory", "number_of_libraries"));
        vireo.run("SAVE");
        vireo.kill();
        vireo.restart();
        assertEquals("2", vireo.info("memory", "number_of_libraries"));
        ServerProcess another = servers.startReplica(Program.REDIS, vireo);
        InStep.awaitEqualData(vireo, another);
        assertEquals(libraries, libraries(another));

        Path file = folder.resolve("functions.rdb");
        String port = Integer.toString(vireo.port());
        String shown = Tool.run("redis-cli", "-p", port, "--functions-rdb", file.toString());
        assertTrue(shown.contains("Transfer finished with success"), shown);
        String checked = Tool.run("redis-check-rdb", file.toString());
        assertTrue(checked.contains("RDB looks OK"), checked);

        ServerProcess empty = servers.start(Program.REDIS);
        vireo.run("REPLICAOF 127.0.0.1 " + empty.port());
        InStep.awaitEqualData(empty, vireo);
        assertEquals("0", vireo.info("memory", "number_of_libraries"));
    }

    /** What is told of the libraries, line by line; their order is that of a hash table. */
    private static List<String> libraries(ServerProcess server) {
        return server.run("FUNCTION LIST WITHCODE").lines().sorted().toList();
    }
}
