package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that take more than they may, of output, of input, of time, or all together: the same with either server. */
@NeedsRedis
class ClientLimitsIT {
    private static final int KB = 1024;
    private static final int MB = 1024 * KB;

    @RegisterExtension
    final Servers servers = new Servers();

    private static RespClient named(ServerProcess server, String name) {
        RespClient client = server.client();
        client.ask("CLIENT", "SETNAME", name);
        return client;
    }

    /** Whether a line is answered, and not by the end of the connection. */
    private static boolean isServed(RespClient client, String line) {
        try {
            client.run(line);
            return true;
        } catch (java.io.UncheckedIOException e) {
            if (e.getCause() instanceof java.net.SocketTimeoutException) {
                throw e;
            }
            return false;
        }
    }

    private static boolean isListed(ServerProcess server, String name) {
        return server.run("CLIENT LIST").contains(" name=" + name + " ");
    }

    @ParameterizedTest
    @EnumSource
    void aReplyOverTheHardLimitEndsTheConnectionAndNothingOfItIsSent(Program program) {
        ServerProcess server = servers.start(program);
        server.ask("SET", "big", "x".repeat(150 * KB));
        server.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 100000 0 0");
        RespClient client = named(server, "greedy");
        client.send(RespClient.command("GET", "big"));
        assertEquals("", client.readToEnd());
        assertTrue(server.log().contains("overcoming of output buffer limits"), server.log());
        assertEquals("$1\r\n1\r\n".length(), server.run("ECHO 1").length());
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionRunsToItsEndThoughItsRepliesAreTooMany(Program program) {
        ServerProcess server = servers.start(program);
        server.ask("SET", "big", "x".repeat(150 * KB));
        server.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 100000 0 0");
        RespClient client = server.client();
        for (String line : new String[] {"MULTI", "SET a 1", "GET big", "SET b 2"}) {
            client.run(line);
        }
        client.send(RespClient.command("EXEC"));
        assertEquals("", client.readToEnd());
        assertEquals("*2\r\n$1\r\n1\r\n$1\r\n2\r\n", server.run("MGET a b"));
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatStaysOverTheSoftLimitGoes(Program program) {
        ServerProcess server = servers.start(program);
        server.ask("SET", "big", "x".repeat(MB));
        server.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 0 100000 1");
        RespClient client = named(server, "slow");
        for (int i = 0; i < 20; i++) {
            client.send(RespClient.command("GET", "big"));
        }
        Await.until(() -> !isListed(server, "slow"), "the end of a client that reads nothing");
        assertTrue(server.log().contains("overcoming of output buffer limits"), server.log());
    }

    @ParameterizedTest
    @EnumSource
    void aCommandThatIsNeverFinishedEndsAtTheLimit(Program program) {
        ServerProcess server = servers.start(program, "--client-query-buffer-limit", "1mb");
        RespClient client = server.client();
        client.send("*2\r\n$3\r\nGET\r\n$100000000\r\n");
        try {
            client.send("x".repeat(3 * MB));
        } catch (java.io.UncheckedIOException e) {
            // Closed while we were still sending.
        }
        assertEquals("", client.readToEnd());
        assertTrue(server.log().contains("Closing client that reached max query buffer length"), server.log());
    }

    @ParameterizedTest
    @EnumSource
    void theLargestClientsGoWhereAllTogetherTakeTooMuch(Program program) {
        ServerProcess server = servers.start(program);
        server.ask("CLIENT", "NO-EVICT", "ON");
        RespClient small = named(server, "small");
        RespClient kept = named(server, "kept");
        kept.ask("CLIENT", "NO-EVICT", "ON");
        server.ask("CONFIG", "SET", "maxmemory-clients", "6mb");
        kept.send("*1\r\n$4000000\r\n" + "x".repeat(4_000_000 - 1));
        RespClient large = named(server, "large");
        try {
            large.send("*1\r\n$5000000\r\n" + "x".repeat(5_000_000 - 1));
        } catch (java.io.UncheckedIOException e) {
            // Closed while we were still sending.
        }
        assertEquals("", large.readToEnd());
        assertEquals("+PONG\r\n", small.run("PING"));
        assertTrue(isListed(server, "kept"));
        assertEquals(1, server.infoNumber("stats", "evicted_clients"));
        assertTrue(server.log().contains("Evicting client: "), server.log());
    }

    @ParameterizedTest
    @EnumSource
    void whoAsksForMoreAndMoreGoesWhateverItIs(Program program) {
        ServerProcess server = servers.start(program);
        server.ask("CLIENT", "NO-EVICT", "ON");
        server.ask("CONFIG", "SET", "maxmemory-clients", "200000");
        long evicted = 0;
        for (String line : new String[] {"WATCH @", "PSUBSCRIBE @", "SUBSCRIBE @", "SSUBSCRIBE @"}) {
            RespClient client = server.client();
            for (int i = 0; isServed(client, line.replace("@", "" + i)); i++) {
                assertTrue(i < 20_000, line);
            }
            evicted++;
            assertEquals(evicted, server.infoNumber("stats", "evicted_clients"), line);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoSaysNothingGoesUnlessItWaits(Program program) {
        ServerProcess server = servers.start(program);
        RespClient waits = named(server, "waits");
        waits.send(RespClient.command("BLPOP", "q", "0"));
        RespClient idle = named(server, "idle");
        server.ask("CONFIG", "SET", "timeout", "1");
        assertEquals("", idle.readToEnd());
        try (RespClient late = server.client()) { // the owner's connection was idle too
            assertTrue(late.run("CLIENT LIST").contains(" name=waits "));
            late.run("LPUSH q x");
        }
        assertEquals("x", waits.read().items().get(1).text());
    }

    @Test
    void smallRepliesThatNobodyReadsAreGathered() {
        ServerProcess server = servers.start(Program.VIREO);
        server.ask("SET", "big", "x".repeat(MB));
        RespClient client = named(server, "slow");
        for (int i = 0; i < 16; i++) {
            client.send(RespClient.command("GET", "big"));
        }
        Await.until(() -> server.run("CLIENT LIST").matches("(?s).* name=slow .* events=rw .*"), "output that waits");
        for (int i = 0; i < 100; i++) {
            client.send("PING\r\n");
            server.run("PING"); // so that each comes in a turn of its own
        }
        long buffers =
                Long.parseLong(server.run("CLIENT LIST").replaceFirst("(?s).* name=slow [^\n]* oll=(\\d+) .*", "$1"));
        assertTrue(buffers < 30, "a buffer for each small reply: " + buffers);
        for (int i = 0; i < 16; i++) {
            assertEquals(MB, client.read().text().length());
        }
        for (int i = 0; i < 100; i++) {
            assertEquals("PONG", client.read().text());
        }
        Await.until(
                () -> server.run("CLIENT LIST").matches("(?s).* name=slow .* omem=0 .* events=r .*"), "an end of it");
    }
}
