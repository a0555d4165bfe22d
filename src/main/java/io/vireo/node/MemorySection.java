package io.vireo.node;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationLog;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** INFO's {@code Memory}: the arena's exact account is {@code used_memory}; the JVM's own memory is on fields of ours. */
final class MemorySection implements InfoSection {
    private final Config config;
    private final Keyspace keyspace;
    private final ReplicationLog stream;
    private final MemoryAccount account;

    MemorySection(Config config, Keyspace keyspace, ReplicationLog stream, MemoryAccount account) {
        this.account = account;
        this.config = config;
        this.keyspace = keyspace;
        this.stream = stream;
    }

    @Override
    public String title() {
        return "Memory";
    }

    @Override
    public void write(InfoText out) {
        long used = account.usedBytes();
        long peak = Math.max(used, keyspace.peakBytes());
        long resident = ProcessFacts.residentBytes();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        out.bytes("used_memory", used)
                .bytes("used_memory_rss", resident)
                .bytes("used_memory_peak", peak)
                .field("used_memory_peak_perc", percent(used, peak))
                .field("used_memory_overhead", stream.memoryBytes())
                .field("used_memory_startup", 0)
                .field("used_memory_dataset", keyspace.usedBytes())
                .field("used_memory_dataset_perc", percent(keyspace.usedBytes(), used))
                .field("allocator_allocated", used)
                .field("allocator_active", keyspace.residentBytes())
                .field("allocator_resident", keyspace.residentBytes())
                .bytes("total_system_memory", ProcessFacts.machineBytes())
                .bytes("maxmemory", config.get(Options.MAXMEMORY))
                .field("maxmemory_policy", config.print(Options.MAXMEMORY_POLICY))
                .field("allocator_frag_ratio", keyspace.fragmentation(), 2)
                .field("mem_fragmentation_ratio", used == 0 ? 0 : (double) resident / used, 2)
                .field("mem_fragmentation_bytes", resident - used)
                .field("mem_not_counted_for_evict", account.notCountedBytes())
                .field("mem_replication_backlog", stream.memoryBytes())
                .field("mem_total_replication_buffers", stream.memoryBytes())
                .field("mem_allocator", "vireo-arena")
                .field("lazyfree_pending_objects", keyspace.lazyFreePending())
                .field("lazyfreed_objects", keyspace.lazyFreed())
                .field("vireo_heap_used", heap);
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.2f%%", whole == 0 ? 100.0 : 100.0 * part / whole);
    }
}
