package io.vireo.web;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The metrics of a node. What INFO tells has the names that redis_exporter gives it, so that its dashboards and alerts
 * hold; the rest begins with {@code vireo_}.
 */
final class NodeMetrics {
    private static final double MICROS = 1e6;
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;
    private static final String FULL_SYNC = "sync_full_";

    /** Fields of INFO and their names behind {@code redis_}; what ends in {@code _total} is a counter. */
    private static final Map<String, String> NAMES = names("""
        uptime_in_seconds uptime_in_seconds
        process_id process_id
        connected_clients connected_clients
        blocked_clients blocked_clients
        maxclients max_clients
        tracking_clients tracking_clients
        clients_in_timeout_table clients_in_timeout_table
        client_recent_max_output_buffer client_recent_max_output_buffer_bytes
        client_recent_max_input_buffer client_recent_max_input_buffer_bytes
        allocator_active allocator_active_bytes
        allocator_allocated allocator_allocated_bytes
        allocator_resident allocator_resident_bytes
        allocator_frag_ratio allocator_frag_ratio
        allocator_frag_bytes allocator_frag_bytes
        allocator_rss_ratio allocator_rss_ratio
        allocator_rss_bytes allocator_rss_bytes
        used_memory memory_used_bytes
        used_memory_rss memory_used_rss_bytes
        used_memory_peak memory_used_peak_bytes
        used_memory_lua memory_used_lua_bytes
        used_memory_scripts memory_used_scripts_bytes
        used_memory_overhead memory_used_overhead_bytes
        used_memory_startup memory_used_startup_bytes
        used_memory_dataset memory_used_dataset_bytes
        maxmemory memory_max_bytes
        total_system_memory total_system_memory_bytes
        mem_fragmentation_ratio mem_fragmentation_ratio
        mem_fragmentation_bytes mem_fragmentation_bytes
        mem_clients_slaves mem_clients_slaves
        mem_clients_normal mem_clients_normal
        mem_not_counted_for_evict mem_not_counted_for_eviction_bytes
        mem_replication_backlog mem_replication_backlog_bytes
        mem_total_replication_buffers mem_total_replication_buffers_bytes
        lazyfree_pending_objects lazyfree_pending_objects
        lazyfreed_objects lazyfreed_objects
        active_defrag_running active_defrag_running
        active_defrag_hits defrag_hits
        active_defrag_misses defrag_misses
        active_defrag_key_hits defrag_key_hits
        active_defrag_key_misses defrag_key_misses
        expired_stale_perc expired_stale_percentage
        expired_time_cap_reached_count expired_time_cap_reached_total
        latest_fork_usec latest_fork_usec
        slave_expires_tracked_keys slave_expires_tracked_keys
        module_fork_in_progress module_fork_in_progress
        module_fork_last_cow_size module_fork_last_cow_size
        loading loading_dump_file
        async_loading async_loading
        rdb_changes_since_last_save rdb_changes_since_last_save
        rdb_bgsave_in_progress rdb_bgsave_in_progress
        rdb_last_save_time rdb_last_save_timestamp_seconds
        rdb_last_bgsave_status rdb_last_bgsave_status
        rdb_last_bgsave_time_sec rdb_last_bgsave_duration_sec
        rdb_current_bgsave_time_sec rdb_current_bgsave_duration_sec
        rdb_saves rdb_saves_total
        rdb_last_cow_size rdb_last_cow_size_bytes
        rdb_last_load_keys_expired rdb_last_load_expired_keys
        rdb_last_load_keys_loaded rdb_last_load_loaded_keys
        aof_enabled aof_enabled
        aof_rewrite_in_progress aof_rewrite_in_progress
        aof_rewrite_scheduled aof_rewrite_scheduled
        aof_last_rewrite_time_sec aof_last_rewrite_duration_sec
        aof_current_rewrite_time_sec aof_current_rewrite_duration_sec
        aof_last_bgrewrite_status aof_last_bgrewrite_status
        aof_last_write_status aof_last_write_status
        aof_current_size aof_current_size_bytes
        aof_base_size aof_base_size_bytes
        aof_last_cow_size aof_last_cow_size_bytes
        aof_pending_rewrite aof_pending_rewrite
        aof_buffer_length aof_buffer_length
        aof_pending_bio_fsync aof_pending_bio_fsync
        aof_delayed_fsync aof_delayed_fsync
        pubsub_channels pubsub_channels
        pubsub_patterns pubsub_patterns
        instantaneous_ops_per_sec instantaneous_ops_per_sec
        instantaneous_input_kbps instantaneous_input_kbps
        instantaneous_output_kbps instantaneous_output_kbps
        total_connections_received connections_received_total
        total_commands_processed commands_processed_total
        rejected_connections rejected_connections_total
        total_net_input_bytes net_input_bytes_total
        total_net_output_bytes net_output_bytes_total
        expired_keys expired_keys_total
        evicted_keys evicted_keys_total
        keyspace_hits keyspace_hits_total
        keyspace_misses keyspace_misses_total
        used_cpu_sys cpu_sys_seconds_total
        used_cpu_user cpu_user_seconds_total
        used_cpu_sys_children cpu_sys_children_seconds_total
        used_cpu_user_children cpu_user_children_seconds_total
        sync_full replica_resyncs_full
        sync_partial_ok replica_partial_resync_accepted
        sync_partial_err replica_partial_resync_denied
        connected_slaves connected_slaves
        repl_backlog_size replication_backlog_bytes
        repl_backlog_active repl_backlog_is_active
        repl_backlog_first_byte_offset repl_backlog_first_byte_offset
        repl_backlog_histlen repl_backlog_history_bytes
        master_repl_offset master_repl_offset
        second_repl_offset second_repl_offset
        slave_priority slave_priority
        """);

    /** The same of a replica's link, with the labels of its primary. */
    private static final Map<String, String> LINK_NAMES = names("""
        slave_repl_offset slave_repl_offset
        master_last_io_seconds_ago master_last_io_seconds_ago
        master_link_status master_link_up
        master_sync_in_progress master_sync_in_progress
        """);

    private final Map<String, String> fields = new LinkedHashMap<>();
    private final MetricsText out = new MetricsText();

    private NodeMetrics(NodeSnapshot node) {
        node.info().lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
    }

    /**
     * The metrics in Prometheus's text format.
     *
     * @param answerNanos how long the snapshot waited for the keyspace's loop
     * @param others what is measured of the process besides, as Vert.x does
     */
    static String of(NodeSnapshot node, long answerNanos, MetricSnapshots others) {
        NodeMetrics metrics = new NodeMetrics(node);
        metrics.writeRedis();
        metrics.writeVireo(node, answerNanos);
        return metrics.out.text(others);
    }

    private void writeRedis() {
        out.gauge("redis_up", 1);
        writeInstance();
        fields.forEach((field, value) -> {
            if (NAMES.containsKey(field)) {
                write("redis_" + NAMES.get(field), number(value));
            } else if (LINK_NAMES.containsKey(field)) {
                write("redis_" + LINK_NAMES.get(field), number(value), primary());
            } else if (field.matches("db\\d+")) {
                writeDatabase(field, pairs(value));
            } else if (field.matches("slave\\d+")) {
                writeReplica(pairs(value));
            } else if (field.startsWith("cmdstat_")) {
                writeCommand(field.substring("cmdstat_".length()), pairs(value));
            } else if (field.startsWith("errorstat_")) {
                String error = field.substring("errorstat_".length());
                out.counter("redis_errors_total", number(pairs(value).get("count")), "err", error);
            }
        });
    }

    private void write(String name, double value, String... labels) {
        if (name.endsWith("_total")) {
            out.counter(name, value, labels);
        } else {
            out.gauge(name, value, labels);
        }
    }

    private String[] primary() {
        return new String[] {"master_host", field("master_host"), "master_port", field("master_port")};
    }

    private void writeInstance() {
        out.gauge("redis_start_time_seconds", startSeconds());
        out.gauge("redis_config_maxclients", number(field("maxclients")));
        out.gauge("redis_config_maxmemory", number(field("maxmemory")));
        out.info(
                "redis_instance_info",
                "role",
                field("role"),
                "redis_version",
                field("redis_version"),
                "redis_build_id",
                field("redis_build_id"),
                "redis_mode",
                field("redis_mode"),
                "os",
                field("os"),
                "maxmemory_policy",
                field("maxmemory_policy"),
                "tcp_port",
                field("tcp_port"),
                "run_id",
                field("run_id"),
                "process_id",
                field("process_id"),
                "master_replid",
                field("master_replid"));
        if (fields.containsKey("master_host")) {
            out.info(
                    "redis_slave_info",
                    "master_host",
                    field("master_host"),
                    "master_port",
                    field("master_port"),
                    "read_only",
                    field("slave_read_only"));
        }
    }

    private void writeDatabase(String db, Map<String, String> values) {
        out.gauge("redis_db_keys", number(values.get("keys")), "db", db);
        out.gauge("redis_db_keys_expiring", number(values.get("expires")), "db", db);
        out.gauge("redis_db_avg_ttl_seconds", number(values.get("avg_ttl")) / MILLIS, "db", db);
    }

    private void writeReplica(Map<String, String> values) {
        String[] labels = {
            "slave_ip", values.get("ip"), "slave_port", values.get("port"), "slave_state", values.get("state")
        };
        out.gauge("redis_connected_slave_offset_bytes", number(values.get("offset")), labels);
        out.gauge("redis_connected_slave_lag_seconds", number(values.get("lag")), labels);
    }

    private void writeCommand(String command, Map<String, String> values) {
        out.counter("redis_commands_total", number(values.get("calls")), "cmd", command);
        out.counter("redis_commands_duration_seconds_total", number(values.get("usec")) / MICROS, "cmd", command);
        out.counter("redis_commands_rejected_calls_total", number(values.get("rejected_calls")), "cmd", command);
        out.counter("redis_commands_failed_calls_total", number(values.get("failed_calls")), "cmd", command);
    }

    private double startSeconds() {
        return Math.floor(number(field("server_time_usec")) / MICROS) - number(field("uptime_in_seconds"));
    }

    private void writeVireo(NodeSnapshot node, long answerNanos) {
        out.info("vireo_info", "version", field("vireo_version"), "java", field("java_version"));
        out.gauge("vireo_scrape_wait_seconds", answerNanos / NANOS);
        NodeSnapshot.Delays delays = node.loopDelays();
        out.summary("vireo_loop_delay_seconds", delays.count(), delays.sumNanos() / NANOS);
        out.gauge("vireo_loop_delay_max_seconds", delays.largestNanos() / NANOS);
        out.gauge("vireo_arena_fragmentation_ratio", number(field("allocator_frag_ratio")));
        out.gauge("vireo_arena_used_bytes", number(field("used_memory_dataset")));
        out.gauge("vireo_arena_committed_bytes", number(field("allocator_resident")));
        out.gauge("vireo_heap_used_bytes", number(field("vireo_heap_used")));
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            out.counter(
                    "vireo_gc_pauses_total", (double) collector.getCollectionCount(), "collector", collector.getName());
            double seconds = collector.getCollectionTime() / MILLIS;
            out.counter("vireo_gc_pause_seconds_total", seconds, "collector", collector.getName());
        }
        fields.forEach((field, value) -> {
            if (field.startsWith(FULL_SYNC)) {
                out.counter("vireo_full_syncs_total", number(value), "reason", field.substring(FULL_SYNC.length()));
            }
        });
        if (!node.isPrimary()) {
            out.gauge("vireo_link_state", 1, "state", node.link());
            out.gauge("vireo_link_silence_seconds", node.silentMs() / MILLIS);
            out.gauge("vireo_unapplied_bytes", (double) node.unappliedBytes());
        }
        for (NodeSnapshot.ReplicaLag lag : node.replicas()) {
            out.gauge("vireo_replica_state", 1, "replica", lag.replica(), "state", lag.state());
            out.gauge("vireo_replica_lag_bytes", (double) lag.bytes(), "replica", lag.replica());
            out.gauge("vireo_replica_silence_seconds", lag.silentMs() / MILLIS, "replica", lag.replica());
        }
    }

    private String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /** A number, or a status: 1 where it is good. */
    private static double number(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "ok", "up" -> 1;
            case "err", "fail", "down", "" -> 0;
            default -> Double.parseDouble(value);
        };
    }

    private static Map<String, String> pairs(String value) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : value.split(",", -1)) {
            int sign = pair.indexOf('=');
            if (sign > 0) {
                pairs.put(pair.substring(0, sign), pair.substring(sign + 1));
            }
        }
        return pairs;
    }

    private static Map<String, String> names(String lines) {
        Map<String, String> names = new LinkedHashMap<>();
        lines.lines().map(line -> line.split(" ", 2)).forEach(pair -> names.put(pair[0], pair[1]));
        return names;
    }
}
