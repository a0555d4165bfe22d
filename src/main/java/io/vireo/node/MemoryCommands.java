package io.vireo.node;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.STALE;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.key;

import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.HelpReply;
import io.vireo.command.Session;
import io.vireo.command.Sessions;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** MEMORY and its subcommands. Handlers run on the keyspace thread. */
final class MemoryCommands {
    private static final String[] HELP = {
        "MEMORY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "DOCTOR",
        "    What stands out in the memory's figures, in sentences.",
        "MALLOC-STATS",
        "    What the allocator has handed out, by size.",
        "PURGE",
        "    Give memory that is free back to the system.",
        "STATS",
        "    The memory's figures.",
        "USAGE <key> [SAMPLES <count>]",
        "    Bytes that a key takes with its value. All of it is counted, whatever the",
        "    number of samples.",
        "HELP",
        "    This text.",
    };

    private final MemoryFigures.Source figures;
    private final Sessions sessions;

    MemoryCommands(MemoryFigures.Source figures, Sessions sessions) {
        this.figures = figures;
        this.sessions = sessions;
    }

    CommandFamily rows() {
        return new CommandFamily(
                "server",
                List.of(container(
                        "memory",
                        -2,
                        List.of(
                                plain("doctor", 2, this::doctor),
                                plain("malloc-stats", 2, MemoryCommands::mallocStats),
                                plain("purge", 2, MemoryCommands::purge),
                                plain("stats", 2, this::stats),
                                read("usage", -3, key(2, RO), MemoryCommands::usage),
                                plain("help", 2, MemoryCommands::help, LOADING, STALE)))));
    }

    /** MEMORY USAGE key [SAMPLES count]. Replies with bytes, or null where there is no such key. */
    private static void usage(CommandContext ctx, Args args, ReplyWriter out) {
        for (int i = 3; i < args.count(); i += 2) {
            if (!args.get(i).isWord("samples") || i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            }
            if (args.integer(i + 1) < 0) {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        long bytes = ctx.db().sizeOf(args.get(2));
        if (bytes < 0) {
            out.nullBulk();
        } else {
            out.integer(bytes);
        }
    }

    /** MEMORY STATS. Replies with a map. */
    private void stats(CommandContext ctx, Args args, ReplyWriter out) {
        MemoryFigures now = figures.now();
        Map<String, Runnable> fields = new LinkedHashMap<>();
        sizes(now, fields, out);
        for (DataFigures.DatabaseFigures db : now.data().databases()) {
            fields.put("db." + db.index(), () -> write(db, out));
        }
        dataset(now, fields, out);
        ratios(now, fields, out);

        out.map(fields.size());
        fields.forEach((name, value) -> {
            out.bulk(name);
            value.run();
        });
    }

    private static void sizes(MemoryFigures now, Map<String, Runnable> fields, ReplyWriter out) {
        fields.put("peak.allocated", () -> out.integer(now.peakBytes()));
        fields.put("total.allocated", () -> out.integer(now.usedBytes()));
        fields.put("startup.allocated", () -> out.integer(now.startupBytes()));
        fields.put("replication.backlog", () -> out.integer(now.backlogBytes()));
        fields.put("clients.slaves", () -> out.integer(now.forReplicasBytes()));
        fields.put("clients.normal", () -> out.integer(now.clientBytes()));
        fields.put("cluster.links", () -> out.integer(0));
        fields.put("aof.buffer", () -> out.integer(0));
        fields.put("lua.caches", () -> out.integer(0));
        fields.put("functions.caches", () -> out.integer(0));
    }

    private static void write(DataFigures.DatabaseFigures db, ReplyWriter out) {
        out.map(3);
        out.bulk("overhead.hashtable.main");
        out.integer(db.tableBytes());
        out.bulk("overhead.hashtable.expires");
        out.integer(db.expiryBytes());
        out.bulk("overhead.hashtable.slot-to-keys");
        out.integer(0);
    }

    private static void dataset(MemoryFigures now, Map<String, Runnable> fields, ReplyWriter out) {
        fields.put("overhead.total", () -> out.integer(now.overheadBytes()));
        fields.put("keys.count", () -> out.integer(now.data().keys()));
        fields.put("keys.bytes-per-key", () -> out.integer(now.bytesPerKey()));
        fields.put("dataset.bytes", () -> out.integer(now.datasetBytes()));
        fields.put("dataset.percentage", () -> out.real(now.datasetPercent()));
        fields.put("peak.percentage", () -> out.real(now.peakPercent()));
    }

    private static void ratios(MemoryFigures now, Map<String, Runnable> fields, ReplyWriter out) {
        DataFigures data = now.data();
        fields.put("allocator.allocated", () -> out.integer(data.usedBytes()));
        fields.put("allocator.active", () -> out.integer(data.heldBytes()));
        fields.put("allocator.resident", () -> out.integer(data.residentBytes()));
        fields.put("allocator-fragmentation.ratio", () -> out.real(now.fragmentationRatio()));
        fields.put("allocator-fragmentation.bytes", () -> out.integer(data.heldBytes() - data.usedBytes()));
        fields.put("allocator-rss.ratio", () -> out.real(now.residentRatio()));
        fields.put("allocator-rss.bytes", () -> out.integer(data.residentBytes() - data.heldBytes()));
        fields.put("rss-overhead.ratio", () -> out.real(now.processRatio()));
        fields.put("rss-overhead.bytes", () -> out.integer(now.processBytes() - data.residentBytes()));
        fields.put("fragmentation", () -> out.real(now.overallRatio()));
        fields.put("fragmentation.bytes", () -> out.integer(now.processBytes() - now.usedBytes()));
    }

    /** MEMORY DOCTOR. */
    private void doctor(CommandContext ctx, Args args, ReplyWriter out) {
        int replicas = 0;
        for (Session session : sessions.all()) {
            replicas += session.kind() == Session.Kind.REPLICA ? 1 : 0;
        }
        text(MemoryReport.of(figures.now(), sessions.size() - replicas, replicas), out);
    }

    /** MEMORY MALLOC-STATS. A table: for each size of blobs how many there are, in how many slabs, and how full those are. */
    private static void mallocStats(CommandContext ctx, Args args, ReplyWriter out) {
        StringBuilder table = new StringBuilder();
        table.append("allocated ").append(ctx.keyspace().usedBytes());
        table.append(", peak ").append(ctx.keyspace().peakBytes());
        table.append(", resident ").append(ctx.keyspace().residentBytes()).append('\n');
        table.append(String.format(Locale.ROOT, "%10s %12s %10s %6s%n", "size", "blobs", "slabs", "full"));
        long[] small = new long[1];
        ctx.keyspace().forEachBlobSize((size, blobs, slabs, perSlab) -> {
            small[0] += size * blobs;
            double full = 100.0 * blobs / (slabs * perSlab);
            table.append(String.format(Locale.ROOT, "%10d %12d %10d %5.1f%%%n", size, blobs, slabs, full));
        });
        table.append("larger blobs take ")
                .append(ctx.keyspace().usedBytes() - small[0])
                .append('\n');
        text(table.toString(), out);
    }

    private static void text(String text, ReplyWriter out) {
        out.verbatim("txt", text.getBytes(StandardCharsets.UTF_8));
    }

    /** MEMORY PURGE. What is free goes back in slices, some now and the rest within a few turns. */
    private static void purge(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.keyspace().purgeSoon();
        out.ok();
    }

    /** MEMORY HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(out, HELP);
    }
}
