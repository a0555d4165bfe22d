package io.vireo.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A load of random writes over four databases: every command on keys that changes something, on few keys
 * so that they meet each other, in pipelines and in transactions. The same seed gives the same commands; expiry times
 * are relative to the wall clock.
 */
final class WriteLoad implements AutoCloseable {
    private static final int DATABASES = 4;
    private static final int LARGEST_BATCH = 24;

    private final Random random;
    private final CollectionWords collections;
    private final int keys;
    private final RespClient client;
    private Thread thread;
    private volatile boolean running = true;
    private final AtomicLong written = new AtomicLong();
    private volatile Throwable failure;

    /** @param keys how many different keys there are in each database */
    WriteLoad(ServerProcess server, long seed, int keys) {
        this.random = new Random(seed);
        this.collections = new CollectionWords(seed);
        this.keys = keys;
        this.client = server.client();
    }

    /** Sends at least so many commands, and reads all replies. */
    void write(int commands) {
        long end = written() + commands;
        writeWhile(() -> written() < end);
    }

    /** Writes from a thread of its own until {@link #close}. */
    WriteLoad inBackground() {
        thread = Thread.ofPlatform().start(() -> {
            try {
                writeWhile(() -> running);
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        });
        return this;
    }

    /** How many commands were answered so far. */
    long written() {
        return written.get();
    }

    /** Waits for so many more answers. */
    void awaitProgress(long commands) {
        long end = written() + commands;
        Await.until(() -> written() >= end || failure != null, commands + " more writes");
    }

    @Override
    public void close() {
        end();
    }

    /** Ends the load in the background; fails if it failed. */
    void end() {
        running = false;
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        client.close();
        if (failure != null) {
            throw new AssertionError("the load failed after " + written() + " writes", failure);
        }
    }

    private void writeWhile(BooleanSupplier more) {
        while (more.getAsBoolean()) {
            List<String[]> batch = batch();
            for (Reply reply : client.pipeline(batch)) {
                if (reply.isError() && !isExpected(reply.text())) {
                    throw new AssertionError("a write was answered by " + reply);
                }
            }
            written.addAndGet(batch.size());
        }
    }

    /** Errors that commands on random keys may well meet. */
    private static boolean isExpected(String error) {
        return error.startsWith("ERR no such key")
                || error.startsWith("ERR value is not an integer or out of range")
                || error.startsWith("ERR value is not a valid float")
                || error.startsWith("ERR increment or decrement would overflow")
                || error.startsWith("ERR source and destination objects are the same")
                || error.startsWith("ERR index out of range")
                || error.startsWith("ERR hash value is not")
                || error.startsWith("ERR resulting score is not a number")
                || error.startsWith("ERR increment would produce NaN or Infinity")
                || error.startsWith("ERR The ID specified in XADD")
                || error.startsWith("ERR The XGROUP subcommand requires the key to exist")
                || error.startsWith("BUSYGROUP")
                || error.startsWith("NOGROUP")
                || error.startsWith("WRONGTYPE");
    }

    private List<String[]> batch() {
        List<String[]> batch = new ArrayList<>();
        add(batch, "SELECT", "" + random.nextInt(DATABASES));
        int count = 1 + random.nextInt(LARGEST_BATCH);
        boolean together = random.nextInt(5) == 0;
        if (together) {
            add(batch, "MULTI");
        }
        for (int i = 0; i < count; i++) {
            batch.add(command());
        }
        if (together) {
            add(batch, random.nextInt(8) == 0 ? "DISCARD" : "EXEC");
        }
        return batch;
    }

    private String[] command() {
        return random.nextInt(5) < 2 ? collectionCommand() : plainCommand();
    }

    private String[] collectionCommand() {
        return switch (random.nextInt(40)) {
            case 0, 1 -> words("SPOP", "s" + random.nextInt(4), "" + random.nextInt(4));
            case 2 -> words("SPOP", "s" + random.nextInt(4));
            case 3 -> words("HINCRBYFLOAT", "h" + random.nextInt(4), "sum", "" + random.nextInt(1_000) / 8.0);
            case 4 -> words("BLPOP", "l" + random.nextInt(4), "l0", "0.001");
            case 5 -> words("BLMOVE", "l" + random.nextInt(4), "l0", "LEFT", "RIGHT", "0.001");
            case 6 -> words("BZPOPMAX", "z" + random.nextInt(4), "z0", "0.001");
            case 7 -> words("PEXPIRE", "lshz".charAt(random.nextInt(4)) + "" + random.nextInt(4), milliseconds());
            default -> collections.words();
        };
    }

    private String[] plainCommand() {
        String key = key();
        return switch (random.nextInt(40)) {
            case 0, 1, 2, 3 -> words("SET", key, value());
            case 4 -> words("SET", key, value(), "EX", seconds());
            case 5 -> words("SET", key, value(), "PX", milliseconds());
            case 6 -> words("SET", key, value(), "PXAT", momentMs());
            case 7 -> words("SET", key, value(), random.nextBoolean() ? "NX" : "XX", "GET");
            case 8 -> words("SET", key, value(), "KEEPTTL");
            case 9 -> words("SETEX", key, seconds(), value());
            case 10 -> words("PSETEX", key, milliseconds(), value());
            case 11 -> words("SETNX", key, value());
            case 12 -> words("GETSET", key, value());
            case 13 -> words("GETDEL", key);
            case 14 -> words("GETEX", key, "PX", milliseconds());
            case 15 -> words("GETEX", key, "PERSIST");
            case 16, 17 -> words("APPEND", key, value());
            case 18 -> words("SETRANGE", key, "" + random.nextInt(100), value());
            case 19, 20 -> words(random.nextBoolean() ? "INCR" : "DECR", counter());
            case 21 -> words(random.nextBoolean() ? "INCRBY" : "DECRBY", counter(), "" + random.nextInt(1_000));
            case 22 -> words("INCRBYFLOAT", counter(), "" + random.nextInt(1_000) / 8.0);
            case 23 -> words("MSET", key, value(), key(), value());
            case 24 -> words("MSETNX", key, value(), key(), value());
            case 25 -> words("DEL", key, key());
            case 26 -> words("UNLINK", key, key());
            case 27 -> words("RENAME", key, key());
            case 28 -> words("RENAMENX", key, key());
            case 29 -> words("MOVE", key, "" + random.nextInt(DATABASES));
            case 30 -> words("COPY", key, key(), "DB", "" + random.nextInt(DATABASES), "REPLACE");
            case 31 -> words("EXPIRE", key, seconds());
            case 32 -> words("PEXPIRE", key, milliseconds());
            case 33 -> words("PEXPIREAT", key, momentMs());
            case 34 -> words("EXPIREAT", key, "" + (System.currentTimeMillis() / 1_000 + random.nextInt(4)));
            case 35 -> words("PEXPIRE", key, "3600000", random.nextBoolean() ? "NX" : "GT");
            case 36 -> words("PERSIST", key);
            case 37 -> words("GET", key);
            case 38 -> random.nextInt(40) == 0 ? words("SWAPDB", "0", "1") : words("TOUCH", key);
            default -> random.nextInt(200) == 0 ? words("FLUSHDB") : words("SET", counter(), "" + random.nextInt());
        };
    }

    private String key() {
        return "key:" + random.nextInt(keys);
    }

    private String counter() {
        return "counter:" + random.nextInt(keys);
    }

    /** Integers, short and long strings, compressible and not, empty, and now and then a large one. */
    private String value() {
        return switch (random.nextInt(8)) {
            case 0 -> "" + random.nextInt(20_000);
            case 1 -> "" + random.nextLong();
            case 2 -> "";
            case 3 -> "abcdefgh".repeat(random.nextInt(40));
            case 4 -> random.nextInt(100) == 0 ? bytes(20_000) : bytes(300);
            default -> bytes(44);
        };
    }

    private String bytes(int most) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(most); length > 0; length--) {
            text.append((char) random.nextInt(256));
        }
        return text.toString();
    }

    /** Mostly gone before the test ends, sometimes long after. */
    private String milliseconds() {
        return "" + (random.nextInt(3) == 0 ? 3_600_000 + random.nextInt(1_000) : 1 + random.nextInt(1_500));
    }

    private String seconds() {
        return "" + (random.nextInt(3) == 0 ? 3_600 + random.nextInt(1_000) : 1 + random.nextInt(2));
    }

    /** Some in the past. */
    private String momentMs() {
        return "" + (System.currentTimeMillis() - 200 + random.nextInt(2_000));
    }

    private static void add(List<String[]> batch, String... words) {
        batch.add(words);
    }

    private static String[] words(String... words) {
        return words;
    }
}
