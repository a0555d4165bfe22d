package io.vireo.persist;

import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.MOVABLEKEYS;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.DELETE;
import static io.vireo.command.KeySpec.Flag.INCOMPLETE;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.allBehind;
import static io.vireo.command.KeySpec.keyUnless;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.AclCategory;
import io.vireo.command.Blocked;
import io.vireo.command.Blocking;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.KeySpec;
import io.vireo.command.Pause;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * MIGRATE: keys go to another server, and are deleted here once it has them.
 *
 * <p>Redis answers nobody meanwhile. Here a worker talks to the other server, and only what would write waits, so that
 * what is deleted is what was sent.
 */
@RunsOn(Loop.KEYSPACE)
public final class MigrateCommand {
    private static final ErrorReply NAMED_TWICE =
            ErrorReply.of("ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");
    private static final ErrorReply LOST = ErrorReply.of("IOERR error or timeout reading to target instance");
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final int USUAL_TIMEOUT_MS = 1000;
    private static final long KEPT_MS = 10_000;

    private final Config config;
    private final Executor loop;
    private final Map<String, Kept> kept = new HashMap<>();

    /** A connection that may serve the next migration to the same place. */
    private record Kept(TimedSocket socket, long sinceMs) {}

    /** @param loop runs things on the keyspace thread */
    public MigrateCommand(Config config, Executor loop) {
        this.config = config;
        this.loop = loop;
    }

    public CommandFamily rows() {
        List<KeySpec> keys = List.of(
                keyUnless("KEYS", 3, RW, ACCESS, DELETE), allBehind("KEYS", -2, RW, ACCESS, DELETE, INCOMPLETE));
        return new CommandFamily(
                "generic",
                List.of(with(
                        with(write("migrate", -6, keys, this::migrate, MOVABLEKEYS), AclCategory.KEYSPACE),
                        AclCategory.DANGEROUS)));
    }

    /**
     * MIGRATE host port key|"" destination-db timeout [COPY] [REPLACE] [AUTH password] [AUTH2 username password] [KEYS
     * key [key ...]]. Replicas receive DEL.
     */
    private void migrate(CommandContext ctx, Args args, ReplyWriter out) {
        Wanted wanted = Wanted.parse(args);
        int timeoutMs = (int) Math.min(args.integer(5), Integer.MAX_VALUE);
        int database = Math.clamp(args.integer(4), Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (!ctx.mayBlock()) {
            throw ErrorReply.NOT_IN_MULTI.raise();
        }
        Arena memory = Arena.ofShared();
        Migration.Target target = null;
        Journey journey = null;
        try {
            List<Migration.Item> items = dumped(ctx, args, wanted, memory);
            if (items.isEmpty()) {
                out.simple("NOKEY");
                return;
            }
            target = new Migration.Target(
                    args.get(1).toString(),
                    portIn(args.get(2)),
                    database,
                    timeoutMs <= 0 ? USUAL_TIMEOUT_MS : timeoutMs,
                    wanted.login);
            Migration migration = new Migration(target, items, wanted.replace, take(target));
            journey = new Journey(migration, items, wanted.copy, ctx.blocking());
        } finally {
            if (journey == null) {
                memory.close();
            }
        }
        ctx.block(journey, out);
        start(journey, target, memory);
    }

    private List<Migration.Item> dumped(CommandContext ctx, Args args, Wanted wanted, Arena memory) {
        boolean compression = config.get(Options.RDBCOMPRESSION);
        List<Migration.Item> items = new ArrayList<>();
        for (int i = wanted.firstKey; i < wanted.firstKey + wanted.keys; i++) {
            Bytes key = args.get(i);
            if (!ctx.db().exists(key)) {
                continue;
            }
            long expireAtMs = ctx.db().expireAtMs(key);
            long ttlMs = expireAtMs < 0 ? 0 : Math.max(1, expireAtMs - ctx.nowMs());
            items.add(new Migration.Item(key.toArray(), ttlMs, ValueDump.of(ctx.db(), key, compression, memory)));
        }
        return items;
    }

    private void start(Journey journey, Migration.Target target, Arena memory) {
        Thread.ofPlatform().daemon().name("vireo-migration").start(() -> {
            Migration.Outcome outcome = journey.migration.run();
            memory.close();
            loop.execute(() -> {
                if (journey.over) {
                    Migration.close(outcome.open());
                } else {
                    keep(target, outcome.open());
                }
                journey.ended(outcome);
            });
        });
    }

    // Connections.

    /** How many are kept. */
    public int kept() {
        return kept.size();
    }

    /** Time passes: what has not served for some seconds is closed. */
    public void tick(long nowMs) {
        closeIf(each -> nowMs - each.sinceMs > KEPT_MS);
    }

    /** Closes all that are kept. */
    public void close() {
        closeIf(each -> true);
    }

    private void closeIf(Predicate<Kept> which) {
        kept.values().removeIf(each -> {
            boolean closes = which.test(each);
            if (closes) {
                Migration.close(each.socket);
            }
            return closes;
        });
    }

    private TimedSocket take(Migration.Target target) {
        Kept found = kept.remove(target.place());
        return found == null ? null : found.socket;
    }

    private void keep(Migration.Target target, TimedSocket open) {
        if (open != null) {
            Kept before = kept.put(target.place(), new Kept(open, System.currentTimeMillis()));
            if (before != null) {
                Migration.close(before.socket);
            }
        }
    }

    /** What is no number is the port 0, where nobody listens. */
    private static int portIn(Bytes word) {
        try {
            int port = Integer.parseInt(word.toString());
            return port < 0 || port > 0xffff ? 0 : port;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** A client whose keys are on their way. */
    private static final class Journey extends Blocked {
        private final Migration migration;
        private final List<Migration.Item> items;
        private final boolean copy;
        private final Blocking blocking;
        private boolean arrived;
        private boolean over;

        private Journey(Migration migration, List<Migration.Item> items, boolean copy, Blocking blocking) {
            super(NEVER);
            this.migration = migration;
            this.items = items;
            this.copy = copy;
            this.blocking = blocking;
        }

        @Override
        protected void begun() {
            blocking.beginPause(Pause.Purpose.MIGRATION, Pause.Scope.WRITE, NEVER);
        }

        private void ended(Migration.Outcome outcome) {
            arrived = true;
            if (!over) {
                act((ctx, out) -> {
                    settle(ctx, outcome, out);
                    return true;
                });
            }
        }

        /** Deletes what the other server has now, and replies. */
        private void settle(CommandContext ctx, Migration.Outcome outcome, ReplyWriter out) {
            int deleted = copy ? 0 : outcome.placed().cardinality();
            if (deleted > 0) {
                ReplicationLog effect = ctx.propagate(1 + deleted).word(DEL);
                outcome.placed().stream().forEach(i -> effect.word(items.get(i).key()));
                outcome.placed().stream().forEach(i -> {
                    Bytes key = Bytes.copyOf(items.get(i).key());
                    ctx.db().delete(key);
                    ctx.changed(key, "del");
                });
            } else {
                ctx.keepLocal();
            }
            if (outcome.error() == null) {
                out.ok();
            } else {
                out.error(ErrorReply.of(new String(outcome.error(), StandardCharsets.UTF_8)));
            }
        }

        /** The client is gone or the node is no primary any more: what was sent so far is in both places. */
        @Override
        protected void over() {
            over = true;
            if (!arrived) {
                migration.abort();
            }
            blocking.endPause(Pause.Purpose.MIGRATION);
        }

        @Override
        protected void timeOut(ReplyWriter out) {
            out.error(LOST);
        }
    }

    /** What the options say, and where the keys are. */
    private static final class Wanted {
        private boolean copy;
        private boolean replace;
        private List<byte[]> login = List.of();
        private int firstKey = 3;
        private int keys = 1;

        static Wanted parse(Args args) {
            Wanted wanted = new Wanted();
            for (int i = 6; i < args.count(); i++) {
                Bytes option = args.get(i);
                int more = args.count() - i - 1;
                if (option.isWord("copy")) {
                    wanted.copy = true;
                } else if (option.isWord("replace")) {
                    wanted.replace = true;
                } else if (option.isWord("auth") && more >= 1) {
                    wanted.login = List.of(args.get(++i).toArray());
                } else if (option.isWord("auth2") && more >= 2) {
                    wanted.login =
                            List.of(args.get(i + 1).toArray(), args.get(i + 2).toArray());
                    i += 2;
                } else if (option.isWord("keys")) {
                    if (!args.get(3).isEmpty()) {
                        throw NAMED_TWICE.raise();
                    }
                    wanted.firstKey = i + 1;
                    wanted.keys = more;
                    return wanted;
                } else {
                    throw ErrorReply.SYNTAX.raise();
                }
            }
            return wanted;
        }
    }
}
