package io.vireo.node;

import io.vireo.command.InfoSection;
import io.vireo.command.InfoText;
import io.vireo.config.Config;
import io.vireo.config.Options;
import java.util.Locale;

/** INFO's {@code Memory}: the arena's exact account is {@code used_memory}; the JVM's own memory is on fields of ours. */
final class MemorySection implements InfoSection {
    private final Config config;
    private final MemoryFigures.Source figures;

    MemorySection(Config config, MemoryFigures.Source figures) {
        this.config = config;
        this.figures = figures;
    }

    @Override
    public String title() {
        return "Memory";
    }

    @Override
    public void write(InfoText out) {
        MemoryFigures now = figures.now();
        out.bytes("used_memory", now.usedBytes())
                .bytes("used_memory_rss", now.processBytes())
                .bytes("used_memory_peak", now.peakBytes())
                .field("used_memory_peak_perc", percent(now.peakPercent()))
                .field("used_memory_overhead", now.overheadBytes())
                .field("used_memory_startup", now.startupBytes())
                .field("used_memory_dataset", now.datasetBytes())
                .field("used_memory_dataset_perc", percent(now.datasetPercent()))
                .field("allocator_allocated", now.data().usedBytes())
                .field("allocator_active", now.data().heldBytes())
                .field("allocator_resident", now.data().residentBytes())
                .bytes("total_system_memory", ProcessFacts.machineBytes());
        writeScripts(now.data(), out);
        out.bytes("maxmemory", config.get(Options.MAXMEMORY))
                .field("maxmemory_policy", config.print(Options.MAXMEMORY_POLICY));
        writeRatios(now, out);
        out.field("mem_not_counted_for_evict", now.notCountedBytes())
                .field("mem_replication_backlog", now.backlogBytes())
                .field("mem_total_replication_buffers", now.streamBytes())
                .field("mem_clients_slaves", now.forReplicasBytes())
                .field("mem_clients_normal", now.clientBytes())
                .field("mem_cluster_links", 0)
                .field("mem_aof_buffer", 0)
                .field("mem_allocator", "vireo-arena")
                .flag("active_defrag_running", now.data().counts().isDefragmenting())
                .field("lazyfree_pending_objects", now.data().lazyFreePending())
                .field("lazyfreed_objects", now.data().lazyFreed())
                .field("vireo_heap_used", now.heapBytes());
    }

    /** No script runs here, and so nothing but the sources of function libraries takes memory. */
    private static void writeScripts(DataFigures data, InfoText out) {
        out.field("used_memory_lua", 0)
                .field("used_memory_vm_eval", 0)
                .field("used_memory_lua_human", InfoText.human(0))
                .field("used_memory_scripts_eval", 0)
                .field("number_of_cached_scripts", 0)
                .field("number_of_functions", 0)
                .field("number_of_libraries", data.libraries())
                .field("used_memory_vm_functions", 0)
                .bytes("used_memory_vm_total", 0)
                .field("used_memory_functions", data.libraryBytes())
                .bytes("used_memory_scripts", data.libraryBytes());
    }

    private static void writeRatios(MemoryFigures now, InfoText out) {
        out.field("allocator_frag_ratio", now.fragmentationRatio(), 2)
                .field(
                        "allocator_frag_bytes",
                        now.data().heldBytes() - now.data().usedBytes())
                .field("allocator_rss_ratio", now.residentRatio(), 2)
                .field(
                        "allocator_rss_bytes",
                        now.data().residentBytes() - now.data().heldBytes())
                .field("rss_overhead_ratio", now.processRatio(), 2)
                .field("rss_overhead_bytes", now.processBytes() - now.data().residentBytes())
                .field("mem_fragmentation_ratio", now.overallRatio(), 2)
                .field("mem_fragmentation_bytes", now.processBytes() - now.usedBytes());
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }
}
