package io.vireo.sim;

import io.vireo.log.ReplicationLog;
import io.vireo.replication.StreamCommands;
import io.vireo.resp.Args;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs commands on a node's data: clients' on a primary, the primary's on a replica. */
final class SimCommands implements StreamCommands {
    private static final int KEYS = 12;

    private final SimNode node;
    private final List<List<String>> queue = new ArrayList<>();
    private boolean inTransaction;
    private int database;
    private int databaseOfQueue;

    private long lentUntilMs;

    SimCommands(SimNode node) {
        this.node = node;
    }

    /** One effect of a client's command, on a primary. */
    void writeOne() {
        SimClock clock = node.clock();
        int db = node.world.isUniform() ? 0 : clock.upTo(SimData.DATABASES - 1);
        List<String> words = node.world.isUniform() ? uniformCommand(clock) : anyCommand(clock);
        node.data().run(db, words);
        ReplicationLog log = node.log;
        log.effect(db);
        log.begin(words.size());
        words.forEach(word -> log.word(SimNode.bytes(word)));
    }

    private static List<String> anyCommand(SimClock clock) {
        String key = "k" + clock.upTo(KEYS);
        String value = Integer.toString(clock.random().nextInt(1_000_000), 36);
        return switch (clock.upTo(3)) {
            case 0 -> List.of("DEL", key);
            case 1 -> List.of("SET", key, value);
            case 2 -> List.of("SET", key, value.repeat(1 + clock.upTo(40)));
            default -> List.of("APPEND", key, value);
        };
    }

    /** A command of {@link SimWorld#UNIFORM_LENGTH} bytes, so that streams that differ have their commands at the same places. */
    private static List<String> uniformCommand(SimClock clock) {
        String key = "k" + clock.upTo(9);
        String digits = Long.toString(100_000_000_000_000L + clock.random().nextInt(Integer.MAX_VALUE));
        return clock.random().nextBoolean()
                ? List.of("SET", key, digits.substring(0, 14))
                : List.of("APPEND", key, digits.substring(4, 15));
    }

    /** Now and then the data are lent to somebody for a while. */
    @Override
    public boolean mayRun() {
        if (node.isPaused()) {
            return false;
        }
        long nowMs = node.clock().nowMs();
        if (nowMs >= lentUntilMs && node.clock().once(300)) {
            lentUntilMs = nowMs + node.clock().upTo(2_000);
        }
        return nowMs >= lentUntilMs;
    }

    @Override
    public void beginBatch() {}

    @Override
    public Optional<Refusal> run(Args command) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < command.count(); i++) {
            words.add(command.get(i).toString());
        }
        if (node.world.refusesNow()) {
            return Optional.of(new Refusal("ERR refused by the simulation", false));
        }
        if (inTransaction && !words.getFirst().equals("EXEC")) {
            queue.add(words);
            return Optional.empty();
        }
        return switch (words.getFirst()) {
            case "MULTI" -> {
                inTransaction = true;
                databaseOfQueue = database;
                yield Optional.empty();
            }
            case "EXEC" -> exec();
            default -> runNow(words);
        };
    }

    private Optional<Refusal> exec() {
        inTransaction = false;
        int done = 0;
        for (List<String> words : queue) {
            if (node.world.failsInsideExec()) {
                queue.clear();
                return Optional.of(new Refusal("ERR failed inside EXEC by the simulation", done > 0));
            }
            runNow(words);
            done++;
        }
        queue.clear();
        return Optional.empty();
    }

    private Optional<Refusal> runNow(List<String> words) {
        switch (words.getFirst()) {
            case "PING" -> {}
            case "REPLCONF" -> node.replication.ackWanted();
            case "SELECT" -> database = Integer.parseInt(words.get(1));
            default -> {
                String refused = node.data().run(database, words);
                return Optional.ofNullable(refused).map(why -> new Refusal(why, false));
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean isInTransaction() {
        return inTransaction;
    }

    @Override
    public int database() {
        return database;
    }

    @Override
    public void begin(int newDatabase) {
        database = newDatabase;
    }

    @Override
    public void end() {
        inTransaction = false;
        queue.clear();
    }
}
